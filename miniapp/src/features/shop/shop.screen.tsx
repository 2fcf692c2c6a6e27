import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Badge, Empty, Loading, Row, SalesIcon, Screen, Section, Skeleton } from "@miniapp/shared/ui/index.ts";
import { VirtualList } from "@miniapp/shared/ui/virtual-list.tsx";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useMe } from "../identity/me.ts";
import { Freshness } from "../operations/components/freshness.tsx";
import { pictureOf, type Shop, type ShopProduct, shopQuery } from "./api.ts";
import { shownPrice } from "./price.ts";
import { ProductPicture } from "./product-picture.tsx";
import { useProductWords } from "./product-words.ts";
import styles from "./shop.module.css";
import { ShopViews, useWayOut } from "./shop-views.tsx";

const rowHeight = 96;

/** What is sold, by category. */
export function ShopScreen(): JSX.Element {
  const t = useT();
  const { workspace } = useMe();
  return (
    <Screen title={t("app.shop.title")} subtitle={workspace.name} {...useWayOut()}>
      <ShopViews current="shop" />
      <Loading skeleton={<Skeleton rows={4} height={rowHeight} />}>
        <Catalog />
      </Loading>
    </Screen>
  );
}

function Catalog(): JSX.Element {
  const t = useT();
  const { member } = useMe();
  const query = useSuspenseQuery(shopQuery);
  const shop = query.data;
  if (!shop.isOpen && member === null)
    return <Empty icon={<SalesIcon size={30} />} title={t("app.shop.closed")} text={t("app.shop.closed_text")} />;
  return (
    <>
      <Freshness of={query} />
      {!shop.isOpen && (
        <Section>
          <Row title={t("app.shop.closed_team")} subtitle={t("app.shop.closed_team_text")} isWrapped />
        </Section>
      )}
      {shop.products.length === 0 ? (
        <Empty icon={<SalesIcon size={30} />} title={t("app.shop.empty")} text={t("app.shop.empty_text")} />
      ) : (
        <VirtualList
          label={t("app.shop.products")}
          items={linesOf(shop)}
          keyOf={(line) => (line.kind === "heading" ? `heading ${line.id}` : line.product.id)}
          isHeading={(line) => line.kind === "heading"}
          rowHeight={rowHeight}
          render={(line) =>
            line.kind === "heading" ? (
              <h2 className={styles.heading}>{line.title ?? t("app.shop.others")}</h2>
            ) : (
              <ProductRow product={line.product} />
            )
          }
        />
      )}
    </>
  );
}

type Line = { kind: "heading"; id: string; title: string | null } | { kind: "product"; product: ShopProduct };

/** Products under the headings of their categories; those without one at the end, without a heading when there is no other. */
function linesOf({ categories, products }: Shop): Line[] {
  const known = new Set(categories.map(({ id }) => id));
  const of = (id: string | null) =>
    products.filter(
      ({ shopCategoryId }) => (shopCategoryId !== null && known.has(shopCategoryId) ? shopCategoryId : null) === id,
    );
  const groups = [...categories, { id: null, title: null }].map(({ id, title }) => ({ id, title, products: of(id) }));
  const shown = groups.filter((group) => group.products.length > 0);
  return shown.flatMap(({ id, title, products: inIt }): Line[] => [
    ...(id === null && shown.length === 1 ? [] : [{ kind: "heading" as const, id: id ?? "", title }]),
    ...inIt.map((product) => ({ kind: "product" as const, product })),
  ]);
}

function ProductRow({ product }: { product: ShopProduct }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { factsOf, standingOf } = useProductWords();
  const standing = standingOf(product);
  const price = shownPrice(product.prices, t.locale);
  const amount = price && format.money(price.amount, price.currency);
  return (
    <Row
      to={href("shopProduct", { productId: product.id })}
      before={<ProductPicture path={pictureOf(product)} />}
      title={product.title}
      subtitle={factsOf(product)}
      isWrapped
      note={
        <span className={styles.offer}>
          {amount && (
            <span className={styles.price}>{price.isFrom ? t("app.shop.from", { price: amount }) : amount}</span>
          )}
          {standing && <Badge tone={standing.tone}>{standing.text}</Badge>}
        </span>
      }
      isNoteBelow
    />
  );
}
