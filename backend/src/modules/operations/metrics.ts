/** Figures for Prometheus. Counted where things happen; backlogs are read from the database when somebody looks. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export interface LaneBacklog {
  lane: "service" | "alert" | "sequence" | "broadcast";
  queued: number;
  oldestSec: number;
}

/** What the database says about work that waits. */
export interface Backlog {
  inboxWaiting: number;
  inboxOldestSec: number;
  deadLetters: number;
  lanes: readonly LaneBacklog[];
  sending: number;
  unknown: number;
  oldestUnknownSec: number;
  lanesOwned: number;
  lanesWithoutOwner: number;
  lanesPaused: number;
  jobsWaiting: number;
  jobsOldestSec: number;
  deadJobs: { count: number; oldestSec: number };
  /** Our connections to the server, by what they do; "waiting" is for a lock. */
  connections: { active: number; idle: number; idleInTransaction: number; waiting: number };
}

export interface MetricSources {
  readBacklog(): Promise<Backlog>;
  liveStreams(): number;
  /** Connections that this process may open. */
  poolSize(): number;
}

export interface Metrics {
  readonly contentType: string;
  /** `route` is the pattern ("/conversions/:id"), never the address: addresses hold ids and secrets, and have no end. */
  observeRequest(of: { method: string; route: string; status: number; seconds: number }): void;
  observeJob(of: { name: string; seconds: number; failed: boolean }): void;
  /** One call to the Bot API that carries a message: "accepted", "refused", "flood" (a 429), "not_sent" or "lost". */
  observeSend(of: { botId: string; outcome: string; seconds?: number }): void;
  /** Requests answered with 5xx and jobs that threw within the last minute. */
  errorsPerMinute(): number;
  /** Names where backlogs are read; asked at most once in `freshMs` however often somebody scrapes. */
  watch(sources: Partial<MetricSources>): void;
  text(): Promise<string>;
}

const requestBuckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const jobBuckets = [0.005, 0.02, 0.1, 0.5, 2, 10, 60, 300];
const minuteMs = 60_000;
const knownMethods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Makes the registry of one process. `process` figures and the delay of the event loop come from prom-client itself. */
export function createMetrics(options: { freshMs?: number; withProcess?: boolean } = {}): Metrics {
  const freshMs = options.freshMs ?? 5_000;
  const registry = new Registry();
  const registers = [registry];
  if (options.withProcess ?? true) collectDefaultMetrics({ register: registry });

  const requests = new Histogram({
    name: "switchboard_http_request_seconds",
    help: "Time to answer a request, by route pattern and status",
    labelNames: ["method", "route", "status"],
    buckets: requestBuckets,
    registers,
  });
  const jobs = new Histogram({
    name: "switchboard_job_seconds",
    help: "Time a job took, by name and outcome (done, failed)",
    labelNames: ["name", "outcome"],
    buckets: jobBuckets,
    registers,
  });
  const sends = new Counter({
    name: "switchboard_telegram_calls_total",
    help: "Calls to the Bot API that carry a message, by bot and outcome; outcome flood is a 429",
    labelNames: ["bot", "outcome"],
    registers,
  });
  const sendSeconds = new Histogram({
    name: "switchboard_telegram_call_seconds",
    help: "Time the Bot API took to answer",
    buckets: requestBuckets,
    registers,
  });
  const sources: Partial<MetricSources> = {};
  let read: { at: number; backlog: Promise<Backlog | null> } | null = null;
  const backlog = (): Promise<Backlog | null> => {
    const { readBacklog } = sources;
    if (!readBacklog) return Promise.resolve(null);
    const now = performance.now();
    // A database that is away must not take the figures of the process with it: its own gauge says so instead.
    if (!read || now - read.at >= freshMs) read = { at: now, backlog: readBacklog().catch(() => null) };
    return read.backlog;
  };

  const gauge = (name: string, help: string, of: (from: Backlog) => number) => {
    const made: Gauge = new Gauge({
      name,
      help,
      registers,
      async collect() {
        const from = await backlog();
        if (from) made.set(of(from));
        else made.reset();
      },
    });
    return made;
  };
  new Gauge({
    name: "switchboard_database_up",
    help: "1 when the backlog could be read from the database",
    registers,
    async collect() {
      this.set((await backlog()) ? 1 : 0);
    },
  });
  gauge("switchboard_inbox_waiting", "Stored calls that nobody has read yet", (b) => b.inboxWaiting);
  gauge("switchboard_inbox_oldest_seconds", "Age of the oldest of them", (b) => b.inboxOldestSec);
  gauge("switchboard_inbox_dead_letters", "Calls set aside after five tries", (b) => b.deadLetters);
  gauge("switchboard_deliveries_sending", "Messages under way", (b) => b.sending);
  gauge("switchboard_deliveries_unknown", "Messages of unknown outcome", (b) => b.unknown);
  gauge("switchboard_deliveries_unknown_oldest_seconds", "Age of the oldest of them", (b) => b.oldestUnknownSec);
  gauge("switchboard_jobs_waiting", "Jobs whose time has come", (b) => b.jobsWaiting);
  gauge("switchboard_jobs_oldest_seconds", "How long the oldest of them waits", (b) => b.jobsOldestSec);

  gauge("switchboard_jobs_dead", "Jobs that used up their tries: nobody does them any more", (b) => b.deadJobs.count);
  gauge("switchboard_jobs_dead_oldest_seconds", "How long ago the first of them gave up", (b) => b.deadJobs.oldestSec);

  const labelled = (name: string, help: string, label: string, of: (from: Backlog) => Iterable<[string, number]>) => {
    const made: Gauge = new Gauge({
      name,
      help,
      labelNames: [label],
      registers,
      async collect() {
        const from = await backlog();
        made.reset();
        if (from) for (const [value, number] of of(from)) made.set({ [label]: value }, number);
      },
    });
  };
  labelled("switchboard_deliveries_queued", "Messages that are due, by lane", "lane", (b) =>
    b.lanes.map(({ lane, queued }) => [lane, queued]),
  );
  labelled("switchboard_deliveries_oldest_seconds", "Age of the oldest due message, by lane", "lane", (b) =>
    b.lanes.map(({ lane, oldestSec }) => [lane, oldestSec]),
  );
  labelled("switchboard_lanes", "Bots' lanes: owned, without owner, paused", "state", (b) => [
    ["owned", b.lanesOwned],
    ["without_owner", b.lanesWithoutOwner],
    ["paused", b.lanesPaused],
  ]);
  labelled("switchboard_database_connections", "Our connections, over all processes, by what they do", "state", (b) => [
    ["active", b.connections.active],
    ["idle", b.connections.idle],
    ["idle_in_transaction", b.connections.idleInTransaction],
    ["waiting", b.connections.waiting],
  ]);

  new Gauge({
    name: "switchboard_database_pool_size",
    help: "Connections that this process may open",
    registers,
    collect() {
      if (sources.poolSize) this.set(sources.poolSize());
    },
  });
  new Gauge({
    name: "switchboard_live_streams",
    help: "Open event streams of this process",
    registers,
    collect() {
      if (sources.liveStreams) this.set(sources.liveStreams());
    },
  });

  /** Times of the errors of the last minute, oldest first; bounded, since beyond the bound the answer is "far too many" anyway. */
  let errors: number[] = [];
  const noteError = () => {
    if (errors.length < 10_000) errors.push(performance.now());
  };

  return {
    contentType: registry.contentType,
    observeRequest({ method, route, status, seconds }) {
      // An invented method would make a series of its own for whoever invents it.
      requests.observe({ method: knownMethods.has(method) ? method : "other", route, status: String(status) }, seconds);
      if (status >= 500) noteError();
    },
    observeJob({ name, seconds, failed }) {
      jobs.observe({ name, outcome: failed ? "failed" : "done" }, seconds);
      if (failed) noteError();
    },
    observeSend({ botId, outcome, seconds }) {
      sends.inc({ bot: botId, outcome });
      if (seconds !== undefined) sendSeconds.observe(seconds);
    },
    errorsPerMinute() {
      const since = performance.now() - minuteMs;
      errors = errors.filter((at) => at >= since);
      return errors.length;
    },
    watch(more) {
      Object.assign(sources, more);
    },
    text: () => registry.metrics(),
  };
}
