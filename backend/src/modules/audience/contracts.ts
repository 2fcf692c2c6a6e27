/** Shapes of subscribers, tags, fields and refusals that cross HTTP. */
import { oneOf } from "@backend/kit/one-of.ts";
import { pageOf, pageQuery } from "@backend/kit/paging.ts";
import { type Static, t } from "elysia";
import { maxFieldText } from "./domain/field.ts";
import { ConditionContract } from "./segment-contracts.ts";

export const states = ["active", "blocked", "deactivated", "unreachable"] as const;
export const origins = ["start", "import", "other"] as const;
export const kinds = ["text", "number", "date", "boolean", "choice"] as const;
/** What a hand can choose; more is chosen by a filter. */
export const maxChosen = 500;
export const maxTagsOfOne = 100;
export const maxTags = 500;
export const maxFields = 50;
export const maxCategories = 20;
export const maxNoteLength = 2_000;

const Small = t.Integer({ minimum: 1, maximum: 2_147_483_647 });
/** Ids of subscribers grow and are small; 15 digits are held exactly by a number. */
const AnyId = t.String({ pattern: "^[0-9]{1,15}$" });
export const SubscriberParams = t.Object({ subscriberId: AnyId });
const SubscriberId = t.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
/** In filters, where everything is text. */
const SmallId = t.String({ pattern: "^[1-9][0-9]{0,8}$" });
export const Done = t.Object({ ok: t.Literal(true) });

// ── Subscribers ─────────────────────────────────────────────────────────────────────────────────────────────────────

const filters = {
  botId: t.Optional(t.String({ format: "uuid" })),
  state: t.Optional(oneOf(states)),
  tagId: t.Optional(SmallId),
  /** Words of a name, an @username or a Telegram id. */
  search: t.Optional(t.String({ maxLength: 100 })),
  /** A saved segment, whether its people can be written to or not. */
  segmentId: t.Optional(t.String({ format: "uuid" })),
};
export const SubscriberFilterQuery = t.Object(filters);
/** "seen": last seen first, without those who were never seen. Newest first by default. */
const sort = { sort: t.Optional(oneOf(["newest", "seen"])) };
export const SubscriberQuery = t.Object({ ...pageQuery, ...filters, ...sort });

/** As in an address, and besides it a condition, which no address has room for; one of a segment and a condition. */
export const SubscriberFilterBody = t.Object({ ...filters, condition: t.Optional(ConditionContract) });
export type SubscriberFilterBody = Static<typeof SubscriberFilterBody>;
export const FindSubscribersBody = t.Object(
  { ...pageQuery, ...SubscriberFilterBody.properties, ...sort },
  { examples: [{ condition: { kind: "language", test: "is", values: ["uk"] }, sort: "seen" }] },
);
export type FindSubscribers = Static<typeof FindSubscribersBody>;

const summary = {
  id: SubscriberId,
  botId: t.String(),
  telegramId: t.Integer(),
  firstName: t.Nullable(t.String()),
  lastName: t.Nullable(t.String()),
  username: t.Nullable(t.String()),
  language: t.Nullable(t.String()),
  state: oneOf(states),
  tags: t.Array(t.Integer()),
  isOptedOut: t.Boolean(),
  subscribedAt: t.Nullable(t.String()),
  lastSeenAt: t.Nullable(t.String()),
  createdAt: t.String(),
};
export const SubscriberSummary = t.Object(summary);
export type SubscriberSummary = Static<typeof SubscriberSummary>;
export const SubscriberPage = pageOf(SubscriberSummary);
/** Counted up to 100 000; beyond it the number says "at least". */
export const SubscriberCount = t.Object({ count: t.Integer(), isCapped: t.Boolean() });

const Value = t.Union([t.String({ maxLength: maxFieldText * 4 }), t.Number(), t.Boolean()]);
export const Subscriber = t.Object({
  ...summary,
  personId: t.Nullable(t.String()),
  /** Null for whoever was imported and never came: no chat can be opened. */
  chatId: t.Nullable(t.String()),
  timeZone: t.Nullable(t.String()),
  origin: oneOf(origins),
  source: t.Nullable(t.String()),
  lostAt: t.Nullable(t.String()),
  fields: t.Record(t.String(), Value),
  note: t.Nullable(t.String()),
  clicks: t.Integer(),
  lastClickAt: t.Nullable(t.String()),
  conversions: t.Integer(),
  lastConversionAt: t.Nullable(t.String()),
  orders: t.Integer(),
  lastOrderAt: t.Nullable(t.String()),
  /** What the human refuses, in all bots; category 0 is everything. */
  refusals: t.Array(t.Object({ categoryId: t.Integer(), at: t.String(), via: t.String() })),
  /** The same human in other bots of the workspace. */
  elsewhere: t.Array(t.Object({ id: SubscriberId, botId: t.String(), state: oneOf(states) })),
});
export type Subscriber = Static<typeof Subscriber>;

