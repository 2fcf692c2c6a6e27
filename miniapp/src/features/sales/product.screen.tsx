/** The editor of one product, with what customers will see of it below. */
import { href } from "@miniapp/app/paths.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { ApiError } from "@miniapp/shared/api-client.ts";
import { codeQuery } from "@miniapp/shared/code.tsx";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { type Locale, useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import {
  Badge,
  Field,
  Loading,
  Row,
  Screen,
  Section,
  Skeleton,
  Switch,
  Tabs,
  toast,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useParams } from "wouter";
import { useCan } from "../identity/me.ts";
import { ProductBody, type ShownProduct } from "../shop/product-body.tsx";
import { changeProduct, createProduct, type Product, productQuery, removeProduct, restoreProduct } from "./api.ts";
import { languages, useTextIn } from "./local-text.ts";
import type { ProductChatsProps } from "./product-chats.tsx";
import {
  bodyOf,
  featuresOf,
  formOf,
  type ProductForm,
  type ProductProblem,
  problemsOf,
  ranges,
  subscriptionDays,
} from "./product-form.ts";
import { CategoryField, PictureField, PricesPart } from "./product-parts.tsx";

const kinds = ["service", "access", "topup", "course"] as const;

export default function ProductScreen(): JSX.Element {
  const { productId } = useParams<{ productId?: string }>();
  return productId === undefined ? <Editor product={null} /> : <Known productId={productId} />;
}

const loadChats = () => import("./product-chats.tsx");

/** Its code comes when a product that can open chats is first looked at. */
function Chats(props: ProductChatsProps): JSX.Element {
  const { default: ProductChats } = useSuspenseQuery(codeQuery("product-chats", loadChats)).data;
  return <ProductChats {...props} />;
}

function Known({ productId }: { productId: string }): JSX.Element {
  const { data: product } = useSuspenseQuery(productQuery(productId));
  return <Editor key={product.id} product={product} />;
}

function Editor({ product }: { product: Product | null }): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const textIn = useTextIn();
  const draft = useDraft<ProductForm>(product?.id ?? "new", formOf(product, "service"));
  const [language, setLanguage] = useState<Locale>(t.locale);
  const form = draft.value;
  const problems = problemsOf(form);
  const has = (problem: ProductProblem) => problems.includes(problem);
  const mayManage = can("shop.manage") && product?.archivedAt == null;
  useClosingConfirmation(draft.isDirty);

  const leave = () => {
    draft.clear();
    go(href("products"), { replace: true });
  };
  const save = useAct(
    (body: NonNullable<ReturnType<typeof bodyOf>>) => {
      if (product === null) return createProduct(body);
      const { kind, ...change } = body;
      return changeProduct({ productId: product.id, ...change });
    },
    { stale: ["shop"], done: t("app.saved"), onDone: leave },
  );
  const restore = useAct(restoreProduct, { stale: ["shop"], done: t("app.saved") });
  // One that nobody has ever ordered is gone: then it is made again.
  const back = useAct(
    (id: string) =>
      restoreProduct(id).catch((error: unknown) => {
        const stored = product && bodyOf(formOf(product, product.kind));
        if (!(error instanceof ApiError && error.status === 404) || !stored) throw error;
        return createProduct({ ...stored, isVisible: false });
      }),
    { stale: ["shop"], done: t("app.saved") },
  );
  const remove = useAct(removeProduct, {
    stale: ["shop"],
    onDone: (_, id) => {
      toast(t("app.selling.product_archived"), { undo: () => back.run(id) });
      leave();
    },
  });
  const said = (field: "title" | "description" | "terms" | "features") => ({
    value: form[field][language] ?? "",
    onChange: (text: string) => draft.change({ [field]: { ...form[field], [language]: text } }),
  });
  const isService = form.kind === "service";
  return (
    <Screen
      title={product ? textIn(product.title) : t("app.selling.new_product")}
      subtitle={
        product?.archivedAt ? (
          <Badge>{t("app.selling.archived_one")}</Badge>
        ) : (
          product && t("app.selling.sold", { count: product.sold })
        )
      }
      back={href("products")}
      main={
        mayManage && (draft.isDirty || product === null)
          ? {
              text: t("app.action.save"),
              isBusy: save.isBusy,
              isDisabled: save.isOff || problems.length > 0,
              onClick: () => {
                const body = bodyOf(form);
                if (body) save.run(body);
              },
            }
          : undefined
      }
    >
      <fieldset disabled={!mayManage} style={{ display: "contents" }}>
        {product === null && (
          <Section footer={t(`app.selling.kind_text.${form.kind}`)}>
            <Field
              kind="select"
              label={t("app.selling.kind")}
              value={form.kind}
              choices={kinds.map((kind) => ({ value: kind, label: t(`app.shop.kind.${kind}`) }))}
              onChange={(value) => {
                const kind = kinds.find((one) => one === value) ?? "service";
                const { durationDays, postsPerDay } = formOf(null, kind);
                draft.change({ kind, durationDays, postsPerDay });
              }}
            />
          </Section>
        )}
        <Tabs<Locale>
          label={t("app.selling.language")}
          choices={languages.map((value) => ({ value, label: t(`app.languages.${value}`) }))}
          value={language}
          onChange={setLanguage}
        />
        <Section footer={t("app.selling.languages_hint")}>
          <Field
            label={t("app.selling.name")}
            {...said("title")}
            maxLength={120}
            error={has("title") && draft.isDirty ? t("app.selling.name_needed") : undefined}
          />
          <Field kind="textarea" label={t("app.selling.description")} {...said("description")} maxLength={4_000} />
          <Field
            kind="textarea"
            label={t("app.selling.features")}
            {...said("features")}
            hint={t("app.selling.features_hint")}
            error={has("features") ? t("app.selling.features_many") : undefined}
            maxLength={4_000}
          />
          <Field
            kind="textarea"
            label={t("app.selling.terms")}
            {...said("terms")}
            hint={t("app.selling.terms_hint")}
            maxLength={4_000}
          />
        </Section>
        <PictureField value={form.pictureId} onChange={(pictureId) => draft.change({ pictureId })} />
        <PricesPart
          kind={form.kind}
          prices={form.prices}
          problem={has("prices") ? t("app.selling.prices_needed") : undefined}
          onChange={(prices) => draft.change({ prices })}
        />
        {form.kind !== "topup" && (
          <Section header={t("app.selling.gives")} footer={product === null ? t("app.access.later") : undefined}>
            <Field
              kind="number"
              inputMode="numeric"
              label={t("app.selling.duration")}
              value={form.durationDays}
              onChange={(durationDays) => draft.change({ durationDays })}
              placeholder={t("app.shop.endless")}
              isDisabled={form.isSubscription}
              error={has("duration") ? t("app.selling.duration_wrong") : undefined}
              maxLength={4}
            />
            {isService && (
              <Field
                kind="number"
                inputMode="numeric"
                label={t("app.selling.posts")}
                value={form.postsPerDay}
                onChange={(postsPerDay) => draft.change({ postsPerDay })}
                error={has("posts") ? t("app.selling.posts_wrong") : undefined}
                maxLength={4}
              />
            )}
          </Section>
        )}
        {isService && (
          <Section header={t("app.selling.promises")} footer={t("app.selling.promises_text")}>
            {ranges.map((range) => (
              <RangeFields
                key={range}
                name={t(`app.shop.promise.${range}`)}
                value={form.ranges[range]}
                isWrong={has(range)}
                onChange={(value) => draft.change({ ranges: { ...form.ranges, [range]: value } })}
              />
            ))}
          </Section>
        )}
        <Section header={t("app.selling.sale")}>
          <Switch
            label={t("app.selling.visible")}
            isOn={form.isVisible}
            onChange={(isVisible) => draft.change({ isVisible })}
          />
          <CategoryField value={form.shopCategoryId} onChange={(shopCategoryId) => draft.change({ shopCategoryId })} />
          <Field
            kind="number"
            inputMode="numeric"
            label={t("app.selling.stock")}
            value={form.stock}
            onChange={(stock) => draft.change({ stock })}
            placeholder={t("app.selling.unlimited")}
            error={has("stock") ? t("app.sales.amount_wrong") : undefined}
            maxLength={7}
          />
          {form.kind !== "topup" && (
            <Switch
              label={t("app.selling.by_hand")}
              hint={t("app.selling.by_hand_text")}
              isOn={form.isByHand}
              onChange={(isByHand) => draft.change({ isByHand })}
            />
          )}
          {(form.kind === "access" || isService) && (
            <Switch
              label={t("app.selling.subscription")}
              hint={t("app.selling.subscription_text")}
              isOn={form.isSubscription}
              onChange={(isSubscription) =>
                draft.change({ isSubscription, ...(isSubscription ? { durationDays: String(subscriptionDays) } : {}) })
              }
            />
          )}
        </Section>
      </fieldset>
      {form.kind !== "topup" && product !== null && can("orders.read") && (
        <Loading skeleton={<Skeleton rows={2} />} isCompact>
          <Chats productId={product.id} mayManage={mayManage} />
        </Loading>
      )}
      <Preview form={form} language={language} />
      {product && can("shop.manage") && (
        <Section footer={product.archivedAt ? undefined : t("app.selling.archive_text")}>
          {product.archivedAt ? (
            <Row
              tone="accent"
              title={t("app.selling.restore")}
              isDisabled={restore.isOff}
              onClick={() => restore.run(product.id)}
            />
          ) : (
            <Row
              tone="danger"
              title={t("app.selling.archive")}
              isDisabled={remove.isOff}
              onClick={() => remove.run(product.id)}
            />
          )}
        </Section>
      )}
    </Screen>
  );
}

