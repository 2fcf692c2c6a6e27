/** What a broadcast brought, as it crosses HTTP. */
import { exportFormats, separators } from "@backend/kit/export.ts";
import { oneOf } from "@backend/kit/one-of.ts";
import { pageOf, pageQuery } from "@backend/kit/paging.ts";
import { broadcastStates, recipientStates } from "@db/schema/broadcasts.ts";
import { type Static, t } from "elysia";

const count = t.Integer();
const moment = t.Nullable(t.String());
/** 0 to 1; null when there is nothing to be a part of. */
const rate = t.Nullable(t.Number());

/** Of one currency, exact decimal text; `perThousand` of a thousand sent messages. */
export const EarnedMoney = t.Object({
  currency: t.Nullable(t.String()),
  amount: t.String(),
  perThousand: t.Nullable(t.String()),
});
export type EarnedMoney = Static<typeof EarnedMoney>;

const answers = {
  sent: count,
  failed: count,
  /** Of the failed: the bot was blocked, or the account is gone. */
  blocked: count,
  clicked: count,
  replied: count,
  converted: count,
  optedOut: count,
};
export const AnswerCounts = t.Object(answers);
export type AnswerCounts = Static<typeof AnswerCounts>;

export const AnswerRates = t.Object({
  clicked: rate,
  replied: rate,
  converted: rate,
  optedOut: rate,
  blocked: rate,
});

const Reason = t.Object({ reason: t.String(), message: t.String(), count });
const About = {
  id: t.String(),
  name: t.String(),
  state: oneOf(broadcastStates),
  startedAt: moment,
  finishedAt: moment,
};

export const BroadcastResults = t.Object({
  ...About,
  counts: t.Object({ ...answers, total: count, waiting: count, unknown: count, skipped: count, cancelled: count }),
  rates: AnswerRates,
  money: t.Array(EarnedMoney),
  failures: t.Array(Reason),
  skips: t.Array(Reason),
  bots: t.Array(t.Object({ ...answers, botId: t.String(), name: t.String(), money: t.Array(EarnedMoney) })),
  /** By what the recipient reads, as it was known when his message was made; null = it was not. The largest first. */
  languages: t.Array(t.Object({ ...answers, language: t.Nullable(t.String()), money: t.Array(EarnedMoney) })),
  /** Purchases by the country that the tracker says; null = it says none. Where people are who bought nothing, nobody knows. */
  countries: t.Array(
    t.Object({
      country: t.Nullable(t.String()),
      conversions: count,
      money: t.Array(t.Object({ currency: t.Nullable(t.String()), amount: t.String() })),
    }),
  ),
  variants: t.Array(t.Object({ ...answers, key: t.String(), share: count })),
  links: t.Array(t.Object({ number: count, url: t.String(), clicks: count, people: count })),
  /** First clicks of people over time, without gaps: by the hour for three days, by the day after that. */
  clicks: t.Object({ step: oneOf(["hour", "day"]), items: t.Array(t.Object({ at: t.String(), people: count })) }),
  /** Whether addresses are counted at all. */
  countsClicks: t.Boolean(),
  timeZone: t.String(),
});
export type BroadcastResults = Static<typeof BroadcastResults>;

export const answerKinds = ["clicked", "replied", "converted", "opted_out"] as const;
export const RecipientQuery = t.Object({
  ...pageQuery,
  state: t.Optional(oneOf(recipientStates)),
  variant: t.Optional(oneOf(["A", "B", "C", "D"])),
  answer: t.Optional(oneOf(answerKinds)),
  reason: t.Optional(t.String({ maxLength: 100 })),
  /** A part of a name or @username, or a whole Telegram id. */
  search: t.Optional(t.String({ maxLength: 100 })),
});
export type RecipientQuery = Static<typeof RecipientQuery>;

export const Recipient = t.Object({
  id: t.String(),
  /** Null when he was erased. */
  name: t.Nullable(t.String()),
  username: t.Nullable(t.String()),
  telegramId: t.Nullable(t.Number()),
  chatId: t.String(),
  botId: t.String(),
  variant: t.String(),
  language: t.Nullable(t.String()),
  state: oneOf(recipientStates),
  problem: t.Nullable(t.String()),
  dueAt: moment,
  doneAt: moment,
  clicks: count,
  clickedAt: moment,
  repliedAt: moment,
  optedOutAt: moment,
  convertedAt: moment,
  money: t.Array(t.Object({ currency: t.Nullable(t.String()), amount: t.String() })),
  deliveryId: t.Nullable(t.String()),
});
export type Recipient = Static<typeof Recipient>;
export const RecipientPage = pageOf(Recipient);

export const ResultExportQuery = t.Object({
  format: oneOf([...exportFormats, "pdf"]),
  separator: t.Optional(oneOf(separators)),
});
export type ResultExportQuery = Static<typeof ResultExportQuery>;

export const ResultParams = t.Object({ broadcastId: t.String({ format: "uuid" }) });

export const ComparedBroadcast = t.Object({
  ...About,
  counts: AnswerCounts,
  rates: AnswerRates,
  money: t.Array(EarnedMoney),
});
export type ComparedBroadcast = Static<typeof ComparedBroadcast>;
/** Two to five ids with commas between them. */
export const CompareQuery = t.Object({ ids: t.String({ maxLength: 200 }) });
export const Comparison = t.Object({ items: t.Array(ComparedBroadcast) });

export const OverviewQuery = t.Object({ days: t.Optional(t.Integer({ minimum: 1, maximum: 366 })) });
export const BroadcastsOverview = t.Object({
  days: count,
  broadcasts: count,
  counts: AnswerCounts,
  rates: AnswerRates,
  money: t.Array(EarnedMoney),
  /** By the share of those who clicked, the best first; of those that reached enough people to tell. */
  best: t.Array(ComparedBroadcast),
  /** The newest of them, to be chosen from. */
  items: t.Array(ComparedBroadcast),
});
export type BroadcastsOverview = Static<typeof BroadcastsOverview>;

/** All runs of a plan together. */
export const PlanResults = t.Object({
  runs: count,
  counts: AnswerCounts,
  rates: AnswerRates,
  money: t.Array(EarnedMoney),
});
export type PlanResults = Static<typeof PlanResults>;
export const PlanRunResult = t.Object({
  ...ComparedBroadcast.properties,
  /** The moment of the plan that it stands for. */
  runAt: t.String(),
});
export type PlanRunResult = Static<typeof PlanRunResult>;
export const PlanRunPage = pageOf(PlanRunResult);
export const PlanRunQuery = t.Object(pageQuery);
export type PlanRunQuery = Static<typeof PlanRunQuery>;
export const PlanExportQuery = t.Object({
  format: oneOf(exportFormats),
  separator: t.Optional(oneOf(separators)),
});
export type PlanExportQuery = Static<typeof PlanExportQuery>;
