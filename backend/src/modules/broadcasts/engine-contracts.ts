/** Shapes of broadcasts on their way from draft to end. */
import { oneOf } from "@backend/kit/one-of.ts";
import { pageOf, pageQuery } from "@backend/kit/paging.ts";
import { ConditionContract, StoredCondition } from "@backend/modules/audience/index.ts";
import { PersonRef } from "@backend/modules/identity/index.ts";
import { broadcastStates } from "@db/schema/broadcasts.ts";
import { type Static, t } from "elysia";
import { Experiment, Options, QuietHours, Schedule, Variant } from "./contracts.ts";

const uuid = t.String({ format: "uuid" });
const StateName = oneOf(broadcastStates);
const Sentence = t.Object({ code: t.String(), message: t.String() });

/** How many stand where. `waiting + sent + failed + unknown + skipped + cancelled` is `total` at any moment. */
export const Counts = t.Object({
  total: t.Integer(),
  /** Planned, in a lane, or not looked at yet. */
  waiting: t.Integer(),
  sent: t.Integer(),
  failed: t.Integer(),
  unknown: t.Integer(),
  skipped: t.Integer(),
  cancelled: t.Integer(),
  /** Of the failed: the bot was blocked, or the account is gone. */
  blocked: t.Integer(),
});
export type Counts = Static<typeof Counts>;

export const BroadcastRow = t.Object({
  id: t.String(),
  kind: oneOf(["once", "recurring", "run"]),
  name: t.String(),
  state: StateName,
  /** Why it paused or failed by itself. */
  stateReason: t.Nullable(Sentence),
  botIds: t.Array(t.String()),
  schedule: Schedule,
  runAt: t.Nullable(t.String()),
  requestedAt: t.Nullable(t.String()),
  startedAt: t.Nullable(t.String()),
  finishedAt: t.Nullable(t.String()),
  createdAt: t.String(),
  updatedAt: t.String(),
  counts: Counts,
  optedOut: t.Integer(),
  clicked: t.Integer(),
  replied: t.Integer(),
  converted: t.Integer(),
});
export type BroadcastRow = Static<typeof BroadcastRow>;
export const BroadcastPage = pageOf(BroadcastRow);

export const BroadcastContract = t.Composite([
  BroadcastRow,
  t.Object({
    parentId: t.Nullable(t.String()),
    chatIds: t.Array(t.String()),
    segmentId: t.Nullable(t.String()),
    condition: t.Nullable(StoredCondition),
    categoryId: t.Nullable(t.Integer()),
    variants: t.Array(Variant),
    experiment: t.Nullable(Experiment),
    options: Options,
    phase: t.Integer(),
    winner: t.Nullable(t.String()),
    createdBy: t.Nullable(PersonRef),
    requestedBy: t.Nullable(PersonRef),
    launchedBy: t.Nullable(PersonRef),
    /** Whether the reader may let it go: has the right, and is not the one who asked where two are needed. */
    mayLaunch: t.Boolean(),
    /** Whether the reader may give what was delivered other words: where two people are needed, owners and admins alone. */
    mayReword: t.Boolean(),
  }),
]);
export type BroadcastContract = Static<typeof BroadcastContract>;

/** What may be changed of a draft. A field that is left out stays as it is. */
const draftFields = {
  name: t.Optional(t.String({ maxLength: 120 })),
  botIds: t.Optional(t.Array(uuid, { maxItems: 100 })),
  chatIds: t.Optional(t.Array(uuid, { maxItems: 200 })),
  segmentId: t.Optional(t.Nullable(uuid)),
  condition: t.Optional(t.Nullable(ConditionContract)),
  categoryId: t.Optional(t.Nullable(t.Integer({ minimum: 1, maximum: 2_147_483_647 }))),
  variants: t.Optional(t.Array(Variant, { maxItems: 4 })),
  schedule: t.Optional(Schedule),
  experiment: t.Optional(t.Nullable(Experiment)),
  options: t.Optional(Options),
};
export const CreateBroadcastBody = t.Object(draftFields, {
  examples: [
    {
      name: "Spring sale",
      botIds: ["0f4cdd5a-6a8e-4a5e-9e8f-0a4f1d2c3b4a"],
      condition: { kind: "all", of: [{ kind: "language", test: "is", values: ["en", "uk"] }] },
      variants: [
        {
          key: "A",
          share: 100,
          letter: {
            fallback: "en",
            messages: {
              en: {
                kind: "text",
                html: "Hello, {first_name|there}! <b>Everything</b> is 20 % off.",
                buttons: [[{ text: "To the shop", url: "https://shop.example/?from=telegram" }]],
              },
            },
          },
        },
      ],
      schedule: { kind: "local", day: "2026-12-01", clock: "10:00" },
    },
  ],
});
export type CreateBroadcast = Static<typeof CreateBroadcastBody>;
export const ChangeBroadcastBody = t.Object({
  ...draftFields,
  /** `updatedAt` of the draft as it was read: when it is another by now, nothing is changed and the answer is a conflict. */
  seenAt: t.Optional(t.String({ format: "date-time" })),
});
/** `seenAt`, as of a change: what is asked for, and what goes out, is what was read. */
export const LaunchQuery = t.Object({ seenAt: t.Optional(t.String({ format: "date-time" })) });
export type ChangeBroadcast = Static<typeof ChangeBroadcastBody>;
export const BroadcastParams = t.Object({ broadcastId: uuid });
export const BroadcastListQuery = t.Object({
  ...pageQuery,
  state: t.Optional(StateName),
  search: t.Optional(t.String({ maxLength: 100 })),
});