function RangeFields({
  name,
  value,
  isWrong,
  onChange,
}: {
  name: string;
  value: { from: string; to: string };
  isWrong: boolean;
  onChange(value: { from: string; to: string }): void;
}): JSX.Element {
  const t = useT();
  return (
    <>
      <Field
        kind="number"
        inputMode="numeric"
        label={t("app.selling.range_from", { name })}
        value={value.from}
        onChange={(from) => onChange({ ...value, from })}
        maxLength={9}
      />
      <Field
        kind="number"
        inputMode="numeric"
        label={t("app.selling.range_to", { name })}
        value={value.to}
        onChange={(to) => onChange({ ...value, to })}
        error={isWrong ? t("app.selling.range_wrong") : undefined}
        maxLength={9}
      />
    </>
  );
}

/** As it would stand in the shop if it were saved now. */
function Preview({ form, language }: { form: ProductForm; language: Locale }): JSX.Element {
  const t = useT();
  const textIn = useTextIn();
  const said = (text: ProductForm["title"]) => text[language] || textIn(text);
  const whole = (text: string) => (/^\d{1,9}$/.test(text) ? Number(text) : null);
  const rangeOf = ({ from, to }: { from: string; to: string }) => {
    const [low, high] = [whole(from), whole(to) ?? whole(from)];
    return form.kind !== "service" || low === null || high === null ? null : { from: low, to: high };
  };
  const product: ShownProduct = {
    kind: form.kind,
    description: said(form.description),
    terms: said(form.terms),
    promises: {
      views: rangeOf(form.ranges.views),
      reactions: rangeOf(form.ranges.reactions),
      comments: rangeOf(form.ranges.comments),
      reposts: rangeOf(form.ranges.reposts),
      features: featuresOf(form.features).map((feature) => feature[language] ?? textIn(feature)),
    },
    prices: [...form.prices],
    durationDays: whole(form.durationDays),
    postsPerDay: form.kind === "service" ? whole(form.postsPerDay) : null,
    isSubscription: form.isSubscription,
    isByHand: form.isByHand,
    stock: whole(form.stock),
  };
  return (
    <>
      <Section header={t("app.selling.preview")}>
        <Row title={said(form.title) || t("app.selling.name")} />
      </Section>
      <ProductBody product={product} picture={form.pictureId && `/uploads/${form.pictureId}/content`} />
    </>
  );
}