export const ChangeSubscriberBody = t.Object(
  {
    addTags: t.Optional(t.Array(Small, { maxItems: maxTagsOfOne, uniqueItems: true })),
    removeTags: t.Optional(t.Array(Small, { maxItems: maxTagsOfOne, uniqueItems: true })),
    /** By key; null takes a value away, and what is not named stays. */
    fields: t.Optional(t.Record(t.String({ maxLength: 40 }), t.Nullable(Value))),
    note: t.Optional(t.Nullable(t.String({ maxLength: maxNoteLength }))),
    timeZone: t.Optional(t.Nullable(t.String({ maxLength: 64 }))),
  },
  { examples: [{ addTags: [3], removeTags: [7], note: "Asked to be called after six" }] },
);
export type ChangeSubscriber = Static<typeof ChangeSubscriberBody>;

/** 0 = everything. */
export const RefuseBody = t.Object({ categoryId: t.Integer({ minimum: 0, maximum: 2_147_483_647 }) });

// ── Changes to many ─────────────────────────────────────────────────────────────────────────────────────────────────

/** Some by id, or all that match a filter (an empty one is everybody): one of the two, which the action checks. */
export const BulkBody = t.Object(
  {
    ids: t.Optional(t.Array(SubscriberId, { minItems: 1, maxItems: maxChosen, uniqueItems: true })),
    filter: t.Optional(SubscriberFilterBody),
    add: t.Optional(t.Array(Small, { maxItems: 20, uniqueItems: true })),
    remove: t.Optional(t.Array(Small, { maxItems: 20, uniqueItems: true })),
  },
  { examples: [{ filter: { state: "active", search: "koval" }, add: [3] }] },
);
export type Bulk = Static<typeof BulkBody>;
export const Change = t.Object({
  id: t.String(),
  kind: oneOf(["tags", "forget_tag", "forget_field"]),
  state: oneOf(["running", "done", "failed"]),
  total: t.Integer(),
  done: t.Integer(),
  createdAt: t.String(),
});
export type Change = Static<typeof Change>;
export const ChangeParams = t.Object({ audienceChangeId: t.String({ format: "uuid" }) });

// ── Tags, fields, categories ────────────────────────────────────────────────────────────────────────────────────────

const Name = t.String({ minLength: 1, maxLength: 200 });
export const Tag = t.Object({ id: t.Integer(), name: t.String(), people: t.Nullable(t.Integer()) });
export type Tag = Static<typeof Tag>;
export const TagList = t.Object({ tags: t.Array(Tag) });
export const TagListQuery = t.Object({ counts: t.Optional(oneOf(["true", "false"])) });
export const TagBody = t.Object({ name: Name }, { examples: [{ name: "VIP" }] });
export const TagParams = t.Object({ tagId: AnyId });

const Choices = t.Array(t.String({ minLength: 1, maxLength: 200 }), { maxItems: 50 });
export const Field = t.Object({
  id: t.String(),
  key: t.String(),
  name: t.String(),
  kind: oneOf(kinds),
  choices: t.Array(t.String()),
});
export type Field = Static<typeof Field>;
export const FieldList = t.Object({ fields: t.Array(Field) });
export const FieldBody = t.Object(
  { name: Name, kind: oneOf(kinds), choices: t.Optional(Choices) },
  { examples: [{ name: "Plan", kind: "choice", choices: ["Free", "Pro"] }] },
);
export type NewField = Static<typeof FieldBody>;
export const ChangeFieldBody = t.Object({ name: t.Optional(Name), choices: t.Optional(Choices) });
export const FieldParams = t.Object({ fieldId: t.String({ format: "uuid" }) });

const CategoryName = t.Optional(t.String({ maxLength: 200 }));
const Names = t.Object({ en: CategoryName, ru: CategoryName, uk: CategoryName });
export const Category = t.Object({
  id: t.Integer(),
  names: t.Object({ en: t.Optional(t.String()), ru: t.Optional(t.String()), uk: t.Optional(t.String()) }),
  isArchived: t.Boolean(),
});
export type Category = Static<typeof Category>;
export const CategoryList = t.Object({ categories: t.Array(Category) });
export const CategoryBody = t.Object({ names: Names }, { examples: [{ names: { en: "Offers", uk: "Акції" } }] });
export const ChangeCategoryBody = t.Object({ names: t.Optional(Names), isArchived: t.Optional(t.Boolean()) });
export const CategoryParams = t.Object({ categoryId: AnyId });

// ── What a person says of himself ───────────────────────────────────────────────────────────────────────────────────

export const MySubscriptions = t.Object({
  workspace: t.String(),
  /** Refuses everything but answers and service messages. */
  isOptedOut: t.Boolean(),
  categories: t.Array(t.Object({ id: t.Integer(), name: t.String(), isOptedOut: t.Boolean() })),
});
export type MySubscriptions = Static<typeof MySubscriptions>;
/** 0 = everything. */
export const MyCategoryParams = t.Object({ categoryId: AnyId });
export const ChooseBody = t.Object({ isOptedOut: t.Boolean() });
