/** Shapes of sequences that cross HTTP. */
import { oneOf } from "@backend/kit/one-of.ts";
import { pageOf, pageQuery } from "@backend/kit/paging.ts";
import { ConditionContract, StoredCondition } from "@backend/modules/audience/index.ts";
import { PersonRef } from "@backend/modules/identity/index.ts";
import { Letter } from "@backend/modules/messaging/index.ts";
import { type Static, t } from "elysia";
import { stopReasons } from "./domain/sequence.ts";

const uuid = t.String({ format: "uuid" });
const serial = t.Integer({ minimum: 1, maximum: 2_147_483_647 });
const statusName = t.String({ minLength: 1, maxLength: 40 });

export const sequenceLimits = { name: 80, steps: 30, sequences: 100, delayDays: 365 } as const;

export const TriggerContract = t.Union([
  t.Object({
    kind: t.Literal("joined"),
    source: t.Nullable(t.Object({ test: oneOf(["is", "starts"]), value: t.String({ minLength: 1, maxLength: 64 }) })),
  }),
  t.Object({ kind: t.Literal("tagged"), tagId: serial }),
  t.Object({
    kind: t.Literal("field_changed"),
    key: t.String({ minLength: 1, maxLength: 40 }),
    /** Null: to any value. */
    value: t.Nullable(t.Union([t.String({ maxLength: 500 }), t.Number(), t.Boolean()])),
  }),
  t.Object({ kind: t.Literal("clicked"), broadcastId: t.Nullable(uuid) }),
  t.Object({ kind: t.Literal("converted"), status: t.Nullable(statusName) }),
  t.Object({ kind: t.Literal("opted_in"), categoryId: t.Nullable(serial) }),
  t.Object({ kind: t.Literal("by_hand") }),
]);
export const StopRuleContract = t.Union([
  t.Object({ kind: t.Literal("converted"), status: t.Nullable(statusName) }),
  t.Object({ kind: t.Literal("tagged"), tagId: serial }),
  t.Object({ kind: t.Literal("clicked") }),
  t.Object({ kind: t.Literal("replied") }),
]);

