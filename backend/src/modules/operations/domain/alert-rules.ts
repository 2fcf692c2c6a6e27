/**
 * Which troubles are told, and when. Facts of this moment become conditions; conditions and what was told before become messages.
 * A trouble is told once when it fires and once when it is over. Between its two thresholds nothing changes (hysteresis), and
 * one that comes back within the cool-down stays quiet.
 */

/** Told to those who run the installation. */
export const installationRules = [
  "inbox_backlog",
  "error_rate",
  "disk_low",
  "database_slow",
  "database_away",
  "process_lost",
  "jobs_dead",
] as const;
/** Told to owners and admins of the workspace, who may switch each off. */
export const workspaceRules = [
  "delivery_late",
  "dead_letters",
  "unknown_old",
  "lane_paused",
  "bot_disconnected",
  "webhook_troubled",
  "connection_silent",
  "endpoint_disabled",
  "provider_troubled",
  "payments_unheard",
  "payments_to_check",
  "books_differ",
  "posts_waiting",
  "door_shut",
] as const;
export type InstallationRule = (typeof installationRules)[number];
export type WorkspaceRule = (typeof workspaceRules)[number];
export type RuleName = InstallationRule | WorkspaceRule;

export type AlertParams = Record<string, string | number>;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const gigabyte = 1024 ** 3;

interface RuleTiming {
  /** The trouble must last this long before it fires. */
  holdMs: number;
  /** False for what is over by the time it can be told. */
  isEndTold: boolean;
}

export const timings: Readonly<Record<RuleName, RuleTiming>> = {
  inbox_backlog: { holdMs: 0, isEndTold: true },
  error_rate: { holdMs: 0, isEndTold: true },
  disk_low: { holdMs: 0, isEndTold: true },
  database_slow: { holdMs: 2 * minuteMs, isEndTold: true },
  database_away: { holdMs: 0, isEndTold: false },
  // Two looks in a row: a machine that woke from sleep finds every row old for a moment, its own too.
  process_lost: { holdMs: 1.5 * minuteMs, isEndTold: false },
  // New ones only: that somebody has dealt with them shows on the health page.
  jobs_dead: { holdMs: 0, isEndTold: false },
  delivery_late: { holdMs: 0, isEndTold: true },
  // New ones only: that somebody has dealt with them shows in the app.
  dead_letters: { holdMs: 0, isEndTold: false },
  unknown_old: { holdMs: 0, isEndTold: true },
  lane_paused: { holdMs: 5 * minuteMs, isEndTold: true },
  bot_disconnected: { holdMs: 0, isEndTold: true },
  webhook_troubled: { holdMs: 2 * minuteMs, isEndTold: true },
  connection_silent: { holdMs: 0, isEndTold: true },
  // Its end is somebody's deed in the app.
  endpoint_disabled: { holdMs: 0, isEndTold: false },
  provider_troubled: { holdMs: 5 * minuteMs, isEndTold: true },
  // What was found is settled; that a later webhook came shows on the connection.
  payments_unheard: { holdMs: 0, isEndTold: false },
  // Its end is somebody's deed in the app.
  payments_to_check: { holdMs: 0, isEndTold: false },
  books_differ: { holdMs: 0, isEndTold: true },
  posts_waiting: { holdMs: 0, isEndTold: true },
  door_shut: { holdMs: 0, isEndTold: true },
};

/** A trouble that returns sooner than this after it was told is not told again until it has lasted that long. */
export const coolDownMs = 30 * minuteMs;

/** Figures at which a rule fires, and at which it is over. */
export const limits = {
  inboxAgeSec: { raise: 60, clear: 30 },
  errorsPerMinute: { raise: 10, clear: 5 },
  diskFreeBytes: { raise: gigabyte, clear: 1.25 * gigabyte },
  databaseMs: { raise: 1_000, clear: 250 },
  lateSec: { raise: 60, clear: 30 },
  pendingUpdates: { raise: 100, clear: 50 },
  /** Workers ask every few seconds; a quarter of an hour is long for a post that none of them takes. */
  postAgeSec: { raise: 900, clear: 300 },
} as const;

/** Problems of the way in. That Telegram is away passes by itself, and could not be told through Telegram. */
const updateProblems: ReadonlySet<string> = new Set([
  "bots.set_up_refused",
  "bots.webhook_elsewhere",
  "bots.polled_elsewhere",
  "bots.webhook_failing",
  "bots.updates_pile_up",
]);
/** A check longer ago than this says nothing about now. */
const freshCheckMs = 15 * minuteMs;
/** The database must have been away this long to be worth a message, and is told of this long afterwards. */
const awayWorthTellingMs = 5_000;
const awayToldForMs = 10 * minuteMs;
/** A process writes its row every 15 s. */
export const processLostAfterMs = 2 * minuteMs;
/** After this a lost process is history. */
export const processForgottenAfterMs = hourMs;

