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

/** "at once", "09:00: quiet hours, silent". */
export function howTold(told: Told, t: AppTranslator, format: Format): string {
  const how = whenTold(told, t, format);
  return told.isSilent ? t("app.told.silently", { how }) : how;
}

function whenTold({ outcome, reason, dueAt }: Told, t: AppTranslator, format: Format): string {
  if (outcome !== "held") return t(`app.told.${outcome}`);
  const why = reason === null ? "" : t(`app.told.reason.${reason}`);
  return dueAt === null
    ? t("app.told.held", { reason: why })
    : t("app.told.held_until", { when: format.moment(dueAt), reason: why });
}
