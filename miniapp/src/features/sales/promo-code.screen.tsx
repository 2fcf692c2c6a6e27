/** One promo code, made or changed: what it gives, on what, how often and until when. */
import { dayOf, shiftDay, startOfDay } from "@backend/modules/shop/domain/wall.ts";
import { href } from "@miniapp/app/paths.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Field, Loading, Row, Screen, Section, Skeleton, Switch, Tabs } from "@miniapp/shared/ui/index.ts";
import { ValueChips } from "@miniapp/shared/ui/value-chips.tsx";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useParams } from "wouter";
import { useCan, useMe } from "../identity/me.ts";
import { useEditing } from "../reports/use-editing.ts";
import { amountOf, wholeOf } from "./amounts.ts";
import {
  type CreatePromoCode,
  changePromoCode,
  createPromoCode,
  deletePromoCode,
  type PromoCode,
  productsQuery,
  promoCodeQuery,
} from "./api.ts";
import { useTextIn } from "./local-text.ts";

type Kind = PromoCode["kind"];

interface Form {
  code: string;
  kind: Kind;
  value: string;
  currency: string;
  productIds: string[] | null;
  firstDay: string;
  lastDay: string;
  maxUses: string;
  maxPerPerson: string;
  isActive: boolean;
}

export default function PromoCodeScreen(): JSX.Element {
  const { promoCodeId } = useParams<{ promoCodeId?: string }>();
  const { workspace } = useMe();
  return promoCodeId === undefined ? (
    <Editor code={null} initial={formOf(null, workspace.timeZone)} />
  ) : (
    <Known promoCodeId={promoCodeId} />
  );
}

function Known({ promoCodeId }: { promoCodeId: string }): JSX.Element {
  const { workspace } = useMe();
  const { data: code } = useSuspenseQuery(promoCodeQuery(promoCodeId));
  return <Editor key={code.id} code={code} initial={formOf(code, workspace.timeZone)} />;
}

/** Days are the workspace's: a code of the last day is good until that day is over there. */
function formOf(code: PromoCode | null, zone: string): Form {
  return {
    code: code?.code ?? "",
    kind: code?.kind ?? "percent",
    value: code?.value ?? "10",
    currency: code?.currency ?? "USD",
    productIds: code?.productIds ?? null,
    firstDay: code?.startsAt ? dayOf(new Date(code.startsAt), zone) : "",
    lastDay: code?.endsAt ? dayOf(new Date(Date.parse(code.endsAt) - 1), zone) : "",
    maxUses: code?.maxUses?.toString() ?? "",
    maxPerPerson: code ? (code.maxPerPerson?.toString() ?? "") : "1",
    isActive: code?.isActive ?? true,
  };
}

/** Undefined where something typed is no number. */
function bodyOf(form: Form, zone: string): CreatePromoCode | null {
  const value =
    form.kind === "fixed" ? amountOf(form.value) : wholeOf(form.value, 1, form.kind === "percent" ? 100 : 3650);
  const limitOf = (text: string, max: number) => (text.trim() === "" ? null : (wholeOf(text, 1, max) ?? undefined));
  const [maxUses, maxPerPerson] = [limitOf(form.maxUses, 1_000_000), limitOf(form.maxPerPerson, 1_000)];
  if (form.code.trim().length < 2 || value === null || maxUses === undefined || maxPerPerson === undefined) return null;
  if (form.productIds?.length === 0) return null;
  return {
    code: form.code.trim(),
    kind: form.kind,
    value: String(value),
    currency: form.kind === "fixed" ? form.currency : null,
    productIds: form.productIds,
    startsAt: form.firstDay === "" ? null : startOfDay(form.firstDay, zone).toISOString(),
    endsAt: form.lastDay === "" ? null : startOfDay(shiftDay(form.lastDay, 1), zone).toISOString(),
    maxUses,
    maxPerPerson,
    isActive: form.isActive,
  };
}

