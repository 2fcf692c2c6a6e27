import { nameIn } from "@backend/modules/audience/domain/refusal.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Badge, Button, Empty, Field, Row, Section, Sheet, SheetBody, toast } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { type Category, categoriesQuery, changeCategory, createCategory } from "./api.ts";
import { CatalogScreen } from "./catalog-screen.tsx";

const languages = ["en", "ru", "uk"] as const;

/** Kinds of messages that people may refuse one by one. */
export default function CategoriesScreen(): JSX.Element {
  const t = useT();
  return (
    <CatalogScreen<Category>
      title={t("app.categories.title")}
      add={t("app.categories.new")}
      list={(onOpen) => <Categories onOpen={onOpen} />}
      sheet={(category, onClose) => <CategorySheet category={category} onClose={onClose} />}
    />
  );
}

function Categories({ onOpen }: { onOpen: ((category: Category) => void) | undefined }): JSX.Element {
  const t = useT();
  const query = useSuspenseQuery(categoriesQuery);
  if (query.data.length === 0) return <Empty title={t("app.categories.empty")} text={t("app.categories.empty_text")} />;
  return (
    <>
      <Freshness of={query} />
      <Section footer={t("app.categories.footer")}>
        {query.data.map((category) => (
          <Row
            key={category.id}
            title={nameIn(category.names, t.locale)}
            after={category.isArchived ? <Badge>{t("app.categories.archived")}</Badge> : undefined}
            {...(onOpen ? { onClick: () => onOpen(category) } : {})}
          />
        ))}
      </Section>
    </>
  );
}

function CategorySheet({ category, onClose }: { category: Category | null; onClose(): void }): JSX.Element {
  const t = useT();
  const [names, setNames] = useState<Category["names"]>(category?.names ?? {});
  const save = useAct(() => (category ? changeCategory({ id: category.id, names }) : createCategory(names)), {
    stale: ["audience"],
    done: t("app.saved"),
    onDone: onClose,
  });
  const restore = useAct(changeCategory, { stale: ["audience"], done: t("app.saved") });
  const archive = useAct(changeCategory, {
    stale: ["audience"],
    onDone: ({ id, isArchived }) => {
      toast(t("app.saved"), { undo: () => restore.run({ id, isArchived: !isArchived }) });
      onClose();
    },
  });
  const isReady = Object.values(names).some((name) => name?.trim());
  return (
    <Sheet title={t(category ? "app.categories.one" : "app.categories.new")} onClose={onClose}>
      <SheetBody>
        <Section footer={t("app.categories.names_hint")}>
          {languages.map((language) => (
            <Field
              key={language}
              label={t(`app.languages.${language}`)}
              value={names[language] ?? ""}
              onChange={(name) => setNames({ ...names, [language]: name })}
              maxLength={60}
            />
          ))}
        </Section>
        {category && (
          <Section footer={category.isArchived ? undefined : t("app.categories.archive_text")}>
            <Row
              title={t(category.isArchived ? "app.categories.restore" : "app.categories.archive")}
              tone="accent"
              isDisabled={archive.isOff}
              onClick={() => archive.run({ id: category.id, isArchived: !category.isArchived })}
            />
          </Section>
        )}
        <Button isWide onClick={() => save.run(undefined)} isBusy={save.isBusy} isDisabled={save.isOff || !isReady}>
          {t(category ? "app.action.save" : "app.audience.create")}
        </Button>
      </SheetBody>
    </Sheet>
  );
}
