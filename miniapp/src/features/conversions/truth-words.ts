/** What a day of the comparison says, and how a pull stands: in the same words on every screen. */
import type { Format } from "@miniapp/shared/format.ts";
import type { AppTranslator } from "@miniapp/shared/i18n.ts";
import type { Tone } from "@miniapp/shared/ui/index.ts";
import type { PullDay, TrackerPull } from "./truth-api.ts";

/** "312 of 312 delivered". */
export const deliveredWords = (day: PullDay, t: AppTranslator): string =>
  day.theirs === 0
    ? t("app.truth.nothing")
    : t("app.truth.delivered", { known: day.delivered + day.recovered, theirs: day.theirs });

/** "2 recovered from the tracker · 1 being recovered", or nothing. */
export function missedWords(day: PullDay, t: AppTranslator): string {
  const parts: string[] = [];
  if (day.recovered > 0) parts.push(t("app.truth.recovered", { count: day.recovered }));
  if (day.waiting > 0) parts.push(t("app.truth.waiting", { count: day.waiting }));
  return parts.join(" · ");
}

export type PullStanding = "on" | "off" | "paused" | "problem" | "running";

export function standingOf(pull: TrackerPull, isPaused: boolean): PullStanding {
  if (!pull.isOn) return "off";
  if (isPaused) return "paused";
  if (pull.isRunning) return "running";
  return pull.problem ? "problem" : "on";
}

export const standingTone: Readonly<Record<PullStanding, Tone>> = {
  on: "good",
  off: "neutral",
  paused: "neutral",
  running: "neutral",
  problem: "bad",
};

/** What a pull's standing means, in a sentence. */
export function standingWords(pull: TrackerPull, standing: PullStanding, t: AppTranslator, format: Format): string {
  if (standing === "off") return t("app.truth.off_text");
  if (standing === "paused") return t("app.truth.paused_text");
  if (pull.problem) return pull.problem.message;
  return pull.checkedUntil === null
    ? t("app.truth.not_checked")
    : t("app.truth.checked_until", { when: format.moment(pull.checkedUntil) });
}