function Editor({ code, initial }: { code: PromoCode | null; initial: Form }): JSX.Element {
  const t = useT();
  const can = useCan();
  const { workspace } = useMe();
  const draft = useDraft<Form>(code?.id ?? "new", initial);
  const form = draft.value;
  const mayManage = can("shop.manage");
  const zone = workspace.timeZone;
  const editing = useEditing<Form, CreatePromoCode>({
    topic: "shop",
    list: href("promoCodes"),
    id: code?.id ?? null,
    draft,
    stored: bodyOf(initial, zone),
    body: bodyOf(form, zone),
    create: createPromoCode,
    change: (promoCodeId, body) => changePromoCode({ promoCodeId, ...body }),
    remove: deletePromoCode,
    deleted: t("app.selling.code_deleted"),
  });
  const isWrong = (text: string, max: number) => text.trim() !== "" && wholeOf(text, 1, max) === null;
  return (
    <Screen
      title={t(code ? "app.selling.code" : "app.selling.new_code")}
      subtitle={code && t("app.selling.used", { count: code.uses })}
      back={href("promoCodes")}
      main={mayManage ? editing.main : undefined}
    >
      <fieldset disabled={!mayManage} style={{ display: "contents" }}>
        <Section>
          <Field
            label={t("app.selling.code")}
            value={form.code}
            onChange={(text) => draft.change({ code: text.replace(/\s/g, "").toUpperCase() })}
            hint={t("app.selling.code_hint")}
            maxLength={40}
            isMono
          />
          <Switch
            label={t("app.selling.code_active")}
            isOn={form.isActive}
            onChange={(isActive) => draft.change({ isActive })}
          />
        </Section>
        <Tabs<Kind>
          label={t("app.selling.gives")}
          choices={(["percent", "fixed", "bonus_days"] as const).map((value) => ({
            value,
            label: t(`app.selling.code_kind.${value}`),
          }))}
          value={form.kind}
          onChange={(kind) => draft.change({ kind })}
        />
        <Section footer={form.kind === "fixed" ? t("app.selling.fixed_text") : undefined}>
          <Field
            kind="number"
            inputMode={form.kind === "fixed" ? "decimal" : "numeric"}
            label={t(`app.selling.code_value.${form.kind}`)}
            value={form.value}
            onChange={(value) => draft.change({ value })}
            error={
              (form.kind === "fixed"
                ? amountOf(form.value)
                : wholeOf(form.value, 1, form.kind === "percent" ? 100 : 3650)) === null
                ? t("app.sales.amount_wrong")
                : undefined
            }
            maxLength={20}
          />
          {form.kind === "fixed" && (
            <Field
              label={t("app.shop.currency")}
              value={form.currency}
              onChange={(currency) => draft.change({ currency: currency.toUpperCase().replace(/[^A-Z]/g, "") })}
              maxLength={10}
            />
          )}
        </Section>
        <Products chosen={form.productIds} onChange={(productIds) => draft.change({ productIds })} />
        <Section header={t("app.selling.limits")} footer={t("app.selling.zone", { zone })}>
          <Field
            kind="number"
            inputMode="numeric"
            label={t("app.selling.max_uses")}
            value={form.maxUses}
            onChange={(maxUses) => draft.change({ maxUses })}
            placeholder={t("app.selling.unlimited")}
            error={isWrong(form.maxUses, 1_000_000) ? t("app.sales.amount_wrong") : undefined}
            maxLength={7}
          />
          <Field
            kind="number"
            inputMode="numeric"
            label={t("app.selling.max_per_person")}
            value={form.maxPerPerson}
            onChange={(maxPerPerson) => draft.change({ maxPerPerson })}
            placeholder={t("app.selling.unlimited")}
            error={isWrong(form.maxPerPerson, 1_000) ? t("app.sales.amount_wrong") : undefined}
            maxLength={4}
          />
          <Field
            kind="date"
            label={t("app.selling.first_day")}
            value={form.firstDay}
            onChange={(firstDay) => draft.change({ firstDay })}
          />
          <Field
            kind="date"
            label={t("app.selling.last_day")}
            value={form.lastDay}
            onChange={(lastDay) => draft.change({ lastDay })}
          />
        </Section>
        {code && mayManage && (
          <Section footer={code.uses > 0 ? t("app.selling.code_delete_text") : undefined}>
            <Row tone="danger" title={t("app.action.delete")} isDisabled={editing.isOff} onClick={editing.remove} />
          </Section>
        )}
      </fieldset>
    </Screen>
  );
}

/** On all products, or on chosen ones. */
function Products({
  chosen,
  onChange,
}: {
  chosen: readonly string[] | null;
  onChange(chosen: string[] | null): void;
}): JSX.Element {
  const t = useT();
  return (
    <Section
      header={t("app.selling.code_products")}
      footer={chosen?.length === 0 ? t("app.selling.choose_products") : undefined}
    >
      <Switch
        label={t("app.selling.every_product")}
        isOn={chosen === null}
        onChange={(isOn) => onChange(isOn ? null : [])}
      />
      {chosen !== null && (
        <Loading skeleton={<Skeleton rows={1} isSingle />} isCompact>
          <Choice chosen={chosen} onChange={onChange} />
        </Loading>
      )}
    </Section>
  );
}

function Choice({ chosen, onChange }: { chosen: readonly string[]; onChange(chosen: string[]): void }): JSX.Element {
  const t = useT();
  const textIn = useTextIn();
  const { data: products } = useSuspenseQuery(productsQuery());
  return (
    <ValueChips
      label={t("app.selling.code_products")}
      chips={products.map(({ id, title }) => ({ value: id, label: textIn(title), isOn: chosen.includes(id) }))}
      onToggle={(id) => onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id])}
    />
  );
}
