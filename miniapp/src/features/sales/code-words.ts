/** Promo codes in words. */
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import type { PromoCode } from "./api.ts";

export type CodeState = "on" | "off" | "ahead" | "over" | "used_up";

/** Whether a code can be used at a moment, and why not. */
export function codeStateOf(
  {
    isActive,
    startsAt,
    endsAt,
    maxUses,
    uses,
  }: Pick<PromoCode, "isActive" | "startsAt" | "endsAt" | "maxUses" | "uses">,
  now: Date,
): CodeState {
  if (!isActive) return "off";
  if (endsAt !== null && new Date(endsAt) <= now) return "over";
  if (maxUses !== null && uses >= maxUses) return "used_up";
  return startsAt !== null && new Date(startsAt) > now ? "ahead" : "on";
}

export function useCodeWords() {
  const t = useT();
  const format = useFormat();
  return {
    stateOf: codeStateOf,
    /** "−20 %", "−5,00 $", "+7 days". */
    valueOf({ kind, value, currency }: Pick<PromoCode, "kind" | "value" | "currency">): string {
      if (kind === "percent") return `−${format.percent(Number(value) / 100)}`;
      if (kind === "bonus_days") return t("app.selling.plus_days", { count: Number(value) });
      return `−${format.money(value, currency)}`;
    },
  };
}
