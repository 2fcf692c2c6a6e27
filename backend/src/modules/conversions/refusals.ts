/** Calls that the intake turned away though they knew the secret: their connection says so, that a person can see why it is silent. */
import { notifyLive } from "@backend/kit/live.ts";
import type { Logger } from "@backend/kit/log.ts";
import type { Db } from "@db/client.ts";
import type { IntakeDeps } from "./intake-routes.ts";
import { touchLastRefusal } from "./queries.ts";

/** One write in this time per connection, however many calls are turned away. */
const quietMs = 5_000;
const rememberAtMost = 10_000;

/** Writes refusals down behind the caller's back: he has his answer already, and a flood of his must cost us nothing. */
export function noteRefusals(db: Db, log: Pick<Logger, "warn">): IntakeDeps["noteRefusal"] {
  const notedAt = new Map<string, number>();
  return ({ connectionId, workspaceId }, refusal) => {
    const now = performance.now();
    if (now - (notedAt.get(connectionId) ?? Number.NEGATIVE_INFINITY) < quietMs) return;
    if (notedAt.size >= rememberAtMost) notedAt.clear();
    notedAt.set(connectionId, now);
    const write = async () => {
      const isNoted = await touchLastRefusal(db, { id: connectionId, lastRefusedAt: null }, refusal, new Date());
      if (isNoted) await notifyLive(db, { workspaceId, topic: "connections", id: connectionId });
    };
    write().catch((error: unknown) => log.warn({ err: error, connectionId }, "a refused call could not be noted"));
  };
}
