import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { CheckIcon, Row, Section } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { ShopProduct } from "./api.ts";
import { waysOf } from "./price.ts";
import { ProductPicture } from "./product-picture.tsx";
import { useProductWords } from "./product-words.ts";
import styles from "./shop.module.css";

export type ShownProduct = Pick<
  ShopProduct,
  | "kind"
  | "description"
  | "terms"
  | "promises"
  | "prices"
  | "durationDays"
  | "postsPerDay"
  | "isSubscription"
  | "isByHand"
  | "stock"
>;

/** So little left is worth a word. */
const fewLeft = 20;

/** What a product is, as customers see it; in the editor too, while it is written. */
export function ProductBody({ product, picture }: { product: ShownProduct; picture: string | null }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { promisesOf } = useProductWords();
  const promises = promisesOf(product);
  const { features } = product.promises;
  const note = product.isSubscription
    ? t("app.shop.subscription_text")
    : product.stock !== null && product.stock > 0 && product.stock <= fewLeft
      ? t("app.shop.few_left", { count: product.stock })
      : undefined;
  return (
    <>
      <ProductPicture path={picture} isLarge />
      {product.description !== "" && (
        <Section>
          <p className={styles.text}>{product.description}</p>
        </Section>
      )}
      {(promises.length > 0 || features.length > 0) && (
        <Section header={t("app.shop.what_you_get")} footer={product.isByHand ? t("app.shop.by_hand") : undefined}>
          {promises.map(({ name, value }) => (
            <Row key={name} title={name} end={value} />
          ))}
          {features.map((feature) => (
            <Row key={feature} before={<CheckIcon size={22} />} title={feature} />
          ))}
        </Section>
      )}
      <Section header={t("app.shop.price")} footer={note}>
        {product.prices.length === 0 && (
          <Row title={t("app.shop.not_now")} subtitle={t("app.shop.not_now_text")} isWrapped />
        )}
        {waysOf(product.prices).map(({ method, prices }) => (
          <Row
            key={method}
            title={t(`app.shop.method.${method}`)}
            end={prices.map(({ amount, currency }) => format.money(amount, currency)).join(" · ")}
          />
        ))}
      </Section>
      {product.terms !== "" && (
        <Section header={t("app.shop.terms")}>
          <p className={`${styles.text} ${styles.quiet}`}>{product.terms}</p>
        </Section>
      )}
    </>
  );
}
