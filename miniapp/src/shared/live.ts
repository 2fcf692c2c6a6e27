/**
 * The live stream: the server names what has changed, and queries of that name are asked anew. Read with fetch, because
 * EventSource cannot carry the caller's header.
 */
import type { InfiniteData, Query, QueryClient } from "@tanstack/react-query";
import { callerHeaders } from "./api-client.ts";
import { isActive, onActiveChange } from "./telegram/index.ts";

export interface LiveEvent {
  /** First part of the query keys that are stale now; "*" is everything. */
  topic: string;
  id?: string;
}

/** Takes text as it arrives and gives back the events that are complete; comments and heartbeats give none. */
export function createEventReader(): (chunk: string) => LiveEvent[] {
  let rest = "";
  return (chunk) => {
    const blocks = (rest + chunk).replace(/\r\n?/g, "\n").split("\n\n");
    rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => {
      const data = block
        .split("\n")
        .filter((line) => line.startsWith("data:"))
        .map((line) => line.slice(5).replace(/^ /, ""))
        .join("\n");
      const event = parseEvent(data);
      return event ? [event] : [];
    });
  };
}

function parseEvent(data: string): LiveEvent | undefined {
  if (data === "" || data === "null") return undefined;
  try {
    const value: unknown = JSON.parse(data);
    if (typeof value !== "object" || value === null) return undefined;
    const { topic, id } = value as Record<string, unknown>;
    if (typeof topic !== "string") return undefined;
    return typeof id === "string" ? { topic, id } : { topic };
  } catch {
    return undefined;
  }
}

/** Milliseconds before try `attempt` (from 1): doubling from one second to thirty, with half of it by chance. */
export function reconnectDelayMs(attempt: number, random: number): number {
  const full = Math.min(30_000, 1000 * 2 ** (attempt - 1));
  return Math.round(full / 2 + (full / 2) * random);
}

/** What else shows a topic's things: a list of conversions says where each was sent, the first screen counts everything. */
const alsoStale: Readonly<Record<string, readonly string[]>> = {
  conversions: ["today"],
  deliveries: ["conversions", "today"],
  connections: ["today"],
  "alert-templates": ["alert-routes"],
  chats: ["connections", "alert-routes", "today"],
  bots: ["today"],
  broadcasts: ["today"],
  audience: ["segments"],
  inbox: ["today"],
  // What is left of a product, and what somebody has of it.
  orders: ["shop", "mine"],
  // Whether it is open says who sees it.
  shop: ["me"],
  members: ["me"],
  workspace: ["me"],
};

/** What has changed of a topic since the last round: the things of these ids, or, with null, anything. */
export interface LiveChange {
  topic: string;
  ids: readonly string[] | null;
}

/**
 * Marks as stale what a change names, and what shows it too. A query whose `meta.of` is the id of one thing is left alone by
 * changes of others. `isTopSeen` tells whether the page stands at its top.
 */
export function applyLiveChange(queries: QueryClient, { topic, ids }: LiveChange, isTopSeen: () => boolean): void {
  const topics = new Set([topic, ...(alsoStale[topic] ?? [])]);
  const isNamed = ({ queryKey, meta }: Query) =>
    topics.has(String(queryKey[0])) &&
    (queryKey[0] !== topic || ids === null || typeof meta?.of !== "string" || ids.includes(meta.of));
  askAnew(queries, topic === "*" ? () => true : isNamed, isTopSeen);
}

/** A list with `meta.isLong` of which more than its first page has been read. */
const isUnrolled = ({ meta, state }: Query) =>
  meta?.isLong === true && ((state.data as Partial<InfiniteData<unknown>> | undefined)?.pages?.length ?? 0) > 1;

/**
 * A list that was scrolled through would be asked for page by page from its beginning, at every event. A long one goes back to its
 * first page, where new rows come, while its top is seen; seen further down it stands still until one is back.
 */
function askAnew(queries: QueryClient, isNamed: (query: Query) => boolean, isTopSeen: () => boolean): void {
  const isKept = (query: Query) => query.isActive() && isUnrolled(query);
  void queries.invalidateQueries({ predicate: (query) => isNamed(query) && isKept(query), refetchType: "none" });
  void queries.invalidateQueries({ predicate: (query) => isNamed(query) && !isKept(query) });
  if (isTopSeen()) askForTops(queries);
}

