/** Who is told and how, in one line; the same for a dry run and for the lab. */
import type { Format } from "@miniapp/shared/format.ts";
import type { AppTranslator } from "@miniapp/shared/i18n.ts";
import type { Tone } from "@miniapp/shared/ui/index.ts";
import type { Told } from "./api.ts";

export const toldTone: Readonly<Record<Told["outcome"], Tone>> = {
  now: "good",
  held: "neutral",
  dropped: "warn",
  unreachable: "bad",
};

/** "at once", "held until 09:00: quiet hours". */
export function howTold(told: Told, t: AppTranslator, format: Format): string {
  if (told.outcome !== "held") return t(`app.told.${told.outcome}`);
  const reason = told.reason === null ? "" : t(`app.told.reason.${told.reason}`);
  return told.dueAt === null
    ? t("app.told.held", { reason })
    : t("app.told.held_until", { when: format.moment(told.dueAt), reason });
}
