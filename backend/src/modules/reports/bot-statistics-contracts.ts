/** Shapes of what bots reach and do. */
import { type Static, t } from "elysia";

/** Subscribers of a bot by what can be done about them. */
const People = t.Object({
  /** Can be written to. */
  active: t.Number(),
  /** Blocked the bot, or deleted their account. */
  lost: t.Number(),
  /** Imported, and never pressed Start. */
  unreachable: t.Number(),
});
export const BotsPeople = t.Object({ items: t.Array(t.Object({ botId: t.String(), people: People })) });
export type BotsPeople = Static<typeof BotsPeople>;

const counts = {
  joined: t.Number(),
  lost: t.Number(),
  sent: t.Number(),
  failed: t.Number(),
  unknown: t.Number(),
  /** People who followed a link of a broadcast, each link of each message once. */
  clicks: t.Number(),
};
export const BotStatistics = t.Object({
  people: People,
  /** The last thirty days of the workspace's zone, the oldest first; "2026-11-21". */
  days: t.Array(t.Object({ day: t.String(), ...counts })),
  totals: t.Object(counts),
});
export type BotStatistics = Static<typeof BotStatistics>;
export const BotParams = t.Object({ botId: t.String({ format: "uuid" }) });
