/** Whether a bot can keep the door of a chat, and how long a link lives. Values in, values out. */

/** Why a bot cannot keep a door. Each has a sentence that says what to do (`access.problem.<word>`). */
export const gateProblems = ["group", "bot_off", "away", "rights", "invite", "remove"] as const;
export type GateProblem = (typeof gateProblems)[number];

export interface GateFacts {
  kind: "private" | "group" | "supergroup" | "channel";
  /** As the messaging room knows the chat. */
  state: string;
  isBotActive: boolean;
  /** Null = nobody has looked yet. */
  rights: { mayInvite: boolean; mayRemove: boolean } | null;
}

/** States in which the bot is not in the chat. A bot that may not write there can keep its door all the same. */
const gone: ReadonlySet<string> = new Set(["kicked", "deleted", "removed", "unreachable"]);

/**
 * What is in the way; null when nothing is known to be. An ordinary group has no bans that end and no lasting links: it becomes a
 * supergroup first.
 */
export function gateProblem({ kind, state, isBotActive, rights }: GateFacts): GateProblem | null {
  if (kind === "group") return "group";
  if (!isBotActive) return "bot_off";
  if (gone.has(state)) return "away";
  if (rights === null) return null;
  if (!rights.mayInvite && !rights.mayRemove) return "rights";
  if (!rights.mayInvite) return "invite";
  return rights.mayRemove ? null : "remove";
}

/** Whether people can be let in: that a bot cannot remove is the team's trouble later, not the customer's now. */
export const letsIn = (problem: GateProblem | null): boolean => problem === null || problem === "remove";

const weekMs = 7 * 86_400_000;

/** A link lives for a week, and not longer than what it is given for. */
export function linkUntil(now: Date, endsAt: Date | null): Date {
  const week = now.getTime() + weekMs;
  return new Date(endsAt === null ? week : Math.min(week, endsAt.getTime()));
}

/** The id as Telegram takes it for a name: 32 characters. */
export const linkName = (accessId: string): string => accessId.replaceAll("-", "");

/** Whether a link carries a name that we gave. */
export const isLinkName = (name: string | undefined): boolean => name !== undefined && /^[0-9a-f]{32}$/.test(name);

/** Milliseconds for which Telegram lets a bot write to somebody who asked to join. */
export const mayWriteMs = 5 * 60_000;
