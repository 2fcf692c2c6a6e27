/** Rows → what leaves the room. */
import type { CategoryRow, FieldRow, TagRow } from "./catalog-queries.ts";
import type { ChangeRow } from "./change-queries.ts";
import type { Category, Change, Field, Subscriber, SubscriberSummary, Tag } from "./contracts.ts";
import type { OptOutRow, SubscriberRow } from "./queries.ts";

/** What every event of a subscriber names. */
export const aboutSubscriber = (row: Pick<SubscriberRow, "workspaceId" | "botId" | "id" | "telegramId">) => ({
  workspaceId: row.workspaceId,
  botId: row.botId,
  subscriberId: Number(row.id),
  telegramId: row.telegramId,
});

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

export const presentSummary = (row: SubscriberRow): SubscriberSummary => ({
  id: Number(row.id),
  botId: row.botId,
  telegramId: row.telegramId,
  firstName: row.firstName,
  lastName: row.lastName,
  username: row.username,
  language: row.language,
  state: row.state,
  tags: row.tags,
  isOptedOut: row.isOptedOut,
  subscribedAt: iso(row.subscribedAt),
  lastSeenAt: iso(row.lastSeenAt),
  createdAt: row.createdAt.toISOString(),
});

export function presentSubscriber(
  row: SubscriberRow,
  known: {
    refusals: readonly OptOutRow[];
    /** The human's rows in all bots, this one among them. */
    same: readonly SubscriberRow[];
    tags: ReadonlySet<number>;
    fields: readonly FieldRow[];
  },
): Subscriber {
  const keys = new Set(known.fields.map(({ key }) => key));
  return {
    ...presentSummary(row),
    tags: row.tags.filter((tag) => known.tags.has(tag)),
    personId: row.personId,
    chatId: row.chatId,
    timeZone: row.timeZone,
    origin: row.origin,
    source: row.source,
    lostAt: iso(row.lostAt),
    fields: Object.fromEntries(Object.entries(row.fields).filter(([key]) => keys.has(key))),
    note: row.note,
    clicks: row.clicks,
    lastClickAt: iso(row.lastClickAt),
    conversions: row.conversions,
    lastConversionAt: iso(row.lastConversionAt),
    orders: row.orders,
    lastOrderAt: iso(row.lastOrderAt),
    refusals: known.refusals
      .filter(({ endedAt }) => endedAt === null)
      .map(({ categoryId, at, via }) => ({ categoryId, at: at.toISOString(), via })),
    elsewhere: known.same
      .filter(({ id }) => id !== row.id)
      .map(({ id, botId, state }) => ({ id: Number(id), botId, state })),
  };
}

export const presentTag = (row: TagRow, people: number | null = null): Tag => ({
  id: row.id,
  name: row.name,
  people,
});

export const presentField = ({ id, key, name, kind, choices }: FieldRow): Field => ({ id, key, name, kind, choices });

export const presentCategory = ({ id, names, archivedAt }: CategoryRow): Category => ({
  id,
  names,
  isArchived: archivedAt !== null,
});

export const presentChange = ({ id, kind, state, total, done, createdAt }: ChangeRow): Change => ({
  id,
  kind,
  state,
  total,
  done,
  createdAt: createdAt.toISOString(),
});
