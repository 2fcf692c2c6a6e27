/** Shapes of segments that cross HTTP. What each test of a rule means: domain/segment.ts. */
import { oneOf } from "@backend/kit/one-of.ts";
import type { TSchema } from "@sinclair/typebox";
import { type Static, t } from "elysia";
import {
  booleanTests,
  broadcastTests,
  type Condition,
  choiceTests,
  countFacts,
  countTests,
  groupKinds,
  segmentLimits as limits,
  listTests,
  momentFacts,
  originValues,
  presenceTests,
  segmentFieldKinds,
  stateValues,
  tagTests,
  textTests,
} from "./domain/segment.ts";

const Uuid = t.String({ format: "uuid" });
const listOf = <S extends TSchema>(item: S) => t.Array(item, { maxItems: limits.values });
const Texts = listOf(t.String({ maxLength: limits.textLength }));
const Days = t.Integer({ minimum: 1, maximum: limits.days });
const Day = t.String({ pattern: "^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$" });
const FieldKey = t.String({ minLength: 1, maxLength: 64 });
/** JSON can carry no other than finite ones. */
const Figure = t.Number();

const moment = { kind: t.Literal("moment"), fact: oneOf(momentFacts) };
const field = { kind: t.Literal("field"), field: FieldKey };
const number = { ...field, of: t.Literal("number") };
const date = { ...field, of: t.Literal("date") };

const rules = [
  t.Object({ kind: t.Literal("state"), test: oneOf(listTests), values: listOf(oneOf(stateValues)) }),
  t.Object({ kind: t.Literal("bot"), test: oneOf(listTests), values: listOf(Uuid) }),
  t.Object({ kind: t.Literal("language"), test: oneOf(choiceTests), values: Texts }),
  t.Object({
    kind: t.Literal("tag"),
    test: oneOf(tagTests),
    values: listOf(t.Integer({ minimum: 1, maximum: 2 ** 31 - 1 })),
  }),
  t.Object({ kind: t.Literal("source"), test: oneOf(textTests), values: Texts }),
  t.Object({ kind: t.Literal("origin"), test: oneOf(listTests), values: listOf(oneOf(originValues)) }),
  t.Object({ kind: t.Literal("username"), test: oneOf(presenceTests) }),
  t.Object({ ...moment, test: oneOf(["within", "older"]), days: Days }),
  t.Object({ ...moment, test: oneOf(["since", "before"]), day: Day }),
  t.Object({ ...moment, test: oneOf(["ever", "never"]) }),
  t.Object({
    kind: t.Literal("count"),
    fact: oneOf(countFacts),
    test: oneOf(countTests),
    count: t.Integer({ minimum: 0, maximum: limits.count }),
  }),
  t.Object({ ...field, of: t.Literal("text"), test: oneOf(textTests), values: Texts }),
  t.Object({ ...field, of: t.Literal("choice"), test: oneOf(choiceTests), values: Texts }),
  t.Object({ ...number, test: oneOf(["equals", "below", "above"]), value: Figure }),
  t.Object({ ...number, test: t.Literal("between"), from: Figure, to: Figure }),
  t.Object({ ...number, test: oneOf(presenceTests) }),
  t.Object({ ...date, test: oneOf(["last", "next"]), days: Days }),
  t.Object({ ...date, test: oneOf(["since", "before"]), day: Day }),
  t.Object({ ...date, test: oneOf(["anniversary", "set", "unset"]) }),
  t.Object({ ...field, of: t.Literal("boolean"), test: oneOf(booleanTests) }),
  t.Object({ kind: t.Literal("broadcast"), test: oneOf(broadcastTests), broadcastId: Uuid }),
];

/**
 * Written out for as many levels as there may be, each of which names the rules once: a schema that refers to itself would follow
 * whatever depth a caller sends.
 */
function conditionAt(depth: number): TSchema {
  if (depth > limits.depth) return t.Union(rules);
  const group = t.Object({
    kind: oneOf(groupKinds),
    of: t.Array(conditionAt(depth + 1), { maxItems: limits.rules }),
  });
  return depth === 1 ? t.Union([group, ...rules]) : t.Union([...rules, group]);
}
/** A group or a single rule. */
export const ConditionContract = t.Unsafe<Condition>(conditionAt(1));

