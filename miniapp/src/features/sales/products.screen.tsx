import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import {
  Empty,
  GearIcon,
  IconButton,
  Loading,
  Row,
  SalesIcon,
  Screen,
  Section,
  Skeleton,
  Tabs,
  Toggle,
} from "@miniapp/shared/ui/index.ts";
import { ReorderList } from "@miniapp/shared/ui/reorder-list.tsx";
import { VirtualList } from "@miniapp/shared/ui/virtual-list.tsx";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useChange } from "../alerts/use-change.ts";
import { useOrdering } from "../alerts/use-ordering.ts";
import { useCan, useMe } from "../identity/me.ts";
import { Freshness } from "../operations/components/freshness.tsx";
import { shownPrice } from "../shop/price.ts";
import { ProductPicture } from "../shop/product-picture.tsx";
import { changeProduct, orderProducts, type Product, productsQuery } from "./api.ts";
import { useTextIn } from "./local-text.ts";
import styles from "./sales.module.css";
import { SalesViews } from "./sales-views.tsx";

type View = "sold" | "archived";

const rowHeight = 84;
/** A longer list is not dragged into order by hand. */
const draggedUpTo = 50;

/** What is sold: in the order of the shop, with what is shown to customers and what is not. */
export default function ProductsScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const [view, setView] = useState<View>("sold");
  return (
    <Screen
      title={t("app.sales.title")}
      main={
        can("shop.manage") ? { text: t("app.selling.new_product"), onClick: () => go(href("newProduct")) } : undefined
      }
      action={
        <IconButton icon={<GearIcon />} label={t("app.selling.settings")} onClick={() => go(href("salesSettings"))} />
      }
    >
      <SalesViews current="products" />
      <Closed />
      <Section>
        <Row title={t("app.selling.categories")} to={href("shopCategories")} />
        <Row title={t("app.selling.codes")} to={href("promoCodes")} />
      </Section>
      <Tabs<View>
        label={t("app.selling.which")}
        choices={[
          { value: "sold", label: t("app.selling.on_sale") },
          { value: "archived", label: t("app.selling.archived") },
        ]}
        value={view}
        onChange={setView}
      />
      <Loading skeleton={<Skeleton rows={4} height={rowHeight} />}>
        <Products isArchived={view === "archived"} />
      </Loading>
    </Screen>
  );
}

/** Customers see nothing of all this while the shop is closed. */
function Closed(): JSX.Element | null {
  const t = useT();
  const { isShopOpen } = useMe();
  if (isShopOpen) return null;
  return (
    <Section>
      <Row
        title={t("app.selling.closed")}
        subtitle={t("app.selling.closed_text")}
        isWrapped
        to={href("salesSettings")}
      />
    </Section>
  );
}

function Products({ isArchived }: { isArchived: boolean }): JSX.Element {
  const t = useT();
  const can = useCan();
  const textIn = useTextIn();
  const options = productsQuery(isArchived);
  const query = useSuspenseQuery(options);
  const products = query.data;
  const reorder = useOrdering({
    queryKey: options.queryKey,
    items: products,
    save: orderProducts,
    change: useChange("shop"),
    said: t("app.selling.reordered"),
  });
  if (products.length === 0)
    return isArchived ? (
      <Empty title={t("app.selling.none_archived")} />
    ) : (
      <Empty icon={<SalesIcon size={30} />} title={t("app.selling.empty")} text={t("app.selling.empty_text")} />
    );
  const mayDrag = can("shop.manage") && !isArchived && products.length > 1 && products.length <= draggedUpTo;
  return (
    <>
      <Freshness of={query} />
      {mayDrag ? (
        <Section footer={t("app.selling.order_text")}>
          <ReorderList
            label={t("app.sales.view.products")}
            items={products}
            keyOf={({ id }) => id}
            nameOf={({ title }) => textIn(title)}
            render={(product) => <ProductLine product={product} />}
            onChange={reorder}
          />
        </Section>
      ) : (
        <VirtualList
          label={t("app.sales.view.products")}
          items={products}
          keyOf={({ id }) => id}
          rowHeight={rowHeight}
          render={(product) => <ProductLine product={product} />}
        />
      )}
    </>
  );
}

/** A product and the switch that shows it to customers. */
function ProductLine({ product }: { product: Product }): JSX.Element {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const textIn = useTextIn();
  const queries = useQueryClient();
  const change = useChange("shop");
  const price = shownPrice(product.prices, t.locale);
  const title = textIn(product.title);
  const picture = product.pictureId && can("uploads.write") ? `/uploads/${product.pictureId}/content` : null;
  const facts = [
    price ? format.money(price.amount, price.currency) : t("app.selling.no_price"),
    product.sold > 0 ? t("app.selling.sold", { count: product.sold }) : null,
    product.stock === null ? null : t("app.selling.stock_left", { count: product.stock }),
  ];
  const show = (isVisible: boolean) => {
    queries.setQueryData(productsQuery().queryKey, (known) =>
      known?.map((one) => (one.id === product.id ? { ...one, isVisible } : one)),
    );
    const write = (is: boolean) => () => changeProduct({ productId: product.id, isVisible: is });
    change.run(write(isVisible), {
      said: t(isVisible ? "app.selling.shown_now" : "app.selling.hidden_now", { name: title }),
      undo: write(!isVisible),
    });
  };
  return (
    <div className={styles.product}>
      <Row
        to={href("product", { productId: product.id })}
        // Beside a switch and a grip there is no room for a picture that says nothing.
        {...(picture === null ? {} : { before: <ProductPicture path={picture} /> })}
        title={title}
        subtitle={facts.filter(Boolean).join(" · ")}
        isWrapped
        hasNoChevron
      />
      {can("shop.manage") && product.archivedAt === null && (
        <Toggle label={t("app.selling.is_visible", { name: title })} isOn={product.isVisible} onChange={show} />
      )}
    </div>
  );
}
