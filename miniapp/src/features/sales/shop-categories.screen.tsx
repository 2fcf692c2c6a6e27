import { href } from "@miniapp/app/paths.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Button, Empty, Row, Section, Sheet, SheetBody, toast } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { CatalogScreen } from "../audience/catalog-screen.tsx";
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
import { OrderedRows } from "./ordered-rows.tsx";

/** Headings under which products stand in the shop. */
export default function ShopCategoriesScreen(): JSX.Element {
  const t = useT();
  return (
    <CatalogScreen<ShopCategory>
      title={t("app.selling.categories")}
      add={t("app.selling.new_category")}
      back={href("products")}
      right="shop.manage"
      list={(onOpen) => <Categories onOpen={onOpen} />}
      sheet={(category, onClose) => <CategorySheet category={category} onClose={onClose} />}
    />
  );
}

function Categories({ onOpen }: { onOpen: ((category: ShopCategory) => void) | undefined }): JSX.Element {
  const t = useT();
  const textIn = useTextIn();
  const query = useSuspenseQuery(shopCategoriesQuery);
  const categories = query.data;
  if (categories.length === 0)
    return <Empty title={t("app.selling.no_categories")} text={t("app.selling.no_categories_text")} />;
  return (
    <>
      <Freshness of={query} />
      <Section>
        <OrderedRows
          label={t("app.selling.categories")}
          queryKey={shopCategoriesQuery.queryKey}
          items={categories}
          save={orderShopCategories}
          said={t("app.selling.reordered")}
          isOrdered={onOpen !== undefined}
          nameOf={({ title }) => textIn(title)}
          render={(category) => (
            <Row
              title={textIn(category.title)}
              end={t("app.selling.products_in", { count: category.products })}
              {...(onOpen ? { onClick: () => onOpen(category) } : {})}
            />
          )}
        />
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
