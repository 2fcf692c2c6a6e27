/** How a tracker stands, in the same words on every screen. */
import type { Format } from "@miniapp/shared/format.ts";
import type { AppTranslator } from "@miniapp/shared/i18n.ts";
import type { Tone } from "@miniapp/shared/ui/index.ts";
import type { TrackerMirror } from "./api.ts";

export type Standing = "on" | "off" | "running" | "problem";

export function standingOf(tracker: TrackerMirror): Standing {
  if (tracker.isRunning) return "running";
  if (!tracker.isOn) return "off";
  return tracker.problem === null ? "on" : "problem";
}

export const standingTone: Readonly<Record<Standing, Tone>> = {
  on: "good",
  off: "neutral",
  running: "neutral",
  problem: "bad",
};

/** One sentence: what is wrong, or how fresh it is. */
export function standingWords(tracker: TrackerMirror, t: AppTranslator, format: Format): string {
  const standing = standingOf(tracker);
  if (standing === "off") return t("app.campaigns.tracker.off_text");
  if (standing === "problem" && tracker.problem !== null) return tracker.problem;
  if (standing === "running") return progressWords(tracker, t, format);
  return ageWords(tracker, t, format);
}

export const ageWords = ({ lastOkAt, isOn }: TrackerMirror, t: AppTranslator, format: Format): string =>
  lastOkAt === null
    ? t(isOn ? "app.campaigns.tracker.first" : "app.campaigns.tracker.never")
    : t("app.campaigns.tracker.updated", { when: format.ago(lastOkAt) });

export const progressWords = ({ name, done, total }: TrackerMirror, t: AppTranslator, format: Format): string =>
  total === null
    ? t("app.campaigns.tracker.reading_lists", { name })
    : t("app.campaigns.tracker.reading", { name, done: format.number(done), total: format.number(total) });

/** Two readings were missed: what is shown may not be what the tracker has. */
export const isStale = ({ lastOkAt, everyMinutes }: TrackerMirror, now: Date): boolean =>
  lastOkAt !== null && now.getTime() - new Date(lastOkAt).getTime() > 2 * everyMinutes * 60_000;