export interface ProcessFacts {
  id: string;
  host: string;
  startedAt: Date;
  seenAt: Date;
  errorsPerMinute: number;
  diskFreeBytes: number | null;
  databaseMs: number;
  awayFrom: Date | null;
  awayUntil: Date | null;
}

export interface InstallationFacts {
  inboxWaiting: number;
  /** Age of the oldest call that nobody has read; 0 without one. */
  inboxOldestSec: number;
  /** Jobs that used up their tries; `fresh` ones within the last hour. `oldest` is the name of the one that gave up first. */
  deadJobs: { count: number; fresh: number; oldest: string };
  processes: readonly ProcessFacts[];
}

export interface BotFacts {
  botId: string;
  username: string;
  isDisconnected: boolean;
  /** Why its lane stands still; null when it does not. */
  pausedReason: string | null;
  /** Its last check: what Telegram holds back, and the problem found, as the bots room names it. */
  check: { checkedAt: Date; pendingUpdates: number; problem: string | null } | null;
}

export interface ConnectionFacts {
  connectionId: string;
  name: string;
  /** Hours since its last event, when it is silent against its habit; null otherwise. */
  silentHours: number | null;
}

/** An address that hears events of the workspace. */
export interface EndpointFacts {
  endpointId: string;
  name: string;
  /** Switched off by us, because it failed for days. */
  isDisabled: boolean;
}

/** A closed chat that products open. */
export interface DoorFacts {
  chatId: string;
  name: string;
  /** Its bot is not there, or may not invite or ban. */
  isShut: boolean;
}

/** A payment provider as the workspace uses it. */
export interface ProviderFacts {
  connectionId: string;
  name: string;
  /** Its last call failed. */
  isTroubled: boolean;
  /** Payments of the last hour that we found by asking: no webhook told of them. */
  unheard: number;
}

/** Money of a workspace. */
export interface MoneyFacts {
  /** Payments that wait for somebody. */
  toCheck: number;
  /** Lines of the last check of the books that do not add up. */
  differences: number;
  providers: readonly ProviderFacts[];
}

export interface WorkspaceFacts {
  workspaceId: string;
  /** Service and alert messages that are due. */
  lateCount: number;
  /** Age of the oldest of them; 0 without one. */
  oldestLateSec: number;
  /** Calls set aside within the last hour that nobody has dealt with. */
  newDeadLetters: number;
  /** Messages of unknown outcome older than an hour. */
  oldUnknown: number;
  /** Posts that no worker has taken. */
  waitingPosts: number;
  /** Age of the oldest of them; 0 without one. */
  oldestPostSec: number;
  bots: readonly BotFacts[];
  connections: readonly ConnectionFacts[];
  endpoints: readonly EndpointFacts[];
  doors: readonly DoorFacts[];
  money: MoneyFacts;
}

/** How a workspace wants to be told. */
export interface AlertTuning {
  isOn: boolean;
  off: readonly WorkspaceRule[];
  /** Seconds after which an unsent service or alert message is late. */
  lateSec: number;
}

/** One thing that was looked at. Neither raised nor cleared: between the thresholds. */
export interface Condition {
  rule: RuleName;
  subject: string;
  workspaceId: string | null;
  isRaised: boolean;
  isCleared: boolean;
  params: AlertParams;
}

export interface AlertState {
  rule: RuleName;
  subject: string;
  workspaceId: string | null;
  phase: "pending" | "firing" | "clear";
  since: Date;
  isTold: boolean;
  toldAt: Date | null;
  clearedAt: Date | null;
  params: AlertParams;
}

export interface Notice {
  kind: "fired" | "cleared";
  rule: RuleName;
  subject: string;
  workspaceId: string | null;
  since: Date;
  params: AlertParams;
}

const level = (value: number, limit: { raise: number; clear: number }) => ({
  isRaised: value > limit.raise,
  isCleared: value <= limit.clear,
});
const flag = (isRaised: boolean) => ({ isRaised, isCleared: !isRaised });