/** Small enough to be asked every second or two. */
export const Progress = t.Object({
  state: StateName,
  stateReason: t.Nullable(Sentence),
  counts: Counts,
  optedOut: t.Integer(),
  /** Messages a second, as measured over the last seconds; 0 while nothing is measured. */
  perSecond: t.Number(),
  /** Until the slowest bot is through and the last of those who wait for their own time; null when nothing moves. */
  secondsLeft: t.Nullable(t.Integer()),
  /** The sample of a test of variants is out, and nobody else gets anything before a winner is named. */
  waitsForWinner: t.Boolean(),
  /** When the next of those who wait for their own time is due. */
  nextDueAt: t.Nullable(t.String()),
  bots: t.Array(
    t.Object({
      botId: t.String(),
      name: t.String(),
      problem: t.Nullable(Sentence),
      counts: t.Omit(Counts, ["blocked"]),
    }),
  ),
});
export type Progress = Static<typeof Progress>;

/** Why messages did not arrive or were not sent, most frequent first. */
export const Reasons = t.Object({
  items: t.Array(
    t.Object({
      state: oneOf(["failed", "unknown", "skipped", "cancelled"]),
      code: t.String(),
      message: t.String(),
      count: t.Integer(),
    }),
  ),
});
export type Reasons = Static<typeof Reasons>;

export const Check = t.Object({
  /** What must be mended before it can go out. */
  problems: t.Array(t.Object({ code: t.String(), message: t.String(), where: t.Nullable(t.String()) })),
  /** What one should know and may accept. */
  warnings: t.Array(Sentence),
  reach: t.Object({
    people: t.Integer(),
    chats: t.Integer(),
    optedOut: t.Integer(),
    unreachable: t.Integer(),
    byBot: t.Array(t.Object({ botId: t.String(), people: t.Integer() })),
  }),
  /** Until the last has got it; at most, where each one's own clock decides. */
  durationSeconds: t.Integer(),
  /** Null: it costs nothing. */
  starsAtMost: t.Nullable(t.Integer()),
  /** When it would begin; null = at once. */
  startsAt: t.Nullable(t.String()),
  needsFourEyes: t.Boolean(),
  /** When it would pause itself. */
  selfStop: t.Nullable(t.Object({ blockedPercent: t.Number(), optedOutPercent: t.Number(), afterSent: t.Integer() })),
});
export type Check = Static<typeof Check>;

export const SendBroadcastTestBody = t.Object(
  {
    /** Whom to send it to; the caller when left out. */
    personIds: t.Optional(t.Array(uuid, { minItems: 1, maxItems: 20 })),
    /** Index of the variant. */
    variant: t.Optional(t.Integer({ minimum: 0, maximum: 3 })),
    /** In which of the letter's languages; each person's own when left out. */
    language: t.Optional(t.String({ maxLength: 35 })),
  },
  // A program has no chat of its own to be sent a test in.
  { examples: [{ variant: 0, personIds: ["8d5b1c1e-6f0a-4b7e-9a57-2f1c3d4e5f60"] }] },
);
export const TestSent = t.Object({
  count: t.Integer(),
  /** Those who have no private chat with any of its bots. */
  missed: t.Array(PersonRef),
});
export const Requested = t.Object({
  broadcast: BroadcastContract,
  /** How many of those who may release it were told. */
  told: t.Integer(),
});
export const Resent = t.Object({ count: t.Integer() });
export const Deleted = t.Object({ ok: t.Literal(true) });

export const BroadcastSettings = t.Object({
  needsFourEyes: t.Boolean(),
  quietHours: t.Nullable(QuietHours),
  attention: t.Nullable(
    t.Object({
      messages: t.Integer({ minimum: 1, maximum: 100 }),
      hours: t.Integer({ minimum: 1, maximum: 24 * 30 }),
    }),
  ),
  selfStop: t.Nullable(
    t.Object({
      blockedPercent: t.Number({ minimum: 0.1, maximum: 100 }),
      optedOutPercent: t.Number({ minimum: 0.1, maximum: 100 }),
      afterSent: t.Integer({ minimum: 20, maximum: 100_000 }),
    }),
  ),
});
export type BroadcastSettings = Static<typeof BroadcastSettings>;
export const BroadcastSettingsView = t.Composite([
  BroadcastSettings,
  t.Object({
    /** What the last broadcasts with a hundred messages or more met, ten at most; null where they are too few. */
    usual: t.Nullable(t.Object({ broadcasts: t.Integer(), blockedPercent: t.Number(), optedOutPercent: t.Number() })),
  }),
]);
export type BroadcastSettingsView = Static<typeof BroadcastSettingsView>;
