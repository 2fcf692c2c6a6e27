import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { AppLink } from "@miniapp/shared/navigation.tsx";
import { Button, Failure, Field, Row, Section, Sheet, SheetBody, Skeleton, Switch } from "@miniapp/shared/ui/index.ts";
import { ValueChips } from "@miniapp/shared/ui/value-chips.tsx";
import type { JSX } from "react";
import type { Quote, Shop, ShopProduct } from "./api.ts";
import { isNothing, waysOf } from "./price.ts";
import styles from "./shop.module.css";
import type { Checkout } from "./use-checkout.ts";

/** How it is paid, what it costs then, and what has to be agreed to. */
export function CheckoutSheet({
  product,
  shop,
  checkout,
  hasButton,
  onClose,
}: {
  product: ShopProduct;
  shop: Shop;
  checkout: Checkout;
  /** Telegram's main button pays, where it can be seen above the sheet. */
  hasButton: boolean;
  onClose(): void;
}): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { form, change, quote, main } = checkout;
  const ways = waysOf(product.prices);
  const way = ways.find(({ method }) => method === form.method);
  const isTest = shop.methods.find(({ method }) => method === form.method)?.isTest ?? false;
  const balance = shop.balances.find(({ currency }) => currency === form.currency)?.amount ?? "0";
  return (
    <Sheet title={t("app.shop.checkout")} onClose={onClose}>
      <SheetBody>
        <Section header={t("app.shop.how")} footer={isTest ? t("app.shop.test_method") : undefined}>
          <div className={styles.chips}>
            <ValueChips
              label={t("app.shop.how")}
              chips={ways.map(({ method, prices }) => ({
                value: method,
                label: t(`app.shop.method.${method}`),
                isOn: method === form.method,
                ...(prices.length === 0 ? {} : {}),
              }))}
              onToggle={(value) => {
                const next = ways.find(({ method }) => method === value);
                const currency = next?.prices.find((price) => price.currency === form.currency) ?? next?.prices[0];
                if (next && currency) change({ method: next.method, currency: currency.currency });
              }}
            />
            {way && way.prices.length > 1 && (
              <ValueChips
                label={t("app.shop.currency")}
                chips={way.prices.map(({ currency, amount }) => ({
                  value: currency,
                  label: format.money(amount, currency),
                  isOn: currency === form.currency,
                }))}
                onToggle={(currency) => change({ currency })}
              />
            )}
          </div>
        </Section>
        <Section>
          <Field
            label={t("app.shop.code")}
            value={form.code}
            onChange={(code) => change({ code: code.replace(/\s/g, "").toUpperCase() })}
            maxLength={40}
            error={checkout.codeProblem}
            hint={quote?.code ? <Bonus quote={quote} /> : undefined}
            autoComplete="off"
          />
          {form.method !== "balance" && !isNothing(balance) && (
            <Switch
              label={t("app.shop.use_balance")}
              hint={t("app.shop.balance_left", { amount: format.money(balance, form.currency) })}
              isOn={form.useBalance}
              onChange={(useBalance) => change({ useBalance })}
            />
          )}
          {checkout.needsEmail && (
            <Field
              kind="email"
              inputMode="email"
              autoComplete="email"
              label={t("app.shop.email")}
              value={form.email}
              onChange={(email) => change({ email })}
              hint={t("app.shop.email_hint")}
              maxLength={254}
            />
          )}
        </Section>
        {checkout.error ? (
          <Failure error={checkout.error} onRetry={checkout.retry} isCompact />
        ) : quote ? (
          <Bill quote={quote} />
        ) : checkout.codeProblem ? null : (
          <Skeleton rows={2} />
        )}
        {product.terms !== "" && (
          <Section
            footer={
              <AppLink className={styles.link} to={href("shopProduct", { productId: product.id })} onClick={onClose}>
                {t("app.shop.read_terms")}
              </AppLink>
            }
          >
            <Switch label={t("app.shop.agree")} isOn={form.hasAgreed} onChange={(hasAgreed) => change({ hasAgreed })} />
          </Section>
        )}
        {checkout.reason && (
          <p className={styles.reason} role="status">
            {checkout.reason}
          </p>
        )}
        {hasButton && (
          <Button isWide onClick={main.onClick} isBusy={main.isBusy} isDisabled={main.isDisabled}>
            {main.text}
          </Button>
        )}
      </SheetBody>
    </Sheet>
  );
}

/** What the code is worth. */
function Bonus({ quote }: { quote: Quote }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const said =
    quote.bonusDays > 0
      ? t("app.shop.code_days", { count: quote.bonusDays })
      : t("app.shop.code_saves", { amount: format.money(quote.discount, quote.currency) });
  return <span className={styles.saved}>{said}</span>;
}

function Bill({ quote }: { quote: Quote }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const money = (amount: string) => format.money(amount, quote.currency);
  const notes = [
    quote.isRenewal && t("app.shop.renewal_text"),
    quote.replaces &&
      (quote.replaces.credit
        ? t("app.shop.replaces_credit", {
            title: quote.replaces.title,
            amount: format.money(quote.replaces.credit.amount, quote.replaces.credit.currency),
          })
        : t("app.shop.replaces", { title: quote.replaces.title })),
  ].filter(Boolean);
  return (
    <Section footer={notes.length > 0 ? notes.join(" ") : undefined}>
      {(!isNothing(quote.discount) || !isNothing(quote.fromBalance)) && (
        <Row title={t("app.shop.price")} end={money(quote.price)} />
      )}
      {!isNothing(quote.discount) && (
        <Row title={t("app.shop.discount")} end={<span className={styles.saved}>{money(`-${quote.discount}`)}</span>} />
      )}
      {!isNothing(quote.fromBalance) && <Row title={t("app.shop.from_balance")} end={money(`-${quote.fromBalance}`)} />}
      <Row title={t("app.shop.total")} end={<b className={styles.total}>{money(quote.due)}</b>} />
      {quote.endsAt !== null && <Row title={t("app.shop.lasts_until")} end={format.day(quote.endsAt)} />}
    </Section>
  );
}
