import { href } from "@miniapp/app/paths.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { ask, Button, Field, Row, Section, Sheet, SheetBody } from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { createTag, deleteTag, peopleByTagQuery, renameTag, type Tag } from "./api.ts";

/** A tag that is named anew or, with null, made. */
export function TagSheet({
  tag,
  onSaved,
  onClose,
}: {
  tag: Tag | null;
  onSaved(id: number): void;
  onClose(): void;
}): JSX.Element {
  const t = useT();
  const format = useFormat();
  const people = useQuery({ ...peopleByTagQuery, enabled: tag !== null }).data;
  const [name, setName] = useState(tag?.name ?? "");
  const save = useAct((next: string) => (tag ? renameTag({ id: tag.id, name: next }) : createTag(next)), {
    stale: ["audience"],
    onDone: ({ id }) => onSaved(id),
  });
  const remove = useAct(deleteTag, { stale: ["audience"], done: t("app.tags.deleted"), onDone: onClose });
  const onSave = () => {
    if (name.trim() !== "") save.run(name);
  };
  const onDelete = async (gone: Tag) => {
    const isSure = await ask({
      title: t("app.tags.delete"),
      message: t("app.tags.delete_text", {
        name: gone.name,
        // Not counted yet: a zero would say that nobody has it.
        number: people ? format.number(people.get(gone.id) ?? 0) : "…",
      }),
      confirm: t("app.action.delete"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (isSure) remove.run(gone.id);
  };
  return (
    <Sheet title={t(tag ? "app.tags.one" : "app.tags.new")} onClose={onClose}>
      <SheetBody>
        <Section>
          <Field label={t("app.tags.name")} value={name} onChange={setName} maxLength={60} onEnter={onSave} />
        </Section>
        {tag && (
          <Section>
            <Row title={t("app.tags.people")} to={`${href("audience")}?tag=${tag.id}`} />
            <Row
              title={t("app.tags.delete")}
              tone="danger"
              isDisabled={remove.isOff}
              onClick={() => void onDelete(tag)}
            />
          </Section>
        )}
        <Button
          isWide
          onClick={onSave}
          isBusy={save.isBusy}
          isDisabled={save.isOff || name.trim() === "" || name === tag?.name}
        >
          {t(tag ? "app.action.save" : "app.audience.create")}
        </Button>
      </SheetBody>
    </Sheet>
  );
}
