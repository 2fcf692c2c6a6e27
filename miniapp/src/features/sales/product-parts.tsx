/** Parts of a product's editor that choose among things: its picture, its prices, its category. */
import { FileChooser } from "@miniapp/features/broadcasts/letter-file.tsx";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Button, Field, Row, Section, Sheet, SheetBody, toast, useUndo } from "@miniapp/shared/ui/index.ts";
import { ValueChips } from "@miniapp/shared/ui/value-chips.tsx";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { ChoiceRow } from "../identity/components/choice-row.tsx";
import { LazyPicker } from "../reports/lazy-picker.tsx";
import { ProductPicture } from "../shop/product-picture.tsx";
import { type Method, type Price, type ProductKind, shopCategoriesQuery } from "./api.ts";
import { useTextIn } from "./local-text.ts";
import { methods, usualCurrencies } from "./methods.ts";
import { priceOf } from "./product-form.ts";

/** A picture that was sent before, or none. */
export function PictureField({
  value,
  onChange,
}: {
  value: string | null;
  onChange(pictureId: string | null): void;
}): JSX.Element {
  const t = useT();
  const undo = useUndo(value);
  return (
    <Section header={t("app.selling.picture")} footer={t("app.selling.picture_text")}>
      {value !== null && (
        <Row
          before={<ProductPicture path={`/uploads/${value}/content`} />}
          title={t("app.selling.remove_picture")}
          tone="danger"
          onClick={() => {
            onChange(null);
            undo(t("app.selling.picture_removed"), () => onChange(value));
          }}
        />
      )}
      <FileChooser
        kind="photo"
        label={t(value === null ? "app.selling.add_picture" : "app.selling.other_picture")}
        isDisabled={false}
        onFile={({ kind, media }) => {
          if (kind === "photo") onChange(media.replace("upload:", ""));
          else toast(t("app.selling.picture_refused"));
        }}
      />
    </Section>
  );
}

/** What it costs in which way: one row each, changed in a sheet. */
export function PricesPart({
  kind,
  prices,
  problem,
  onChange,
}: {
  kind: ProductKind;
  prices: readonly Price[];
  problem: string | undefined;
  onChange(prices: readonly Price[]): void;
}): JSX.Element {
  const t = useT();
  const format = useFormat();
  const [open, setOpen] = useState<{ place: number | null } | null>(null);
  const undo = useUndo(prices);
  const edited = open && open.place !== null ? (prices[open.place] ?? null) : null;
  const save = (price: Price) => {
    // One price for a method and currency: the later one stands.
    const others = prices.filter(
      (one, place) => place !== open?.place && !(one.method === price.method && one.currency === price.currency),
    );
    onChange(open?.place == null ? [...others, price] : others.toSpliced(open.place, 0, price));
    setOpen(null);
  };
  const remove = () => {
    if (!edited) return;
    onChange(prices.filter((one) => one !== edited));
    undo(t("app.selling.price_removed"), (now) => onChange([...now, edited]));
    setOpen(null);
  };
  return (
    <Section header={t("app.shop.price")} footer={problem ?? t("app.selling.prices_text")}>
      {prices.map(({ method, currency, amount }, place) => (
        <ChoiceRow
          key={`${method} ${currency}`}
          title={t(`app.shop.method.${method}`)}
          value={format.money(amount, currency)}
          onClick={() => setOpen({ place })}
        />
      ))}
      <Row title={t("app.selling.add_price")} tone="accent" onClick={() => setOpen({ place: null })} />
      {open && (
        <PriceSheet
          price={edited}
          choices={kind === "topup" ? methods.filter((method) => method !== "balance") : methods}
          onSave={save}
          onRemove={remove}
          onClose={() => setOpen(null)}
        />
      )}
    </Section>
  );
}

function PriceSheet({
  price,
  choices,
  onSave,
  onRemove,
  onClose,
}: {
  price: Price | null;
  choices: readonly Method[];
  onSave(price: Price): void;
  onRemove(): void;
  onClose(): void;
}): JSX.Element {
  const t = useT();
  const [method, setMethod] = useState<Method>(price?.method ?? choices[0] ?? "crypto_pay");
  const [currency, setCurrency] = useState(price?.currency ?? usualCurrencies[method][0] ?? "USD");
  const [amount, setAmount] = useState(price?.amount ?? "");
  const ready = priceOf({ method, currency, amount });
  return (
    <Sheet title={t(price ? "app.selling.price" : "app.selling.add_price")} onClose={onClose}>
      <SheetBody>
        <Section header={t("app.sales.method")}>
          <ValueChips
            label={t("app.sales.method")}
            chips={choices.map((one) => ({ value: one, label: t(`app.shop.method.${one}`), isOn: one === method }))}
            onToggle={(value) => {
              const next = choices.find((one) => one === value) ?? method;
              setMethod(next);
              if (!usualCurrencies[next].includes(currency)) setCurrency(usualCurrencies[next][0] ?? currency);
            }}
          />
        </Section>
        <Section footer={method === "crypto_pay" ? t("app.selling.crypto_text") : undefined}>
          <Field
            kind="number"
            label={t("app.sales.amount")}
            value={amount}
            onChange={setAmount}
            error={amount !== "" && ready === null ? t("app.sales.amount_wrong") : undefined}
            maxLength={30}
          />
          {usualCurrencies[method].length > 1 && (
            <Field
              kind="select"
              label={t("app.shop.currency")}
              value={currency}
              choices={[...new Set([...usualCurrencies[method], currency])].map((one) => ({ value: one, label: one }))}
              onChange={setCurrency}
            />
          )}
        </Section>
        {price && (
          <Section>
            <Row tone="danger" title={t("app.action.delete")} onClick={onRemove} />
          </Section>
        )}
        <Button isWide isDisabled={ready === null} onClick={() => ready && onSave(ready)}>
          {t("app.selling.done")}
        </Button>
      </SheetBody>
    </Sheet>
  );
}

/** The heading it stands under in the shop. */
export function CategoryField({
  value,
  onChange,
}: {
  value: string | null;
  onChange(shopCategoryId: string | null): void;
}): JSX.Element {
  const t = useT();
  const textIn = useTextIn();
  const [isOpen, setOpen] = useState(false);
  const { data: categories } = useSuspenseQuery(shopCategoriesQuery);
  const category = categories.find(({ id }) => id === value);
  return (
    <>
      <ChoiceRow
        title={t("app.selling.category")}
        value={category ? textIn(category.title) : t("app.selling.no_category")}
        isQuiet={!category}
        onClick={() => setOpen(true)}
      />
      {isOpen && (
        <LazyPicker
          kind="options"
          title={t("app.selling.category")}
          value={value ?? ""}
          options={[
            { value: "", label: t("app.selling.no_category") },
            ...categories.map(({ id, title }) => ({ value: id, label: textIn(title) })),
          ]}
          onPick={(id) => onChange(id || null)}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
