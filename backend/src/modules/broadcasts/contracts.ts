/** Shapes that cross HTTP, and that a broadcast's row keeps as JSON. */
import { oneOf } from "@backend/kit/one-of.ts";
import { Letter } from "@backend/modules/messaging/index.ts";
import { type Static, t } from "elysia";
import { clickParamPattern } from "./domain/tracked-links.ts";

/** One of up to four versions of the message. Without an experiment there is one, with the share 100. */
export const Variant = t.Object({
  key: oneOf(["A", "B", "C", "D"]),
  /** Percent of those who take part; the shares of all variants sum to 100. */
  share: t.Integer({ minimum: 1, maximum: 100 }),
  letter: Letter,
});
export type Variant = Static<typeof Variant>;

const clock = t.String({ pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$" });
const zone = t.String({ maxLength: 64 });

/**
 * When it goes out: at once; at a moment; at a day and clock of each recipient's own zone; or again and again by a cron line in a
 * zone.
 */
export const Schedule = t.Union([
  t.Object({ kind: t.Literal("now") }),
  t.Object({ kind: t.Literal("at"), at: t.String({ format: "date-time" }) }),
  t.Object({ kind: t.Literal("local"), day: t.String({ format: "date" }), clock }),
  t.Object({
    kind: t.Literal("cron"),
    cron: t.String({ maxLength: 100 }),
    timeZone: zone,
    until: t.Optional(t.String({ format: "date-time" })),
  }),
]);
export type Schedule = Static<typeof Schedule>;

/**
 * A test of variants: on everybody (sample 100), or on a sample, after which the rest gets the winner. `auto` decides after
 * `afterMinutes`; otherwise a person does. `editLosers` turns what the others got into the winner.
 */
export const Experiment = t.Object({
  samplePercent: t.Integer({ minimum: 5, maximum: 100 }),
  measure: oneOf(["clicks", "orders"]),
  isAuto: t.Boolean(),
  afterMinutes: t.Integer({ minimum: 10, maximum: 7 * 24 * 60 }),
  editLosers: t.Boolean(),
});
export type Experiment = Static<typeof Experiment>;

export const QuietHours = t.Object({ from: clock, to: clock });
export const Options = t.Object({
  /** Telegram's paid pace: 0.1 Star a message above 30/s, from the bot's balance. */
  isPaid: t.Optional(t.Boolean()),
  /** Goes out in quiet hours too, and does not count for anybody's attention. */
  isUrgent: t.Optional(t.Boolean()),
  /** Counts clicks through addresses of ours; on unless switched off. */
  countsClicks: t.Optional(t.Boolean()),
  /** Adds utm_source, utm_medium and utm_campaign to counted addresses. */
  utm: t.Optional(t.Boolean()),
  /** Parameter in which counted addresses hand over who clicked, for trackers to give back: "sub_id_9". */
  clickParam: t.Optional(t.String({ pattern: clickParamPattern })),
});
export type Options = Static<typeof Options>;
