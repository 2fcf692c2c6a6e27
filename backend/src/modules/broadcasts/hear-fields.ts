/** Changed fields on their way to sequences. */
import { enqueueAll } from "@backend/kit/jobs.ts";
import type { Db } from "@db/client.ts";
import type { Trigger } from "./domain/sequence.ts";
import { hearJob } from "./sequence-jobs.ts";
import { listActiveByTrigger } from "./sequence-queries.ts";

/** Fields change often and begin sequences seldom: a job is left only for those that begin one, in the transaction of the change. */
export async function hearFields(
  db: Db,
  facts: readonly { workspaceId: string; subscriberId: number; keys: readonly string[] }[],
): Promise<void> {
  const heard = await Promise.all(
    facts.map(async ({ workspaceId, subscriberId, keys }) => {
      const waiting = await listActiveByTrigger(db, workspaceId, "field_changed");
      const wanted = new Set(
        waiting.map(({ trigger }) => trigger as Trigger).map((one) => (one.kind === "field_changed" ? one.key : null)),
      );
      const happening = { kind: "field_changed" as const, keys: keys.filter((key) => wanted.has(key)) };
      return { workspaceId, subscriberId, happening };
    }),
  );
  await enqueueAll(
    db,
    hearJob,
    heard.filter(({ happening }) => happening.keys.length > 0),
  );
}