/** What the installation's facts say at `now`. */
export function installationConditions(facts: InstallationFacts, now: Date): Condition[] {
  const own = { workspaceId: null, subject: "installation" };
  const alive = facts.processes.filter((process) => now.getTime() - process.seenAt.getTime() < processLostAfterMs);
  const errors = alive.reduce((sum, process) => sum + process.errorsPerMinute, 0);
  const slowest = Math.max(0, ...alive.map((process) => process.databaseMs));
  const conditions: Condition[] = [
    {
      ...own,
      rule: "inbox_backlog",
      ...level(facts.inboxOldestSec, limits.inboxAgeSec),
      params: { count: facts.inboxWaiting, seconds: Math.round(facts.inboxOldestSec) },
    },
    {
      ...own,
      rule: "jobs_dead",
      ...flag(facts.deadJobs.fresh > 0),
      params: { count: facts.deadJobs.count, name: facts.deadJobs.oldest },
    },
    { ...own, rule: "error_rate", ...level(errors, limits.errorsPerMinute), params: { count: errors } },
    { ...own, rule: "database_slow", ...level(slowest, limits.databaseMs), params: { ms: Math.round(slowest) } },
  ];
  const free = new Map<string, number>();
  for (const { host, diskFreeBytes } of alive)
    if (diskFreeBytes !== null) free.set(host, Math.min(diskFreeBytes, free.get(host) ?? Number.POSITIVE_INFINITY));
  for (const [host, bytes] of free)
    conditions.push({
      rule: "disk_low",
      subject: `disk:${host}`,
      workspaceId: null,
      isRaised: bytes < limits.diskFreeBytes.raise,
      isCleared: bytes >= limits.diskFreeBytes.clear,
      params: { host, megabytes: Math.floor(bytes / 1024 ** 2) },
    });
  const away = facts.processes
    .filter(({ awayFrom, awayUntil }) => awayFrom && awayUntil && +awayUntil - +awayFrom >= awayWorthTellingMs)
    .sort((a, b) => Number(b.awayUntil) - Number(a.awayUntil))[0];
  const isAwayFresh = away?.awayUntil != null && now.getTime() - away.awayUntil.getTime() < awayToldForMs;
  conditions.push({
    ...own,
    rule: "database_away",
    ...flag(isAwayFresh),
    params: away ? { seconds: Math.round((Number(away.awayUntil) - Number(away.awayFrom)) / 1000) } : { seconds: 0 },
  });
  for (const process of facts.processes) {
    const silentMs = now.getTime() - process.seenAt.getTime();
    const isReplaced = alive.some((other) => other.host === process.host && other.startedAt > process.seenAt);
    conditions.push({
      rule: "process_lost",
      subject: `process:${process.id}`,
      workspaceId: null,
      ...flag(silentMs >= processLostAfterMs && !isReplaced),
      params: { host: process.host, minutes: Math.floor(silentMs / minuteMs) },
    });
  }
  return conditions;
}

/** What a workspace's facts say at `now`. Rules that are switched off are not looked at, which ends them quietly. */
export function workspaceConditions(facts: WorkspaceFacts, tuning: AlertTuning, now: Date): Condition[] {
  const { workspaceId } = facts;
  const own = { workspaceId, subject: workspaceId };
  const conditions: Condition[] = [
    {
      ...own,
      rule: "delivery_late",
      ...level(facts.oldestLateSec, { raise: tuning.lateSec, clear: Math.min(limits.lateSec.clear, tuning.lateSec) }),
      params: { count: facts.lateCount, seconds: Math.round(facts.oldestLateSec) },
    },
    { ...own, rule: "dead_letters", ...flag(facts.newDeadLetters > 0), params: { count: facts.newDeadLetters } },
    { ...own, rule: "unknown_old", ...flag(facts.oldUnknown > 0), params: { count: facts.oldUnknown } },
    {
      ...own,
      rule: "posts_waiting",
      ...level(facts.oldestPostSec, limits.postAgeSec),
      params: { count: facts.waitingPosts, minutes: Math.round(facts.oldestPostSec / 60) },
    },
  ];
  for (const bot of facts.bots) {
    const about = { workspaceId, subject: bot.botId };
    const check = bot.check && now.getTime() - bot.check.checkedAt.getTime() < freshCheckMs ? bot.check : null;
    const isRefused = bot.isDisconnected || bot.pausedReason === "token" || check?.problem === "bots.token_refused";
    conditions.push(
      { ...about, rule: "bot_disconnected", ...flag(isRefused), params: { bot: bot.username } },
      {
        ...about,
        rule: "lane_paused",
        // A refused token pauses the lane too; that is told once, as what it is.
        ...flag(bot.pausedReason !== null && !isRefused),
        params: { bot: bot.username },
      },
    );
    if (check) {
      const isTroubled = check.problem !== null && updateProblems.has(check.problem);
      conditions.push({
        ...about,
        rule: "webhook_troubled",
        isRaised: check.pendingUpdates > limits.pendingUpdates.raise || isTroubled,
        isCleared: check.pendingUpdates <= limits.pendingUpdates.clear && !isTroubled,
        params: { bot: bot.username, count: check.pendingUpdates },
      });
    }
  }
  for (const connection of facts.connections)
    conditions.push({
      workspaceId,
      subject: connection.connectionId,
      rule: "connection_silent",
      ...flag(connection.silentHours !== null),
      params: { name: connection.name, hours: Math.floor(connection.silentHours ?? 0) },
    });
  for (const endpoint of facts.endpoints)
    conditions.push({
      workspaceId,
      subject: endpoint.endpointId,
      rule: "endpoint_disabled",
      ...flag(endpoint.isDisabled),
      params: { name: endpoint.name },
    });
  for (const { chatId, name, isShut } of facts.doors)
    conditions.push({ workspaceId, subject: chatId, rule: "door_shut", ...flag(isShut), params: { name } });
  conditions.push(...moneyConditions(facts));
  if (!tuning.isOn) return [];
  return conditions.filter(({ rule }) => !tuning.off.includes(rule as WorkspaceRule));
}

