/** A product as its editor holds it: everything as it was typed, and what of it can be saved. */
import { amountOf, wholeOf } from "./amounts.ts";
import type { CreateProduct, LocalText, Price, Product, ProductKind } from "./api.ts";
import { hasWords, languages } from "./local-text.ts";

export const ranges = ["views", "reactions", "comments", "reposts"] as const;
export type RangeName = (typeof ranges)[number];
type Ranges = Readonly<Record<RangeName, { from: string; to: string }>>;

export interface ProductForm {
  kind: ProductKind;
  title: LocalText;
  description: LocalText;
  terms: LocalText;
  /** One line each. */
  features: LocalText;
  shopCategoryId: string | null;
  pictureId: string | null;
  durationDays: string;
  postsPerDay: string;
  ranges: Ranges;
  stock: string;
  isVisible: boolean;
  isByHand: boolean;
  isSubscription: boolean;
  prices: readonly Price[];
}

/** What a subscription in Stars lasts, by Telegram's own rule. */
export const subscriptionDays = 30;

export function formOf(product: Product | null, kind: ProductKind): ProductForm {
  const range = (name: RangeName) => {
    const known = product?.details[name];
    return { from: known?.from.toString() ?? "", to: known?.to.toString() ?? "" };
  };
  const isService = (product?.kind ?? kind) === "service";
  return {
    kind: product?.kind ?? kind,
    title: product?.title ?? {},
    description: product?.description ?? {},
    terms: product?.terms ?? {},
    features: linesOf(product?.details.features ?? []),
    shopCategoryId: product?.shopCategoryId ?? null,
    pictureId: product?.pictureId ?? null,
    durationDays: product ? (product.durationDays?.toString() ?? "") : isService || kind === "access" ? "30" : "",
    postsPerDay: product?.postsPerDay?.toString() ?? (isService && !product ? "1" : ""),
    ranges: {
      views: range("views"),
      reactions: range("reactions"),
      comments: range("comments"),
      reposts: range("reposts"),
    },
    stock: product?.stock?.toString() ?? "",
    isVisible: product?.isVisible ?? false,
    isByHand: product?.isByHand ?? false,
    isSubscription: product?.isSubscription ?? false,
    prices: product?.prices ?? [],
  };
}

/** Features by language as one text of lines: the first line of each language belongs to the first feature, and so on. */
function linesOf(features: readonly LocalText[]): LocalText {
  const text: LocalText = {};
  for (const language of languages) {
    const lines = features.map((feature) => feature[language] ?? "").join("\n");
    if (lines.trim() !== "") text[language] = lines;
  }
  return text;
}

export function featuresOf(text: LocalText): LocalText[] {
  const columns = languages.map((language) => [language, (text[language] ?? "").split("\n")] as const);
  const count = Math.max(0, ...columns.map(([, lines]) => lines.length));
  return Array.from({ length: count }, (_, place) => {
    const feature: LocalText = {};
    for (const [language, lines] of columns) {
      const line = (lines[place] ?? "").trim();
      if (line !== "") feature[language] = line;
    }
    return feature;
  }).filter(hasWords);
}

export type ProductProblem = "title" | "duration" | "posts" | "stock" | "prices" | "features" | RangeName;

const mostFeatures = 20;

/** A range is whole or absent, and does not run backwards; undefined where it is wrong. */
function rangeOf({ from, to }: { from: string; to: string }): { from: number; to: number } | null | undefined {
  if (from.trim() === "" && to.trim() === "") return null;
  const [low, high] = [wholeOf(from, 0, 999_999_999), wholeOf(to.trim() === "" ? from : to, 0, 999_999_999)];
  return low === null || high === null || low > high ? undefined : { from: low, to: high };
}

const optional = (text: string, max: number): number | null | undefined =>
  text.trim() === "" ? null : (wholeOf(text, text === "0" ? 0 : 1, max) ?? undefined);

/** What cannot be saved as it stands, in the order of the page. */
export function problemsOf(form: ProductForm): ProductProblem[] {
  const problems: ProductProblem[] = [];
  if (!hasWords(form.title)) problems.push("title");
  if (form.kind !== "topup" && optional(form.durationDays, 3_650) === undefined) problems.push("duration");
  if (form.kind === "service") {
    if (wholeOf(form.postsPerDay, 1, 1_000) === null) problems.push("posts");
    for (const range of ranges) if (rangeOf(form.ranges[range]) === undefined) problems.push(range);
  }
  if (featuresOf(form.features).length > mostFeatures) problems.push("features");
  if (form.stock.trim() !== "" && wholeOf(form.stock, 0, 1_000_000) === null) problems.push("stock");
  if (form.isVisible && form.prices.length === 0) problems.push("prices");
  return problems;
}

/** What is sent; null while something cannot be. Fields that a kind does not know are left empty. */
export function bodyOf(form: ProductForm): CreateProduct | null {
  if (problemsOf(form).length > 0) return null;
  const isService = form.kind === "service";
  const details: NonNullable<CreateProduct["details"]> = { features: featuresOf(form.features) };
  if (isService)
    for (const range of ranges) {
      const known = rangeOf(form.ranges[range]);
      if (known) details[range] = known;
    }
  return {
    kind: form.kind,
    title: form.title,
    description: form.description,
    terms: form.terms,
    shopCategoryId: form.shopCategoryId,
    pictureId: form.pictureId,
    durationDays: form.kind === "topup" ? null : (optional(form.durationDays, 3_650) ?? null),
    postsPerDay: isService ? wholeOf(form.postsPerDay, 1, 1_000) : null,
    details,
    stock: form.stock.trim() === "" ? null : wholeOf(form.stock, 0, 1_000_000),
    isVisible: form.isVisible,
    isByHand: form.isByHand && form.kind !== "topup",
    isSubscription: form.isSubscription,
    prices: form.prices.map(({ method, currency, amount }) => ({ method, currency, amount })),
  };
}

/** A price as typed; null while it is none. Stars are whole. */
export function priceOf(price: { method: Price["method"]; currency: string; amount: string }): Price | null {
  const amount = amountOf(price.amount);
  if (amount === null || !/[1-9]/.test(amount) || !/^[A-Z]{3,10}$/.test(price.currency)) return null;
  if (price.currency === "XTR" && amount.includes(".")) return null;
  return { method: price.method, currency: price.currency, amount };
}
