import { useCan } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { CloseIcon, IconButton, PlusIcon, Row, Section, toast } from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { changeSubscriber, type Subscriber, tagsQuery } from "./api.ts";
import { TagPicker } from "./tag-picker.tsx";

/** Tags act at once; one that was taken off can be put back. */
export function TagsPart({ subscriber }: { subscriber: Subscriber }): JSX.Element | null {
  const t = useT();
  const can = useCan();
  const { data: known = [] } = useQuery(tagsQuery);
  const [isAdding, setAdding] = useState(false);
  const change = useAct(changeSubscriber, { stale: ["audience"] });
  const { tags } = subscriber;
  const subscriberId = String(subscriber.id);
  const mayManage = can("audience.manage");
  const names = new Map(known.map(({ id, name }) => [id, name]));
  const remove = (tag: number) => {
    change.run({ subscriberId, tags: tags.filter((id) => id !== tag) });
    toast(t("app.tags.taken_off"), { undo: () => change.run({ subscriberId, tags }) });
  };
  if (!mayManage && tags.length === 0) return null;
  return (
    <Section header={t("app.tags.title")}>
      {tags.map((tag) => (
        <Row
          key={tag}
          title={names.get(tag) ?? "…"}
          after={
            mayManage && (
              <IconButton
                icon={<CloseIcon />}
                label={t("app.tags.take_off", { name: names.get(tag) ?? "" })}
                isDisabled={change.isOff}
                onClick={() => remove(tag)}
              />
            )
          }
        />
      ))}
      {mayManage && (
        <Row
          before={<PlusIcon />}
          tone="accent"
          title={t("app.tags.add")}
          isDisabled={change.isOff}
          onClick={() => setAdding(true)}
        />
      )}
      {isAdding && (
        <TagPicker
          title={t("app.tags.add")}
          without={tags}
          canCreate
          onPick={(tag) => change.run({ subscriberId, tags: [...tags, tag] })}
          onClose={() => setAdding(false)}
        />
      )}
    </Section>
  );
}
