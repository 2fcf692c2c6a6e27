/** Products in words: the line of a list, and what a package promises. */
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import type { Tone } from "@miniapp/shared/ui/index.ts";
import type { ShopProduct } from "./api.ts";

type Described = Pick<
  ShopProduct,
  "kind" | "durationDays" | "postsPerDay" | "promises" | "isSubscription" | "isByHand"
>;
const ranges = ["views", "reactions", "comments", "reposts"] as const;

export interface Promised {
  name: string;
  value: string;
}

export function useProductWords() {
  const t = useT();
  const format = useFormat();

  const durationOf = (days: number | null): string =>
    days === null ? t("app.shop.endless") : t("app.shop.days", { count: days });

  return {
    durationOf,
    /** "2 posts a day · 30 days". */
    factsOf({ kind, postsPerDay, durationDays, isSubscription }: Described): string {
      const facts: string[] = [];
      if (kind !== "service") facts.push(t(`app.shop.kind.${kind}`));
      if (postsPerDay !== null) facts.push(t("app.shop.posts_a_day", { count: postsPerDay }));
      if (isSubscription) facts.push(t("app.shop.monthly"));
      else if (kind !== "topup") facts.push(durationOf(durationDays));
      return facts.join(" · ");
    },
    /** "Views of a post: 1,000–2,500" and the like, as readable lines. */
    promisesOf({ kind, promises, postsPerDay, durationDays }: Described): Promised[] {
      const lines: Promised[] = [];
      if (postsPerDay !== null)
        lines.push({ name: t("app.shop.promise.posts"), value: t("app.shop.posts_a_day", { count: postsPerDay }) });
      for (const range of ranges) {
        const promised = promises[range];
        if (promised === null) continue;
        const { from, to } = promised;
        const value = from === to ? format.number(from) : `${format.number(from)}–${format.number(to)}`;
        lines.push({ name: t(`app.shop.promise.${range}`), value });
      }
      if (kind !== "topup") lines.push({ name: t("app.shop.promise.duration"), value: durationOf(durationDays) });
      return lines;
    },
    /** What the person has of it already, or why it cannot be bought. */
    standingOf({
      openOrderId,
      isOpenOrderChecked,
      activeUntil,
      stock,
      prices,
    }: Pick<ShopProduct, "openOrderId" | "isOpenOrderChecked" | "activeUntil" | "stock" | "prices">): {
      tone: Tone;
      text: string;
    } | null {
      if (isOpenOrderChecked) return { tone: "warn", text: t("app.order.state.checked") };
      if (openOrderId !== null) return { tone: "warn", text: t("app.shop.waits_for_payment") };
      if (activeUntil !== null)
        return { tone: "good", text: t("app.shop.active_until", { day: format.moment(activeUntil) }) };
      if (stock === 0) return { tone: "neutral", text: t("app.shop.sold_out") };
      return prices.length === 0 ? { tone: "neutral", text: t("app.shop.not_now") } : null;
    },
  };
}
