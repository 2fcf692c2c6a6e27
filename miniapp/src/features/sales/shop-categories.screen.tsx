import { href } from "@miniapp/app/paths.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import {
  Button,
  Empty,
  Loading,
  Row,
  Screen,
  Section,
  Sheet,
  SheetBody,
  Skeleton,
  toast,
} from "@miniapp/shared/ui/index.ts";
import { ReorderList } from "@miniapp/shared/ui/reorder-list.tsx";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useCan } from "../identity/me.ts";
import { Freshness } from "../operations/components/freshness.tsx";
import {
  changeShopCategory,
  createShopCategory,
  deleteShopCategory,
  type LocalText,
  orderShopCategories,
  type ShopCategory,
  shopCategoriesQuery,
} from "./api.ts";
import { LocalFields } from "./local-fields.tsx";
import { hasWords, useTextIn } from "./local-text.ts";
import { useOrdering } from "./use-ordering.ts";

/** Headings under which products stand in the shop. */
export default function ShopCategoriesScreen(): JSX.Element {
  const t = useT();
  const can = useCan();
  const [editing, setEditing] = useState<{ category: ShopCategory | null } | null>(null);
  const mayManage = can("shop.manage");
  return (
    <Screen
      title={t("app.selling.categories")}
      back={href("products")}
      main={
        mayManage && !editing
          ? { text: t("app.selling.new_category"), onClick: () => setEditing({ category: null }) }
          : undefined
      }
    >
      <Loading skeleton={<Skeleton rows={4} />}>
        <Categories onOpen={mayManage ? (category) => setEditing({ category }) : undefined} />
      </Loading>
      {editing && <CategorySheet category={editing.category} onClose={() => setEditing(null)} />}
    </Screen>
  );
}

function Categories({ onOpen }: { onOpen: ((category: ShopCategory) => void) | undefined }): JSX.Element {
  const t = useT();
  const textIn = useTextIn();
  const query = useSuspenseQuery(shopCategoriesQuery);
  const categories = query.data;
  const reorder = useOrdering(shopCategoriesQuery.queryKey, categories, orderShopCategories);
  if (categories.length === 0)
    return <Empty title={t("app.selling.no_categories")} text={t("app.selling.no_categories_text")} />;
  const row = (category: ShopCategory) => (
    <Row
      title={textIn(category.title)}
      end={t("app.selling.products_in", { count: category.products })}
      {...(onOpen ? { onClick: () => onOpen(category) } : {})}
    />
  );
  return (
    <>
      <Freshness of={query} />
      <Section>
        {onOpen && categories.length > 1 ? (
          <ReorderList
            label={t("app.selling.categories")}
            items={categories}
            keyOf={({ id }) => id}
            nameOf={({ title }) => textIn(title)}
            render={row}
            onChange={reorder}
          />
        ) : (
          categories.map((category) => <div key={category.id}>{row(category)}</div>)
        )}
      </Section>
    </>
  );
}

function CategorySheet({ category, onClose }: { category: ShopCategory | null; onClose(): void }): JSX.Element {
  const t = useT();
  const [title, setTitle] = useState<LocalText>(category?.title ?? {});
  const save = useAct(() => (category ? changeShopCategory({ id: category.id, title }) : createShopCategory(title)), {
    stale: ["shop"],
    done: t("app.saved"),
    onDone: onClose,
  });
  const again = useAct(createShopCategory, { stale: ["shop"] });
  const remove = useAct(deleteShopCategory, {
    stale: ["shop"],
    onDone: () => {
      // Made again it stands at the end and is empty: what stood in it says so beforehand.
      if (category) toast(t("app.selling.category_deleted"), { undo: () => again.run(category.title) });
      onClose();
    },
  });
  return (
    <Sheet title={t(category ? "app.selling.category" : "app.selling.new_category")} onClose={onClose}>
      <SheetBody>
        <Section footer={t("app.selling.languages_hint")}>
          <LocalFields value={title} onChange={setTitle} maxLength={120} />
        </Section>
        {category && (
          <Section footer={t("app.selling.category_delete_text")}>
            <Row
              tone="danger"
              title={t("app.action.delete")}
              isDisabled={remove.isOff}
              onClick={() => remove.run(category.id)}
            />
          </Section>
        )}
        <Button
          isWide
          onClick={() => save.run(undefined)}
          isBusy={save.isBusy}
          isDisabled={save.isOff || !hasWords(title)}
        >
          {t("app.action.save")}
        </Button>
      </SheetBody>
    </Sheet>
  );
}
