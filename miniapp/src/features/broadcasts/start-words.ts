/** When a broadcast begins, in words. */
import { momentOf } from "@backend/modules/broadcasts/domain/local-time.ts";
import type { Format } from "@miniapp/shared/format.ts";
import type { AppTranslator } from "@miniapp/shared/i18n.ts";
import type { Schedule } from "./schedule-api.ts";

/**
 * By each one's own clock that clock is named: the first moment on earth at which it shows the hour would be the evening before.
 * Everything else begins at `begins`, told in the reader's zone.
 */
export const startWords = (t: AppTranslator, format: Format, schedule: Schedule, begins: string): string =>
  schedule.kind === "local"
    ? t("app.broadcast.each_at", { when: ownClock(format, schedule) })
    : format.dateTime(begins);

/** "28 Nov, 10:00": a wall, the same in every zone. */
export const ownClock = (format: Format, wall: { day: string; clock: string }): string =>
  format.dateTime(momentOf(wall, format.timeZone).toISOString());