/** Asks for the first page of every list that waits for it. */
function askForTops(queries: QueryClient): void {
  for (const { queryKey } of queries
    .getQueryCache()
    .findAll({ type: "active", predicate: (query) => query.state.isInvalidated && isUnrolled(query) })) {
    queries.setQueryData<InfiniteData<unknown>>(
      queryKey,
      (known) => known && { pages: known.pages.slice(0, 1), pageParams: known.pageParams.slice(0, 1) },
    );
    void queries.invalidateQueries({ queryKey, exact: true });
  }
}

/** At most one round of questions in this time, however much happens: a busy workspace must not poll itself to death. */
const gatherMs = 1200;

/** Applies the first event at once and those that follow together, one round per `gatherMs` and one change per topic. */
export function createEventGate(apply: (change: LiveChange) => void, waitMs = gatherMs): (event: LiveEvent) => void {
  const pending = new Map<string, string[] | null>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    if (pending.size === 0) return;
    const changes = [...pending].map(([topic, ids]) => ({ topic, ids }));
    pending.clear();
    timer = setTimeout(flush, waitMs);
    for (const change of changes) apply(change);
  };
  return ({ topic, id }) => {
    const known = pending.get(topic);
    if (id === undefined || known === null) pending.set(topic, null);
    else pending.set(topic, [...new Set([...(known ?? []), id])]);
    if (timer === undefined) flush();
  };
}

/** Whether what is new at the top of a list is on the window, or nearly. */
const isAtTop = () => window.scrollY < window.innerHeight;

/** Silence after which a stream is taken for dead; the server's heartbeat comes every few seconds. */
const silenceMs = 30_000;

/** Follows the stream while the app is in front, and says whether the server answers. Returns what ends it. */
export function followLive(queries: QueryClient, onReachable?: (isReachable: boolean) => void): () => void {
  const pass = createEventGate((change) => applyLiveChange(queries, change, isAtTop));
  let current: AbortController | undefined;
  let attempt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wasInterrupted = false;
  let isEnded = false;

  async function connect(): Promise<void> {
    const controller = new AbortController();
    current = controller;
    let watchdog = setTimeout(() => controller.abort(), silenceMs);
    // A refusal is an answer too: somebody is there.
    let isAnswered = false;
    try {
      const response = await fetch("/api/v1/live", {
        headers: { ...callerHeaders(), accept: "text/event-stream" },
        signal: controller.signal,
      });
      isAnswered = response.status < 500;
      onReachable?.(isAnswered);
      if (!response.ok || !response.body) throw new Error(`live stream refused: ${response.status}`);
      attempt = 0;
      // What happened while nobody listened is not told again.
      if (wasInterrupted) pass({ topic: "*" });
      wasInterrupted = false;
      const read = createEventReader();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        clearTimeout(watchdog);
        watchdog = setTimeout(() => controller.abort(), silenceMs);
        for (const event of read(value)) pass(event);
      }
    } catch {
      // Every end is the same: wait, then connect again.
    } finally {
      clearTimeout(watchdog);
    }
    if (current !== controller) return;
    current = undefined;
    wasInterrupted = true;
    if (!isAnswered) onReachable?.(false);
    if (isEnded || !isActive()) return;
    attempt += 1;
    timer = setTimeout(() => void connect(), reconnectDelayMs(attempt, Math.random()));
  }

  function followPresence(): void {
    if (isEnded) return;
    if (isActive()) {
      if (current) return;
      clearTimeout(timer);
      void connect();
    } else {
      clearTimeout(timer);
      const stopped = current;
      if (stopped) wasInterrupted = true;
      current = undefined;
      stopped?.abort();
    }
  }

  const backAtTop = () => {
    if (isAtTop()) askForTops(queries);
  };

  const off = onActiveChange(followPresence);
  window.addEventListener("scroll", backAtTop, { passive: true });
  followPresence();
  return () => {
    isEnded = true;
    off();
    window.removeEventListener("scroll", backAtTop);
    clearTimeout(timer);
    const stopped = current;
    current = undefined;
    stopped?.abort();
  };
}
