import { describe, expect, test } from "bun:test";
import type { Price, Product } from "./api.ts";
import { bodyOf, featuresOf, formOf, type ProductForm, priceOf, problemsOf } from "./product-form.ts";

const price: Price = { method: "crypto_pay", currency: "USD", amount: "99.99" };
const product: Product = {
  id: "p",
  kind: "service",
  slug: "starter-mini",
  title: { en: "Starter Mini", uk: "Старт" },
  description: { en: "For a first channel." },
  terms: {},
  shopCategoryId: "c",
  pictureId: null,
  durationDays: 30,
  postsPerDay: 2,
  details: {
    views: { from: 1_000, to: 2_500 },
    features: [{ en: "Randomised by 30 %", uk: "Розкид 30 %" }, { en: "80 % within a day" }],
  },
  stock: null,
  isVisible: true,
  isByHand: false,
  isSubscription: false,
  position: 0,
  prices: [price],
  sold: 3,
  archivedAt: null,
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
};

describe("the editor of a product", () => {
  test("sends back what it was given when nothing was changed", () => {
    const { id, slug, position, sold, archivedAt, createdAt, updatedAt, ...rest } = product;
    expect(bodyOf(formOf(product, "service"))).toEqual(rest);
  });

  test("keeps features of all languages in their places", () => {
    expect(featuresOf({ en: "One\nTwo", uk: "Один\n\nТри" })).toEqual([
      { en: "One", uk: "Один" },
      { en: "Two" },
      { uk: "Три" },
    ]);
    expect(featuresOf({ en: " \n\n" })).toEqual([]);
  });

  test("names what cannot be saved", () => {
    const form = formOf(product, "service");
    const wrong = (change: Partial<ProductForm>) => problemsOf({ ...form, ...change });
    expect(wrong({})).toEqual([]);
    expect(wrong({ title: { uk: "  " } })).toEqual(["title"]);
    expect(wrong({ durationDays: "0" })).toEqual(["duration"]);
    expect(wrong({ durationDays: "" })).toEqual([]);
    expect(wrong({ postsPerDay: "" })).toEqual(["posts"]);
    expect(wrong({ ranges: { ...form.ranges, views: { from: "500", to: "100" } } })).toEqual(["views"]);
    expect(wrong({ ranges: { ...form.ranges, views: { from: "500", to: "" } } })).toEqual([]);
    expect(wrong({ stock: "-1" })).toEqual(["stock"]);
    expect(wrong({ prices: [] })).toEqual(["prices"]);
    expect(wrong({ prices: [], isVisible: false })).toEqual([]);
    expect(bodyOf({ ...form, title: {} })).toBeNull();
  });

  test("leaves empty what a kind does not know", () => {
    const body = bodyOf({ ...formOf(product, "service"), kind: "topup", isByHand: true });
    expect(body).toMatchObject({ durationDays: null, postsPerDay: null, isByHand: false });
    expect(body?.details?.views).toBeUndefined();
  });

  test("takes a price with a comma, and Stars only whole", () => {
    expect(priceOf({ ...price, amount: "99,90" })?.amount).toBe("99.90");
    expect(priceOf({ method: "stars", currency: "XTR", amount: "7500" })?.amount).toBe("7500");
    for (const wrong of [
      { method: "stars" as const, currency: "XTR", amount: "1.5" },
      { ...price, amount: "0" },
      { ...price, currency: "US" },
      { ...price, amount: "" },
    ])
      expect(priceOf(wrong)).toBeNull();
  });
});