function moneyConditions({ workspaceId, money }: WorkspaceFacts): Condition[] {
  const own = { workspaceId, subject: workspaceId };
  return [
    { ...own, rule: "payments_to_check", ...flag(money.toCheck > 0), params: { count: money.toCheck } },
    { ...own, rule: "books_differ", ...flag(money.differences > 0), params: { count: money.differences } },
    ...money.providers.flatMap(({ connectionId: subject, name, isTroubled, unheard }): Condition[] => [
      { workspaceId, subject, rule: "provider_troubled", ...flag(isTroubled), params: { name } },
      { workspaceId, subject, rule: "payments_unheard", ...flag(unheard > 0), params: { name, count: unheard } },
    ]),
  ];
}

const keyOf = (of: { rule: string; subject: string }) => `${of.rule} ${of.subject}`;

/**
 * The step from what was known to what is known: `states` to keep (only those that changed) and `notices` to send. A state whose
 * condition is gone (a deleted bot, a rule switched off) ends without a word.
 */
export function step(
  states: readonly AlertState[],
  conditions: readonly Condition[],
  now: Date,
): { states: AlertState[]; notices: Notice[] } {
  const changed: AlertState[] = [];
  const notices: Notice[] = [];
  const known = new Map(states.map((state) => [keyOf(state), state]));
  const seen = new Set<string>();
  for (const condition of conditions) {
    const key = keyOf(condition);
    if (seen.has(key)) continue;
    seen.add(key);
    const next = advance(known.get(key) ?? null, condition, now);
    if (!next) continue;
    changed.push(next.state);
    if (next.notice) notices.push(next.notice);
  }
  for (const state of states)
    if (state.phase !== "clear" && !seen.has(keyOf(state)))
      changed.push({ ...state, phase: "clear", isTold: false, clearedAt: now });
  return { states: changed, notices };
}

function advance(
  before: AlertState | null,
  condition: Condition,
  now: Date,
): { state: AlertState; notice: Notice | null } | null {
  const { rule, subject, workspaceId, params } = condition;
  const timing = timings[rule];
  const isOpen = before !== null && before.phase !== "clear";
  const noticeOf = (kind: Notice["kind"], since: Date): Notice => ({ kind, rule, subject, workspaceId, since, params });

  if (isOpen && before.phase === "firing") {
    if (condition.isCleared) {
      const isEndTold = before.isTold && timing.isEndTold;
      return {
        state: { ...before, phase: "clear", isTold: false, clearedAt: now, params },
        notice: isEndTold ? noticeOf("cleared", before.since) : null,
      };
    }
    if (before.isTold || !condition.isRaised || isCoolingDown(before, now)) return null;
    return {
      state: { ...before, isTold: true, toldAt: now, params },
      notice: noticeOf("fired", before.since),
    };
  }

  if (!condition.isRaised)
    return isOpen ? { state: { ...before, phase: "clear", clearedAt: now }, notice: null } : null;
  const since = isOpen ? before.since : now;
  const base = { rule, subject, workspaceId, since, toldAt: before?.toldAt ?? null, clearedAt: null, params };
  if (now.getTime() - since.getTime() < timing.holdMs)
    return isOpen ? null : { state: { ...base, phase: "pending", isTold: false }, notice: null };
  if (before && isCoolingDown(before, now)) return { state: { ...base, phase: "firing", isTold: false }, notice: null };
  return {
    state: { ...base, phase: "firing", isTold: true, toldAt: now },
    notice: noticeOf("fired", since),
  };
}

const isCoolingDown = (state: AlertState, now: Date) =>
  state.toldAt !== null && now.getTime() - state.toldAt.getTime() < coolDownMs;
