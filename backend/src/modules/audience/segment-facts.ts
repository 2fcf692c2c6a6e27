/**
 * What segments know of broadcasts: who got one and used its links, and which broadcasts use a segment. Broadcasts are another room,
 * which knows this one and not the other way round: the container introduces it at start.
 */
import type { Db } from "@db/client.ts";
import type { SQL } from "drizzle-orm";
import type { Rule } from "./domain/segment.ts";

/** Something that a segment is chosen in. */
export interface SegmentUse {
  kind: "broadcast" | "sequence";
  id: string;
  name: string;
}

export interface BroadcastFacts {
  /** Over one row of `subscribers`, named `s`; never null. */
  ruleSql(rule: Extract<Rule, { kind: "broadcast" }>): SQL;
  /** Newest first; `sentAt` is null for those that have sent nothing yet. */
  listNamed(db: Db, workspaceId: string, limit: number): Promise<{ id: string; name: string; sentAt: Date | null }[]>;
  /** Those of `ids` that the workspace has, whatever their state. */
  findExisting(db: Db, workspaceId: string, ids: readonly string[]): Promise<string[]>;
  /** Newest first. */
  listUses(db: Db, workspaceId: string, segmentId: string): Promise<SegmentUse[]>;
}

let facts: BroadcastFacts | null = null;

/** Called once at start, and by tests that ask about broadcasts. */
export const introduceBroadcasts = (given: BroadcastFacts): void => {
  facts = given;
};

export function broadcastFacts(): BroadcastFacts {
  if (!facts) throw new Error("segments ask about broadcasts before the container has introduced them");
  return facts;
}
