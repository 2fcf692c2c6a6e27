import { type LoadCode, LoadedWith } from "@miniapp/shared/code.tsx";
import { useT } from "@miniapp/shared/i18n.ts";
import { BotIcon, Chips, FilterIcon, Loading } from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { type SubscriberFilter, segmentsQuery, tagsQuery } from "./api.ts";
import { useBots } from "./use-bots.ts";
import { whomParams } from "./whom.ts";
import type { WhomSheetProps } from "./whom-sheet.tsx";
import { states } from "./words.ts";

const loadWhom: LoadCode<WhomSheetProps> = () => import("./whom-sheet.tsx");

/** What narrows the list: a bot, a tag, a segment or a condition, a state. */
export function FilterChips({
  filter,
  onChange,
}: {
  filter: SubscriberFilter;
  onChange(change: Partial<Record<"bot" | "tag" | "state" | "segment" | "who", string | undefined>>): void;
}): JSX.Element {
  const t = useT();
  const [choosing, setChoosing] = useState<"bot" | "tag" | "whom" | null>(null);
  const { data: tags = [] } = useQuery(tagsQuery);
  const { segmentId, condition } = filter;
  const { data: segments = [] } = useQuery({ ...segmentsQuery, enabled: segmentId !== undefined });
  const segment = segments.find(({ id }) => id === segmentId);
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
            <Chips.Item
              isOn={segmentId !== undefined || condition !== undefined}
              onClick={() => setChoosing("whom")}
              icon={<FilterIcon size={18} />}
            >
              {segment?.name ?? t(condition ? "app.audience.own_rules" : "app.audience.segment")}
            </Chips.Item>
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
      {choosing === "whom" && (
        <Loading skeleton={null}>
          <LoadedWith
            name="whom-sheet"
            load={loadWhom}
            props={{
              value: { segmentId, condition },
              onChange: (whom) => onChange(whomParams(whom)),
              onClose: () => setChoosing(null),
            }}
          />
        </Loading>
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
