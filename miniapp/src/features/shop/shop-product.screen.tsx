/** One product: what it gives, for how long, what it costs in which way, and the way to buy it. */
import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { useClientDrawsMainButton } from "@miniapp/shared/telegram/index.ts";
import { Badge, type MainAction, Screen } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useParams } from "wouter";
import { pictureOf, type ShopProduct, shopProductQuery, shopQuery } from "./api.ts";
import { CheckoutSheet } from "./checkout-sheet.tsx";
import { shownPrice } from "./price.ts";
import { ProductBody } from "./product-body.tsx";
import { useProductWords } from "./product-words.ts";
import { useCheckout } from "./use-checkout.ts";

export default function ShopProductScreen(): JSX.Element {
  const { productId = "" } = useParams<{ productId: string }>();
  const { data: product } = useSuspenseQuery(shopProductQuery(productId));
  return <Page key={product.id} product={product} />;
}

function Page({ product }: { product: ShopProduct }): JSX.Element {
  const t = useT();
  const go = useGo();
  const format = useFormat();
  const { data: shop } = useSuspenseQuery(shopQuery);
  const { standingOf } = useProductWords();
  const [isBuying, setBuying] = useState(false);
  const checkout = useCheckout(product, shop, isBuying);
  const isDrawn = useClientDrawsMainButton();
  const price = shownPrice(product.prices, t.locale);
  const standing = standingOf(product);
  const { openOrderId, isOpenOrderChecked } = product;

  const buy = (): MainAction | undefined => {
    if (isBuying) return isDrawn ? checkout.main : undefined;
    if (openOrderId !== null)
      return {
        text: t(isOpenOrderChecked ? "app.shop.open_order" : "app.shop.finish_paying"),
        onClick: () => go(href("myOrder", { orderId: openOrderId })),
      };
    if (price === null || product.stock === 0 || !shop.isOpen) return undefined;
    const amount = format.money(price.amount, price.currency);
    const text =
      product.activeUntil !== null
        ? t("app.shop.renew_for", { price: amount })
        : t(price.isFrom ? "app.shop.buy_from" : "app.shop.buy_for", { price: amount });
    return { text, onClick: () => setBuying(true) };
  };
  return (
    <Screen
      title={product.title}
      subtitle={standing && <Badge tone={standing.tone}>{standing.text}</Badge>}
      back={href("shop")}
      main={buy()}
    >
      <ProductBody product={product} picture={pictureOf(product)} />
      {isBuying && (
        <CheckoutSheet
          product={product}
          shop={shop}
          checkout={checkout}
          hasButton={!isDrawn}
          onClose={() => setBuying(false)}
        />
      )}
    </Screen>
  );
}
