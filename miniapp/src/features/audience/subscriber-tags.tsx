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
  const { data: catalog = [] } = useQuery(tagsQuery);
  const [isAdding, setAdding] = useState(false);
  const add = useAct(changeSubscriber, { stale: ["audience"] });
  const remove = useAct(changeSubscriber, {
    stale: ["audience"],
    onDone: (_, { removeTags }) =>
      toast(t("app.tags.taken_off"), { undo: () => add.run({ subscriberId, addTags: removeTags }) }),
  });
  const isOff = add.isOff || remove.isOff;
  const { tags } = subscriber;
  const subscriberId = String(subscriber.id);
  const mayManage = can("audience.manage");
  const names = new Map(catalog.map(({ id, name }) => [id, name]));
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
                isDisabled={isOff}
                onClick={() => remove.run({ subscriberId, removeTags: [tag] })}
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
          isDisabled={isOff}
          onClick={() => setAdding(true)}
        />
      )}
      {isAdding && (
        <TagPicker
          title={t("app.tags.add")}
          without={tags}
          canCreate
          onPick={(tag) => add.run({ subscriberId, addTags: [tag] })}
          onClose={() => setAdding(false)}
        />
      )}
    </Section>
  );
}
