import { describe, expect, test } from "bun:test";
import { hasWords, textIn } from "./local-text.ts";
import { freeSlug, isPriceFine, isSlug, type PriceShape, productProblem, slugOf } from "./product.ts";

const service = { kind: "service" as const, durationDays: 30, postsPerDay: 2, isByHand: false, isSubscription: false };
const stars = (amount: string): PriceShape => ({ method: "stars", currency: "XTR", amount });

describe("a product", () => {
  test("goes together with its kind", () => {
    expect(productProblem(service, [])).toBeNull();
    expect(productProblem({ ...service, postsPerDay: null }, [])).toBe("service_needs_posts");
    expect(productProblem({ ...service, kind: "access" }, [])).toBe("posts_are_for_services");
    const topup = { ...service, kind: "topup" as const, durationDays: null, postsPerDay: null };
    expect(productProblem(topup, [stars("100")])).toBeNull();
    expect(productProblem({ ...topup, durationDays: 30 }, [])).toBe("topup_is_plain");
    expect(productProblem(topup, [{ method: "balance", currency: "USD", amount: "5" }])).toBe("topup_from_balance");
  });

  test("is renewed by Telegram only as Telegram can: thirty days, in Stars, no more than ten thousand", () => {
    const month = { ...service, isSubscription: true };
    expect(productProblem(month, [stars("500")])).toBeNull();
    expect(productProblem({ ...month, durationDays: 31 }, [stars("500")])).toBe("subscription_month");
    expect(productProblem(month, [])).toBe("subscription_needs_stars");
    expect(productProblem(month, [stars("10001")])).toBe("subscription_too_dear");
    expect(productProblem({ ...month, isByHand: true }, [stars("500")])).toBe("subscription_kind");
  });

  test("has prices that can be paid", () => {
    expect(isPriceFine(stars("100"))).toBe(true);
    expect(isPriceFine(stars("1.5"))).toBe(false);
    expect(isPriceFine({ method: "stars", currency: "USD", amount: "1" })).toBe(false);
    expect(isPriceFine({ method: "crypto_pay", currency: "XTR", amount: "1" })).toBe(false);
    expect(isPriceFine({ method: "crypto_pay", currency: "USD", amount: "0" })).toBe(false);
    expect(isPriceFine({ method: "yookassa", currency: "RUB", amount: "99.999" })).toBe(false);
    expect(isPriceFine({ method: "balance", currency: "XTR", amount: "5" })).toBe(true);
  });

  test("gets a slug of its title, and another when that is taken", () => {
    expect(slugOf("Starter  Mini — 2 posts!")).toBe("starter-mini-2-posts");
    expect(slugOf("Стартовый")).toBe("");
    expect(isSlug("starter-mini")).toBe(true);
    expect(isSlug("-x")).toBe(false);
    expect(freeSlug("pro", new Set(["pro", "pro-2"]))).toBe("pro-3");
  });

  test("speaks the reader's language, else the workspace's, else any that has words", () => {
    expect(textIn({ ru: "Да", uk: "Так" }, "uk", "ru")).toBe("Так");
    expect(textIn({ ru: "Да", uk: "" }, "uk", "ru")).toBe("Да");
    expect(textIn({ uk: "Так" }, "en", "ru")).toBe("Так");
    expect(textIn({}, "en", "ru")).toBe("");
    expect(hasWords({ en: "  " })).toBe(false);
  });
});