const stepFields = {
  /** After the step before it, or after the start. */
  delayMinutes: t.Integer({ minimum: 0, maximum: sequenceLimits.delayDays * 1_440 }),
  atClock: t.Nullable(t.String({ pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$" })),
  condition: t.Nullable(ConditionContract),
  letter: Letter,
};
/** Without an id it is a new step. */
export const StepBody = t.Object({ id: t.Optional(uuid), ...stepFields });
export type StepBody = Static<typeof StepBody>;
export const Step = t.Object({
  id: t.String(),
  ...stepFields,
  condition: t.Nullable(StoredCondition),
  sent: t.Number(),
  skipped: t.Number(),
  /** Who stands before it now. */
  waiting: t.Number(),
  /** People who opened a counted link of it, and who brought a conversion through one. */
  clicked: t.Number(),
  converted: t.Number(),
  /** What those conversions are worth by currency, exact decimal text. */
  money: t.Array(t.Object({ currency: t.Nullable(t.String()), amount: t.String() })),
});

const sequenceFields = {
  /** Long enough for anything a person types; the room's own rule names the exact limit. */
  name: t.String({ maxLength: sequenceLimits.name * 4 }),
  /** Through which bots; none = through any. */
  botIds: t.Array(uuid, { maxItems: 100 }),
  trigger: TriggerContract,
  stops: t.Array(StopRuleContract, { maxItems: 10 }),
  categoryId: t.Nullable(serial),
  /** Goes out in quiet hours too. */
  isUrgent: t.Boolean(),
  /** Whether somebody who went through it may begin again. */
  isRepeatable: t.Boolean(),
};
const StateName = oneOf(["draft", "active", "paused"]);
const people = { active: t.Number(), finished: t.Number(), stopped: t.Number() };

export const SequenceSummary = t.Object({
  id: t.String(),
  name: t.String(),
  state: StateName,
  trigger: TriggerContract,
  stepCount: t.Number(),
  ...people,
  /** Since when somebody has been asked to release it, or a change of it. */
  requestedAt: t.Nullable(t.String()),
});
export type SequenceSummary = Static<typeof SequenceSummary>;
/** Those in use without it. */
export const SequenceListQuery = t.Object({ archived: t.Optional(t.Literal("true")) });
export type SequenceListQuery = Static<typeof SequenceListQuery>;
export const SequenceList = t.Object({ items: t.Array(SequenceSummary) });
/** The whole of a running sequence as it shall be. Steps that are new have their ids already, and no figures. */
export const Waiting = t.Object({
  ...sequenceFields,
  steps: t.Array(t.Object({ id: t.String(), ...stepFields, condition: t.Nullable(StoredCondition) })),
});
export type Waiting = Static<typeof Waiting>;
export const Sequence = t.Object({
  id: t.String(),
  state: StateName,
  ...sequenceFields,
  steps: t.Array(Step),
  ...people,
  /** Nobody was written to by it: it may be deleted. */
  isDeletable: t.Boolean(),
  /** Put away: it sends nothing and is changed no more, until it is taken out. */
  isArchived: t.Boolean(),
  /** A change that another has to release first; what stands beside it is in force meanwhile. */
  waiting: t.Nullable(Waiting),
  /** Who wrote what stands there; null: a program, or somebody who is gone. */
  changedBy: t.Nullable(PersonRef),
  requestedBy: t.Nullable(PersonRef),
  requestedAt: t.Nullable(t.String()),
  /** What its start would let go has to be released by a second person. */
  needsTwo: t.Boolean(),
  /** Whether the caller may start it, or put the change that waits into force. */
  mayStart: t.Boolean(),
  createdAt: t.String(),
  /** Another after each change: `seenAt` of the next. */
  updatedAt: t.String(),
});
export type Sequence = Static<typeof Sequence>;
export const SequenceParams = t.Object({ sequenceId: uuid });
export const SequenceBody = t.Object(
  {
    ...sequenceFields,
    steps: t.Array(StepBody, { maxItems: sequenceLimits.steps }),
  },
  {
    examples: [
      {
        name: "Welcome",
        botIds: [],
        trigger: { kind: "joined", source: null },
        stops: [{ kind: "replied" }],
        categoryId: null,
        isUrgent: false,
        isRepeatable: false,
        steps: [
          {
            delayMinutes: 0,
            atClock: null,
            condition: null,
            letter: { fallback: "en", messages: { en: { kind: "text", html: "Welcome, {first_name|friend}!" } } },
          },
        ],
      },
    ],
  },
);
export type SequenceBody = Static<typeof SequenceBody>;
const seenAt = t.Optional(t.String({ format: "date-time" }));
export const ChangeSequenceBody = t.Object(
  {
    ...SequenceBody.properties,
    /** `updatedAt` of the sequence as it was read: when it is another by now, nothing is changed and the answer is a conflict. */
    seenAt,
  },
  { examples: SequenceBody.examples },
);
export type ChangeSequence = Static<typeof ChangeSequenceBody>;
/** `seenAt`, as of a change: what is asked for, and what goes out, is what was read. */
export const StartQuery = t.Object({ seenAt });
export const Done = t.Object({ ok: t.Literal(true) });
export const SequenceRequested = t.Object({
  sequence: Sequence,
  /** How many of those who may release it were told. */
  told: t.Integer(),
});

/** What a sequence may name, for its editor. */
export const SequenceChoices = t.Object({
  bots: t.Array(t.Object({ id: t.String(), name: t.String() })),
  tags: t.Array(t.Object({ id: t.Number(), name: t.String() })),
  fields: t.Array(
    t.Object({
      key: t.String(),
      name: t.String(),
      kind: oneOf(["text", "number", "date", "boolean", "choice"]),
      choices: t.Array(t.String()),
    }),
  ),
  categories: t.Array(t.Object({ id: t.Number(), name: t.String() })),
  /** The last hundred that were started. */
  broadcasts: t.Array(t.Object({ id: t.String(), name: t.String() })),
  timeZone: t.String(),
});
export type SequenceChoices = Static<typeof SequenceChoices>;

// ── People in it ────────────────────────────────────────────────────────────────────────────────────────────────────

export const runStates = ["active", "finished", "stopped"] as const;
export const SequenceRun = t.Object({
  id: t.String(),
  sequenceId: t.String(),
  sequenceName: t.String(),
  subscriberId: t.Number(),
  /** Null for somebody who was erased. */
  name: t.Nullable(t.String()),
  username: t.Nullable(t.String()),
  state: oneOf(runStates),
  reason: t.Nullable(oneOf(stopReasons)),
  /** The step that is next, from 0. */
  position: t.Number(),
  nextAt: t.Nullable(t.String()),
  enteredAt: t.String(),
  endedAt: t.Nullable(t.String()),
});
export type SequenceRun = Static<typeof SequenceRun>;
export const SequenceRunPage = pageOf(SequenceRun);
export const SequenceRunList = t.Object({ items: t.Array(SequenceRun) });
export const SequenceRunQuery = t.Object({
  ...pageQuery,
  state: t.Optional(oneOf(runStates)),
  search: t.Optional(t.String({ maxLength: 100 })),
});
export type SequenceRunQuery = Static<typeof SequenceRunQuery>;
const subscriberId = t.String({ pattern: "^[0-9]{1,15}$" });
export const SubscriberParams = t.Object({ subscriberId });
export const SequenceRunParams = t.Object({ runId: t.String({ pattern: "^[0-9]{1,18}$" }) });
export const AddPersonBody = t.Object(
  { subscriberId: t.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) },
  { examples: [{ subscriberId: 41 }] },
);
