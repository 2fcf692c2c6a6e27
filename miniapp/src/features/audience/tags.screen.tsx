import { href } from "@miniapp/app/paths.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { ask, Button, Empty, Field, Row, Section, Sheet, SheetBody } from "@miniapp/shared/ui/index.ts";
import { VirtualList } from "@miniapp/shared/ui/virtual-list.tsx";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { countedTagsQuery, createTag, deleteTag, renameTag, type Tag } from "./api.ts";
import { CatalogScreen } from "./catalog-screen.tsx";

/** Tags with the number of people who have each. */
export default function TagsScreen(): JSX.Element {
  const t = useT();
  return (
    <CatalogScreen<Tag>
      title={t("app.tags.title")}
      add={t("app.tags.new")}
      list={(onOpen) => <Tags onOpen={onOpen} />}
      sheet={(tag, onClose) => <TagSheet tag={tag} onClose={onClose} />}
    />
  );
}

function Tags({ onOpen }: { onOpen: ((tag: Tag) => void) | undefined }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const query = useSuspenseQuery(countedTagsQuery);
  if (query.data.length === 0) return <Empty title={t("app.tags.empty")} text={t("app.tags.empty_text")} />;
  return (
    <>
      <Freshness of={query} />
      <VirtualList
        label={t("app.tags.title")}
        items={query.data}
        keyOf={(tag) => String(tag.id)}
        rowHeight={48}
        render={(tag) => (
          <Row
            title={tag.name}
            end={tag.people === null ? undefined : format.number(tag.people)}
            {...(onOpen ? { onClick: () => onOpen(tag) } : {})}
          />
        )}
      />
    </>
  );
}

function TagSheet({ tag, onClose }: { tag: Tag | null; onClose(): void }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const [name, setName] = useState(tag?.name ?? "");
  const save = useAct((next: string) => (tag ? renameTag({ id: tag.id, name: next }) : createTag(next)), {
    stale: ["audience"],
    done: t("app.saved"),
    onDone: onClose,
  });
  const remove = useAct(deleteTag, { stale: ["audience"], done: t("app.tags.deleted"), onDone: onClose });
  const onSave = () => {
    if (name.trim() !== "") save.run(name);
  };
  const onDelete = async (gone: Tag) => {
    const isSure = await ask({
      title: t("app.tags.delete"),
      message: t("app.tags.delete_text", { name: gone.name, number: format.number(gone.people ?? 0) }),
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
