/** What a workspace's people should look at, most urgent first. */

export interface AttentionFacts {
  deadLetters: number;
  unknown: number;
  lateCount: number;
  oldestLateSec: number;
  brokenChats: number;
  bots: readonly { state: string; pausedReason: string | null }[];
  silentConnections: number;
  /** Trackers whose log could not be read for an hour. */
  unreadLogs: number;
}

export type AttentionKind =
  | "dead_letters"
  | "unknown"
  | "late_deliveries"
  | "disconnected_bots"
  | "paused_lanes"
  | "broken_chats"
  | "silent_connections"
  | "unread_logs";

/** Messages wait for seconds all the time; that is pace and no trouble. */
const lateAfterSec = 60;

export function attentionOf(facts: AttentionFacts): { kind: AttentionKind; count: number }[] {
  const isRefused = (bot: AttentionFacts["bots"][number]) =>
    bot.state === "disconnected" || bot.pausedReason === "token";
  const disconnected = facts.bots.filter(isRefused).length;
  const paused = facts.bots.filter(
    (bot) => bot.state === "active" && bot.pausedReason !== null && !isRefused(bot),
  ).length;
  const all: { kind: AttentionKind; count: number }[] = [
    { kind: "disconnected_bots", count: disconnected },
    { kind: "dead_letters", count: facts.deadLetters },
    { kind: "unknown", count: facts.unknown },
    { kind: "late_deliveries", count: facts.oldestLateSec > lateAfterSec ? facts.lateCount : 0 },
    { kind: "paused_lanes", count: paused },
    { kind: "broken_chats", count: facts.brokenChats },
    { kind: "silent_connections", count: facts.silentConnections },
    { kind: "unread_logs", count: facts.unreadLogs },
  ];
  return all.filter(({ count }) => count > 0);
}
