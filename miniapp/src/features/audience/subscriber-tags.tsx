import { useCan } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { CloseIcon, IconButton, PlusIcon, Row, Section, toast } from "@miniapp/shared/ui/index.ts";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { changeSubscriber, type Subscriber, subscriberQuery, tagsQuery } from "./api.ts";
import { TagPicker } from "./tag-picker.tsx";

/** Tags act at once; one that was taken off can be put back. */
export function TagsPart({ subscriber }: { subscriber: Subscriber }): JSX.Element | null {
  const t = useT();
  const can = useCan();
  const { data: catalog = [] } = useQuery(tagsQuery);
  const [isAdding, setAdding] = useState(false);
  const queries = useQueryClient();
  const { tags } = subscriber;
  const subscriberId = String(subscriber.id);
  const known = subscriberQuery(subscriberId).queryKey;
  const change = useAct(changeSubscriber, {
    stale: ["audience"],
    // The server takes all tags of a person at once: the next change begins from what this one left.
    onDone: (saved) => queries.setQueryData(known, saved),
  });
  const mayManage = can("audience.manage");
  const names = new Map(catalog.map(({ id, name }) => [id, name]));
  const remove = (tag: number) => {
    change.run({ subscriberId, tags: tags.filter((id) => id !== tag) });
    toast(t("app.tags.taken_off"), {
      undo: () => {
        const now = queries.getQueryData(known)?.tags ?? tags;
        change.run({ subscriberId, tags: [...new Set([...now, tag])] });
      },
    });
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
