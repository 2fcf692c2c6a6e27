/** Tells open screens that something changed: through PostgreSQL's NOTIFY, so that it works over any number of processes. */
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";
import { pause } from "./clock.ts";
import { pgArray } from "./pg-array.ts";

export const liveChannel = "switchboard_live";
/** Names no topic: anything may have changed. */
const everything = "*";

/** `topic` names a query key prefix of the app ("conversions", "deliveries"); `id` the one thing that changed, if it is one. */
export interface LiveEvent {
  workspaceId: string;
  topic: string;
  id?: string;
  /** Whom it concerns: somebody outside the team, who hears of nothing else. */
  personId?: string | null;
}

/** Sent at commit of the transaction that `db` is; PostgreSQL drops exact repeats within one transaction. */
export async function notifyLive(db: Db, event: LiveEvent): Promise<void> {
  await db.execute(sql`select pg_notify(${liveChannel}, ${JSON.stringify(event)})`);
}

/** Many at once are one statement. */
export async function notifyLiveAll(db: Db, events: readonly LiveEvent[]): Promise<void> {
  if (events.length === 0) return;
  const payloads = pgArray(events.map((event) => JSON.stringify(event)));
  await db.execute(sql`select pg_notify(${liveChannel}, p) from unnest(${payloads}::text[]) as p`);
}

/** Hands events of one channel to the streams of one process; one LISTEN connection however many screens are open. */
export interface LiveHub {
  /**
   * Events of one workspace until `signal` aborts, those alone that `hears` lets through. Bursts are folded: one event per topic
   * and id every `foldMs`.
   */
  stream(
    workspaceId: string,
    signal: AbortSignal,
    hears?: (event: LiveEvent) => boolean,
  ): AsyncGenerator<{ topic: string; id?: string } | null>;
  readonly openStreams: number;
  close(): Promise<void>;
}

interface Listenable {
  listen(
    channel: string,
    onNotify: (payload: string) => void,
    onListen?: () => void,
  ): Promise<{ unlisten(): Promise<void> }>;
}

/** A `null` from a stream is a heartbeat: proxies and Bun close connections on which nothing moves. */
export async function createLiveHub(
  client: Listenable,
  options: { foldMs?: number; heartbeatMs?: number } = {},
): Promise<LiveHub> {
  const foldMs = options.foldMs ?? 250;
  const heartbeatMs = options.heartbeatMs ?? 8_000;
  const streams = new Map<string, Set<(event: LiveEvent) => void>>();
  let isFirstListen = true;
  const listening = await client.listen(
    liveChannel,
    (payload) => {
      const event = JSON.parse(payload) as LiveEvent;
      for (const tell of streams.get(event.workspaceId) ?? []) tell(event);
    },
    () => {
      // After a lost connection anything may have happened meanwhile: every screen asks anew.
      if (!isFirstListen)
        for (const [workspaceId, tellers] of streams)
          for (const tell of tellers) tell({ workspaceId, topic: everything });
      isFirstListen = false;
    },
  );
  return {
    async *stream(workspaceId, signal, hears = () => true) {
      const pending = new Map<string, { topic: string; id?: string }>();
      let wake = () => {};
      const tell = (event: LiveEvent) => {
        if (event.topic !== everything && !hears(event)) return;
        pending.set(`${event.topic} ${event.id ?? ""}`, { topic: event.topic, ...(event.id ? { id: event.id } : {}) });
        wake();
      };
      const mine = streams.get(workspaceId) ?? new Set();
      streams.set(workspaceId, mine.add(tell));
      try {
        while (!signal.aborted) {
          if (pending.size === 0) {
            await new Promise<void>((resolve) => {
              const timer = setTimeout(() => wake(), heartbeatMs);
              wake = () => {
                clearTimeout(timer);
                // A stream lives through thousands of these waits on one signal.
                signal.removeEventListener("abort", wake);
                resolve();
              };
              signal.addEventListener("abort", wake, { once: true });
            });
          }
          if (signal.aborted) return;
          if (pending.size === 0) {
            yield null;
            continue;
          }
          const events = [...pending.values()];
          pending.clear();
          for (const event of events) yield event;
          await pause(foldMs, signal);
        }
      } finally {
        mine.delete(tell);
        if (mine.size === 0) streams.delete(workspaceId);
      }
    },
    get openStreams() {
      let count = 0;
      for (const tellers of streams.values()) count += tellers.size;
      return count;
    },
    close: () => listening.unlisten(),
  };
}