/** A condition in an answer: it was checked on its way in, and written out again it would double the description of the API. */
export const StoredCondition = t.Unsafe<Condition>(
  t.Object({ kind: t.String() }, { additionalProperties: true, description: "As it was sent." }),
);

export const Problem = t.Object({ path: t.Array(t.Integer()), code: t.String() });
export type Problem = Static<typeof Problem>;

// ── Saved segments ──────────────────────────────────────────────────────────────────────────────────────────────────

export const SegmentParams = t.Object({ segmentId: Uuid });
const Name = t.String({ maxLength: limits.name * 4 });
export const CreateSegmentBody = t.Object(
  { name: Name, condition: ConditionContract },
  {
    examples: [
      {
        name: "Speak Ukrainian",
        condition: { kind: "all", of: [{ kind: "language", test: "is", values: ["uk"] }] },
      },
    ],
  },
);
export type CreateSegment = Static<typeof CreateSegmentBody>;
export const ChangeSegmentBody = t.Partial(CreateSegmentBody);
export type ChangeSegment = Static<typeof ChangeSegmentBody>;

export const Segment = t.Object({
  id: t.String(),
  name: t.String(),
  condition: StoredCondition,
  /** What keeps it from being used; empty when nothing does. */
  problems: t.Array(Problem),
  createdAt: t.String(),
  updatedAt: t.String(),
});
export type Segment = Static<typeof Segment>;
export const SegmentList = t.Object({ items: t.Array(Segment) });
export const SegmentWithUses = t.Composite([
  Segment,
  t.Object({
    /** What it is chosen in, newest first. */
    uses: t.Array(t.Object({ kind: oneOf(["broadcast", "sequence"]), id: t.String(), name: t.String() })),
  }),
]);
export type SegmentWithUses = Static<typeof SegmentWithUses>;
export const Done = t.Object({ ok: t.Literal(true) });

// ── Reach ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export const ReachBody = t.Object({
  botIds: t.Array(Uuid, { minItems: 1, maxItems: 200, uniqueItems: true }),
  /** Without it, and without a saved segment: everybody. */
  condition: t.Optional(t.Nullable(ConditionContract)),
  segmentId: t.Optional(t.Nullable(Uuid)),
  categoryId: t.Optional(t.Nullable(t.Integer({ minimum: 1, maximum: 2 ** 31 - 1 }))),
});
export type ReachBody = Static<typeof ReachBody>;
export const ReachAnswer = t.Object({
  /** Subscribers who would get it; one human in two of the bots counts twice. */
  people: t.Integer(),
  byBot: t.Array(t.Object({ botId: t.String(), people: t.Integer() })),
  /** Reachable, but refusing messages of this category. */
  optedOut: t.Integer(),
  /** Blocked, gone or never started. */
  unreachable: t.Integer(),
  humans: t.Object({ count: t.Integer(), isExact: t.Boolean() }),
  countedAt: t.String(),
});
export type ReachAnswer = Static<typeof ReachAnswer>;

// ── What there is to choose from ────────────────────────────────────────────────────────────────────────────────────

const Seen = t.Array(t.Object({ value: t.String(), count: t.Integer() }));
export const Vocabulary = t.Object({
  bots: t.Array(t.Object({ id: t.String(), name: t.String(), username: t.String() })),
  tags: t.Array(t.Object({ id: t.Integer(), name: t.String() })),
  fields: t.Array(
    t.Object({ key: t.String(), name: t.String(), kind: oneOf(segmentFieldKinds), choices: t.Array(t.String()) }),
  ),
  broadcasts: t.Array(t.Object({ id: t.String(), name: t.String(), sentAt: t.Nullable(t.String()) })),
  /** Of those who came last, the most frequent first. */
  languages: Seen,
  sources: Seen,
});
export type Vocabulary = Static<typeof Vocabulary>;
