/** Shapes of watches and summaries that cross HTTP. */
import { oneOf } from "@backend/kit/one-of.ts";
import { canonicalStatuses } from "@backend/modules/conversions/index.ts";
import { locales } from "@db/schema/identity.ts";
import { type Static, t } from "elysia";
import { directions } from "./domain/watch.ts";

const Uuid = t.String({ format: "uuid" });
const LocaleName = oneOf(locales);
const StatusName = oneOf(canonicalStatuses);

/** Where it is told; null when no chat is chosen, or when the chosen one is gone. */
const Target = t.Nullable(
  t.Object({
    chatId: t.String(),
    name: t.String(),
    threadId: t.Nullable(t.Number()),
    isWritable: t.Boolean(),
  }),
);
export type Target = Static<typeof Target>;
const ConnectionRef = t.Nullable(t.Object({ id: t.String(), name: t.String() }));
const chosenTarget = {
  chatId: t.Nullable(Uuid),
  threadId: t.Optional(t.Nullable(t.Integer({ minimum: 1 }))),
};

// ── Watches ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export const maxName = 80;
const rule = {
  status: t.Nullable(StatusName),
  connectionId: t.Nullable(Uuid),
  direction: oneOf(directions),
  percent: t.Integer({ minimum: 1, maximum: 10_000 }),
  minVolume: t.Integer({ minimum: 1, maximum: 1_000_000 }),
};
const watchFields = {
  /** Long enough for anything a person types; the room's own rule names the exact limit in his language. */
  name: t.String({ maxLength: maxName * 4 }),
  isOn: t.Boolean(),
  ...rule,
  coolDownMinutes: t.Integer({ minimum: 0, maximum: 7 * 24 * 60 }),
  ...chosenTarget,
  locale: LocaleName,
};
export const Watch = t.Object({
  id: t.String(),
  name: t.String(),
  isOn: t.Boolean(),
  /** Null: conversions of every status. */
  status: t.Nullable(StatusName),
  /** Null: of every connection. */
  connection: ConnectionRef,
  direction: oneOf(directions),
  percent: t.Integer(),
  minVolume: t.Integer(),
  coolDownMinutes: t.Integer(),
  target: Target,
  locale: LocaleName,
  firedAt: t.Nullable(t.String()),
  createdAt: t.String(),
});
export type Watch = Static<typeof Watch>;
export const WatchList = t.Object({ items: t.Array(Watch) });
export const WatchParams = t.Object({ watchId: Uuid });
export const CreateWatchBody = t.Object(watchFields, {
  examples: [
    {
      name: "Sales fell",
      isOn: true,
      status: "sale",
      connectionId: null,
      direction: "drop",
      percent: 50,
      minVolume: 10,
      coolDownMinutes: 120,
      chatId: null,
      locale: "en",
    },
  ],
});
export type CreateWatch = Static<typeof CreateWatchBody>;
export const ChangeWatchBody = t.Partial(t.Object(watchFields));
export type ChangeWatch = Static<typeof ChangeWatchBody>;

export const WatchPreviewQuery = t.Object({
  status: t.Optional(StatusName),
  connectionId: t.Optional(Uuid),
  direction: rule.direction,
  percent: rule.percent,
  minVolume: rule.minVolume,
});
export type WatchPreviewQuery = Static<typeof WatchPreviewQuery>;
/** What the rule says of the last hour that closed. */
export const WatchPreview = t.Object({
  from: t.String(),
  to: t.String(),
  present: t.Integer(),
  /** The same hour of other days, newest first. */
  past: t.Array(t.Object({ from: t.String(), count: t.Integer() })),
  usual: t.Nullable(t.Number()),
  /** In percent of the usual. */
  change: t.Nullable(t.Number()),
  verdict: oneOf(["drop", "spike", "calm", "too_few_hours", "too_little"] as const),
});
export type WatchPreview = Static<typeof WatchPreview>;

// ── Summaries ───────────────────────────────────────────────────────────────────────────────────────────────────────

const summaryFields = {
  isOn: t.Boolean(),
  period: oneOf(["day", "week"] as const),
  /** By the workspace's clock. */
  at: t.String({ pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$" }),
  /** 1 = Monday; of weekly ones. */
  weekday: t.Integer({ minimum: 1, maximum: 7 }),
  connectionId: t.Nullable(Uuid),
  ...chosenTarget,
  locale: LocaleName,
};
export const Summary = t.Object({
  id: t.String(),
  isOn: t.Boolean(),
  period: oneOf(["day", "week"] as const),
  at: t.String(),
  weekday: t.Integer(),
  connection: ConnectionRef,
  target: Target,
  locale: LocaleName,
  /** The first day of the last period that was told. */
  toldFor: t.Nullable(t.String()),
  /** When the next one is due. */
  nextAt: t.String(),
  timeZone: t.String(),
  createdAt: t.String(),
});
export type Summary = Static<typeof Summary>;
export const SummaryList = t.Object({ items: t.Array(Summary) });
export const SummaryParams = t.Object({ summaryId: Uuid });
export const CreateSummaryBody = t.Object(summaryFields, {
  examples: [{ isOn: true, period: "day", at: "09:00", weekday: 1, connectionId: null, chatId: null, locale: "en" }],
});
export type CreateSummary = Static<typeof CreateSummaryBody>;
export const ChangeSummaryBody = t.Partial(t.Object(summaryFields));
export type ChangeSummary = Static<typeof ChangeSummaryBody>;

export const Done = t.Object({ ok: t.Literal(true) });
