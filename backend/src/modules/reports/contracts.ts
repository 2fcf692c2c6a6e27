/** Shapes that cross HTTP. Times are ISO 8601 in UTC, amounts exact decimal text. */
import { oneOf } from "@backend/kit/one-of.ts";
import { type Static, t } from "elysia";

const Count = t.Integer();
/** A figure of today until now, and of yesterday until the same time of day. */
const compared = { today: Count, yesterday: Count };

export const attentionKinds = [
  "dead_letters",
  "unknown",
  "late_deliveries",
  "disconnected_bots",
  "paused_lanes",
  "broken_chats",
  "silent_connections",
  "unread_logs",
] as const;

export const Today = t.Object({
  /** The day it is in the workspace's zone: "2026-11-21". */
  day: t.String(),
  timeZone: t.String(),
  now: t.String(),
  conversions: t.Object({
    ...compared,
    byStatus: t.Array(t.Object({ status: t.String(), ...compared })),
  }),
  /** Sales, rebills and deposits that were not taken back later; one line per currency, null when none was named. */
  revenue: t.Array(t.Object({ currency: t.Nullable(t.String()), today: t.String(), yesterday: t.String() })),
  deliveries: t.Object({
    byState: t.Array(t.Object({ state: t.String(), count: Count })),
    /** True when there were more than are counted. */
    isCapped: t.Boolean(),
  }),
  /** From a postback's arrival to its alert being in Telegram, over the last two thousand of today. */
  delay: t.Object({ count: Count, p50Ms: t.Nullable(Count), p95Ms: t.Nullable(Count) }),
  connections: t.Array(
    t.Object({
      id: t.String(),
      name: t.String(),
      state: oneOf(["active", "paused"]),
      lastEventAt: t.Nullable(t.String()),
      today: Count,
      /** Quiet for longer than its habit allows. */
      isSilent: t.Boolean(),
      silentHours: t.Nullable(Count),
    }),
  ),
  attention: t.Array(
    t.Object({
      kind: oneOf(attentionKinds),
      count: Count,
      /** In the reader's language. */
      message: t.String(),
    }),
  ),
  /** The first steps of a new workspace. */
  checklist: t.Object({
    hasChat: t.Boolean(),
    hasConnection: t.Boolean(),
    hasPostback: t.Boolean(),
    isDone: t.Boolean(),
  }),
});
export type Today = Static<typeof Today>;

/** Totals for programs: names as its clients know them. */
export const AdminStats = t.Object({
  total_users: Count,
  active_users: Count,
  new_users_today: Count,
  total_chats: Count,
  total_connections: Count,
  conversions_today: Count,
  conversions_total: Count,
  revenue_today: t.Array(t.Object({ currency: t.Nullable(t.String()), amount: t.String() })),
  deliveries_queued: Count,
  deliveries_unknown: Count,
  dead_letters: Count,
  total_orders: Count,
  paid_orders: Count,
  /** Since ever, less what was refunded. */
  total_revenue: t.Array(t.Object({ currency: t.String(), amount: t.String() })),
  /** People with a running paid thing. */
  paying_users: Count,
  /** Products on sale. */
  packages_count: Count,
  /** Of the last 24 hours, ten at most. */
  recent_orders: t.Array(
    t.Object({
      number: Count,
      status: t.String(),
      user: t.String(),
      package: t.String(),
      amount: t.String(),
      currency: t.String(),
      created_at: t.String(),
    }),
  ),
  timestamp: t.String(),
});
export type AdminStats = Static<typeof AdminStats>;

export const BotStatus = t.Object({
  /** "online" when every active bot works, "degraded" when one does not, "offline" when none does. */
  status: oneOf(["online", "degraded", "offline"]),
  bots: t.Array(
    t.Object({
      id: t.String(),
      username: t.String(),
      state: oneOf(["active", "inactive", "disconnected"]),
      is_sending: t.Boolean(),
      paused_until: t.Nullable(t.String()),
      pending_updates: t.Nullable(Count),
      last_error: t.Nullable(t.String()),
      checked_at: t.Nullable(t.String()),
      queued: Count,
    }),
  ),
  timestamp: t.String(),
});
export type BotStatus = Static<typeof BotStatus>;
