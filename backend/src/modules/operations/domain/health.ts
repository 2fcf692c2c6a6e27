/** Facts → what people read on the health page: a state and a code for a sentence, per part. */
import { limits, type ProcessFacts, processLostAfterMs } from "./alert-rules.ts";

export type HealthState = "ok" | "warning" | "failing";
export interface Check {
  name: "database" | "inbox" | "deliveries" | "unknown" | "lanes" | "bots" | "jobs" | "processes" | "disk";
  state: HealthState;
  code: string;
  params: Record<string, string | number>;
}

export interface HealthFacts {
  databaseMs: number;
  inboxWaiting: number;
  inboxOldestSec: number;
  deadLetters: number;
  deadJobs: { count: number; oldest: string; oldestSec: number };
  lateCount: number;
  oldestLateSec: number;
  lateSec: number;
  unknown: number;
  oldUnknown: number;
  bots: readonly { state: HealthState }[];
  pausedLanes: number;
  processes: readonly Pick<ProcessFacts, "seenAt" | "diskFreeBytes">[];
}

const order: readonly HealthState[] = ["ok", "warning", "failing"];
export const worst = (states: readonly HealthState[]): HealthState =>
  states.reduce<HealthState>((a, b) => (order.indexOf(b) > order.indexOf(a) ? b : a), "ok");

/** `failingTimes` the warning figure is failing. */
const byLevel = (value: number, warning: number, failingTimes: number): HealthState =>
  value > warning * failingTimes ? "failing" : value > warning ? "warning" : "ok";

export function healthChecks(facts: HealthFacts, now: Date): Check[] {
  const check = (name: Check["name"], state: HealthState, params: Check["params"] = {}): Check => ({
    name,
    state,
    code: `operations.health.${name}_${state}`,
    params,
  });
  const alive = facts.processes.filter(({ seenAt }) => now.getTime() - seenAt.getTime() < processLostAfterMs);
  const disks = alive.flatMap(({ diskFreeBytes }) => (diskFreeBytes === null ? [] : [diskFreeBytes]));
  const free = disks.length === 0 ? null : Math.min(...disks);
  const inbox = byLevel(facts.inboxOldestSec, limits.inboxAgeSec.raise, 10);
  const bots = worst(facts.bots.map(({ state }) => state));
  const lost = facts.processes.length - alive.length;
  return [
    check("database", byLevel(facts.databaseMs, limits.databaseMs.clear, 4), { ms: Math.round(facts.databaseMs) }),
    check("inbox", worst([inbox, facts.deadLetters > 0 ? "warning" : "ok"]), {
      waiting: facts.inboxWaiting,
      seconds: Math.round(facts.inboxOldestSec),
      dead: facts.deadLetters,
    }),
    check("deliveries", byLevel(facts.oldestLateSec, facts.lateSec, 10), {
      waiting: facts.lateCount,
      seconds: Math.round(facts.oldestLateSec),
    }),
    check("unknown", facts.oldUnknown > 0 ? "failing" : facts.unknown > 0 ? "warning" : "ok", {
      number: facts.unknown,
    }),
    check("lanes", facts.pausedLanes > 0 ? "warning" : "ok", { number: facts.pausedLanes }),
    check("bots", bots, { number: facts.bots.filter(({ state }) => state !== "ok").length }),
    check("jobs", facts.deadJobs.count > 0 ? "warning" : "ok", {
      number: facts.deadJobs.count,
      name: facts.deadJobs.oldest,
      hours: Math.floor(facts.deadJobs.oldestSec / 3_600),
    }),
    check("processes", alive.length === 0 ? "failing" : lost > 0 ? "warning" : "ok", { alive: alive.length, lost }),
    check(
      "disk",
      free === null
        ? "ok"
        : free < limits.diskFreeBytes.raise
          ? "failing"
          : free < limits.diskFreeBytes.raise * 5
            ? "warning"
            : "ok",
      // One decimal, as text: the translator would round a number.
      { gigabytes: free === null ? "?" : (free / 1024 ** 3).toFixed(1) },
    ),
  ];
}

export interface BotFactsForHealth {
  state: "active" | "inactive" | "disconnected";
  pausedReason: string | null;
  /** `problem` is a code of the bots room, with a sentence of its own. */
  health: { problem: string | null } | null;
}

/** A bot's own state and the code of its sentence. */
export function botHealth(bot: BotFactsForHealth): { state: HealthState; code: string } {
  const problem = bot.health?.problem ?? null;
  if (bot.state === "inactive") return { state: "ok", code: "operations.bot.inactive" };
  if (bot.state === "disconnected" || bot.pausedReason === "token" || problem === "bots.token_refused")
    return { state: "failing", code: "bots.token_refused" };
  if (bot.pausedReason !== null) return { state: "warning", code: "operations.bot.paused" };
  return problem === null ? { state: "ok", code: "operations.bot.working" } : { state: "warning", code: problem };
}
