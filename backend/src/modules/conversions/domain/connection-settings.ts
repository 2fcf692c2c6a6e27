/** What a person may type into a connection's settings. */

export const maxConnectionName = 80;
/** Connections of one workspace; a guard against scripts, far above what teams use. */
export const maxConnections = 500;
export const maxOverlapHours = 7 * 24;
export const defaultOverlapHours = 24;

const unprintable = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF]/gu;

/** A connection's name on one line, 1 to 80 characters; undefined when nothing fit is left. */
export function readConnectionName(name: string): string | undefined {
  const clean = name.toWellFormed().replace(unprintable, " ").replace(/\s+/g, " ").trim();
  return clean !== "" && [...clean].length <= maxConnectionName ? clean : undefined;
}

/** A forum topic as Telegram wants it named: General has number 1 in links, and is named by leaving it out. */
export const readThreadId = (threadId: number | null | undefined): number | null =>
  threadId == null || threadId === 1 ? null : threadId;
