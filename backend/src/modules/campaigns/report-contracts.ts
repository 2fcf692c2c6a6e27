/** Shapes of figures and advice that cross HTTP. Days are text in the zone that is named, amounts exact decimal text. */
import { exportFormats, separators } from "@backend/kit/export.ts";
import { oneOf } from "@backend/kit/one-of.ts";
import { type Static, t } from "elysia";
import { leftOutReasons, shareMeasures } from "./domain/advice.ts";
import { figureColumns, figuresBy } from "./domain/figures.ts";

const Id = t.String({ format: "uuid" });
const Day = t.String({ maxLength: 10 });
const Count = t.Integer();
const Rate = t.Nullable(t.Number());
const Amount = t.String();

/** Periods that end with the day that it is in the zone of the figures, or with the one before. */
export const figurePeriods = ["today", "yesterday", "7", "30"] as const;
export type FigurePeriod = (typeof figurePeriods)[number];

const period = {
  period: t.Optional(oneOf(figurePeriods)),
  /** First and last day, both included; instead of a period. */
  from: t.Optional(Day),
  to: t.Optional(Day),
};
const question = {
  ...period,
  /** Of what: a whole tracker, a campaign or a flow. The smallest one that is named counts. */
  connectionId: t.Optional(Id),
  campaignId: t.Optional(Id),
  flowId: t.Optional(Id),
  /** What the rows are; "none" when it is not named: totals alone. */
  by: t.Optional(oneOf(figuresBy)),
  /** The period of the same length before this one, beside it. */
  compare: t.Optional(t.Literal("previous")),
  /** "clicks" when it is not named. Days keep their order. */
  sort: t.Optional(oneOf(figureColumns)),
  order: t.Optional(oneOf(["asc", "desc"])),
};

export const FiguresQuery = t.Object({
  ...question,
  /** Rows at most; 100 by default. */
  limit: t.Optional(t.Integer({ minimum: 1, maximum: 1_000 })),
});
export type FiguresQuery = Static<typeof FiguresQuery>;

export const FiguresExportQuery = t.Object({
  ...question,
  format: oneOf(exportFormats),
  separator: t.Optional(oneOf(separators)),
});
export type FiguresExportQuery = Static<typeof FiguresExportQuery>;

export const Figures = t.Object({
  clicks: Count,
  uniques: Count,
  conversions: Count,
  sales: Count,
  revenue: Amount,
  cost: Amount,
  profit: Amount,
  /** Conversions ÷ clicks; null without clicks. */
  cr: Rate,
  /** Revenue ÷ clicks, to six digits. */
  epc: t.Nullable(Amount),
  /** (Revenue − cost) ÷ cost; null where nothing was spent. */
  roi: Rate,
});

const FigureRow = t.Object({
  /** The tracker's id, a country's code, or a day; "" for clicks that have none. */
  key: t.String(),
  /** Null: unknown here, and shown by its number. */
  name: t.Nullable(t.String()),
  /** Our id of a campaign or flow, where it is kept here. */
  id: t.Nullable(t.String()),
  figures: Figures,
  /** One period earlier; null where nothing was compared. */
  before: t.Nullable(Figures),
});
export type FigureRow = Static<typeof FigureRow>;

export const FigureTable = t.Object({
  connection: t.Object({ id: t.String(), name: t.String() }),
  campaign: t.Nullable(t.Object({ id: t.String(), ref: t.String(), name: t.String() })),
  flow: t.Nullable(t.Object({ id: t.String(), ref: t.String(), name: t.String() })),
  by: oneOf(figuresBy),
  from: Day,
  to: Day,
  /** Whose days these are. */
  timeZone: t.String(),
  /** The period still runs: its earlier one has had more time. */
  isOpen: t.Boolean(),
  /** Of the tracker, as its connection says; null: nobody has said. */
  currency: t.Nullable(t.String()),
  rows: t.Array(FigureRow),
  /** Rows that the limit left out. */
  moreRows: Count,
  totals: Figures,
  /** False: the tracker could not be asked for totals, and the rows were added up. */
  hasOwnTotals: t.Boolean(),
  previous: t.Nullable(t.Object({ from: Day, to: Day, totals: Figures })),
  /** When the tracker said so; of several answers, the oldest. */
  readAt: t.String(),
  /** Why it could not be asked now, as a sentence: the figures are the last known ones. */
  problem: t.Nullable(t.String()),
});
export type FigureTable = Static<typeof FigureTable>;

// ── Advice ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export const AdviceQuery = t.Object({
  period: t.Optional(oneOf(["7", "30"])),
  /** "epc" when it is not named. */
  by: t.Optional(oneOf(shareMeasures)),
});
export type AdviceQuery = Static<typeof AdviceQuery>;

const Interval = t.Object({ low: Amount, estimate: Amount, high: Amount });
export const Advice = t.Object({
  by: oneOf(shareMeasures),
  from: Day,
  to: Day,
  timeZone: t.String(),
  currency: t.Nullable(t.String()),
  /** What an offer must have to be judged: clicks and conversions, or very many clicks. */
  rule: t.Object({ clicks: Count, conversions: Count, clicksAlone: Count, confidence: t.Number() }),
  offers: t.Array(
    t.Object({
      id: t.String(),
      name: t.Nullable(t.String()),
      state: t.String(),
      isPinned: t.Boolean(),
      /** In the draft, where there is one. */
      share: t.Number(),
      /** Null: nothing is suggested, or the row counts for nothing. */
      suggested: t.Nullable(t.Integer()),
      clicks: Count,
      conversions: Count,
      revenue: Amount,
      /** Revenue of a click, or of each unit of cost. Null where that cannot be told. */
      value: t.Nullable(Interval),
      leftOut: t.Nullable(oneOf(leftOutReasons)),
    }),
  ),
  /** Why there is no suggestion; null when there is one. */
  obstacle: t.Nullable(oneOf(["too_few_judged", "no_room"])),
  /** Every interval overlaps every other: the differences may be chance. */
  mayBeChance: t.Boolean(),
  readAt: t.String(),
  problem: t.Nullable(t.String()),
});
export type Advice = Static<typeof Advice>;

// ── What a tracker sent, and what came in ───────────────────────────────────────────────────────────────────────────

export const SentQuery = t.Object({ day: t.Optional(Day) });
export const SentDay = t.Object({
  /** Of the tracker's own clock. */
  day: Day,
  /** Lines of the tracker's log with this connection's address. */
  sent: Count,
  /** Of these: a call that says the same came in. */
  arrived: Count,
  /** Of these, what the tracker got back: a success, an error, nothing, or the line does not say. */
  accepted: Count,
  refused: Count,
  failed: Count,
  unknown: Count,
  /** Lines for other connections, with an address that nobody has (any more), and in which none could be read. */
  elsewhere: Count,
  unknownAddress: Count,
  unread: Count,
  /** The day has more lines than are read. */
  isCut: t.Boolean(),
  /** Those that did not arrive or were not accepted, newest first. */
  troubles: t.Array(
    t.Object({
      at: t.String(),
      outcome: oneOf(["accepted", "refused", "failed", "unknown"]),
      status: t.Nullable(Count),
      /** In the tracker's words, without addresses. */
      remark: t.Nullable(t.String()),
      hasArrived: t.Boolean(),
    }),
  ),
  moreTroubles: Count,
});
export type SentDay = Static<typeof SentDay>;
