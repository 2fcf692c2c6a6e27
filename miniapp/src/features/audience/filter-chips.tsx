import { useT } from "@miniapp/shared/i18n.ts";
import { BotIcon, Chips } from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { type SubscriberFilter, tagsQuery } from "./api.ts";
import { useBots } from "./use-bots.ts";
import { states } from "./words.ts";

/** What narrows the list: a bot, a tag, a state. */
export function FilterChips({
  filter,
  onChange,
}: {
  filter: SubscriberFilter;
  onChange(change: Partial<Record<"bot" | "tag" | "state", string | undefined>>): void;
}): JSX.Element {
  const t = useT();
  const [choosing, setChoosing] = useState<"bot" | "tag" | null>(null);
  const { data: tags = [] } = useQuery(tagsQuery);
  const bots = useBots();
  const bot = bots.find(({ id }) => id === filter.botId);
  const tag = tags.find(({ id }) => String(id) === filter.tagId);
  return (
    <>
      <Chips
        label={t("app.audience.filters")}
        choices={states.map((state) => ({ value: state, label: t(`app.audience.state.${state}`) }))}
        value={filter.state}
        onChange={(state) => onChange({ state })}
        first={
          <>
            {bots.length > 1 && (
              <Chips.Item
                isOn={filter.botId !== undefined}
                onClick={() => setChoosing("bot")}
                icon={<BotIcon size={18} />}
              >
                {bot?.name ?? t("app.audience.bot")}
              </Chips.Item>
            )}
            {(tags.length > 0 || filter.tagId !== undefined) && (
              <Chips.Item isOn={filter.tagId !== undefined} onClick={() => setChoosing("tag")}>
                {tag?.name ?? t("app.audience.tag")}
              </Chips.Item>
            )}
          </>
        }
      />
      {choosing === "bot" && (
        <PickerSheet
          title={t("app.audience.bot")}
          value={filter.botId ?? ""}
          options={[
            { value: "", label: t("app.audience.all_bots") },
            ...bots.map(({ id, name, username }) => ({ value: id, label: name, hint: `@${username}` })),
          ]}
          onPick={(id) => onChange({ bot: id || undefined })}
          onClose={() => setChoosing(null)}
        />
      )}
      {choosing === "tag" && (
        <PickerSheet
          title={t("app.audience.tag")}
          value={filter.tagId ?? ""}
          options={[
            { value: "", label: t("app.audience.all_tags") },
            ...tags.map(({ id, name }) => ({ value: String(id), label: name })),
          ]}
          onPick={(id) => onChange({ tag: id || undefined })}
          onClose={() => setChoosing(null)}
        />
      )}
    </>
  );
}
