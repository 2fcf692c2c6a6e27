/** What segments ask of this room: who got a broadcast, who used its links, and what a segment is chosen in. */
import type { BroadcastFacts, SegmentUse } from "@backend/modules/audience/index.ts";
import { broadcasts, sequences } from "@db/schema/broadcasts.ts";
import { and, desc, eq, inArray, ne, type SQL, sql } from "drizzle-orm";

/** A broadcast, and the runs of one that is sent again and again. */
const withRuns = (id: string): SQL =>
  sql`array(select b.id from broadcasts b where b.id = ${id}::uuid or b.parent_id = ${id}::uuid)`;

/** By the index that keeps one row per broadcast and chat: a lookup for each subscriber, or one join where the planner may. */
const some = (broadcastId: string, how: SQL): SQL => sql`exists (select 1 from broadcast_recipients r
  where r.broadcast_id = any(${withRuns(broadcastId)}) and r.chat_id = s.chat_id and ${how})`;

const usesAtMost = 100;

export const broadcastFacts: BroadcastFacts = {
  ruleSql({ test, broadcastId }) {
    const got = some(broadcastId, sql`r.state = 'sent'`);
    const clicked = some(broadcastId, sql`r.clicked_at is not null`);
    switch (test) {
      case "got":
        return got;
      case "not_got":
        return sql`not ${got}`;
      case "clicked":
        return clicked;
      case "not_clicked":
        return sql`${got} and not ${clicked}`;
    }
  },
  listNamed: (db, workspaceId, limit) =>
    db
      .select({ id: broadcasts.id, name: broadcasts.name, sentAt: broadcasts.startedAt })
      .from(broadcasts)
      // A run is named through the one that it is a run of.
      .where(and(eq(broadcasts.workspaceId, workspaceId), ne(broadcasts.kind, "run")))
      .orderBy(desc(broadcasts.createdAt), desc(broadcasts.id))
      .limit(limit),
  async findExisting(db, workspaceId, ids) {
    const rows = await db
      .select({ id: broadcasts.id })
      .from(broadcasts)
      .where(and(eq(broadcasts.workspaceId, workspaceId), inArray(broadcasts.id, [...ids])));
    return rows.map(({ id }) => id);
  },
  async listUses(db, workspaceId, segmentId) {
    const inBroadcasts = await db
      .select({ id: broadcasts.id, name: broadcasts.name })
      .from(broadcasts)
      .where(and(eq(broadcasts.workspaceId, workspaceId), eq(broadcasts.segmentId, segmentId)))
      .orderBy(desc(broadcasts.createdAt), desc(broadcasts.id))
      .limit(usesAtMost);
    // A sequence keeps whom it is for inside its trigger, wherever that stands.
    const isNamed = sql`jsonb_path_exists(${sequences.trigger}, '$.**.segmentId ? (@ == $id)', jsonb_build_object('id', ${segmentId}::text))`;
    const inSequences = await db
      .select({ id: sequences.id, name: sequences.name })
      .from(sequences)
      .where(and(eq(sequences.workspaceId, workspaceId), isNamed))
      .orderBy(desc(sequences.createdAt), desc(sequences.id))
      .limit(usesAtMost);
    return [
      ...inBroadcasts.map((one): SegmentUse => ({ kind: "broadcast", ...one })),
      ...inSequences.map((one): SegmentUse => ({ kind: "sequence", ...one })),
    ];
  },
};
