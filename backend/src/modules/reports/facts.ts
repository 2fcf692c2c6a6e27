/** Figures about work that waits and things that are broken, for metrics, alerts, health and today's summary. */
import { keyedJobs } from "@backend/kit/jobs.ts";
import { pgArray } from "@backend/kit/pg-array.ts";
import { localeOfPerson, timeZoneOfPerson } from "@backend/modules/identity/index.ts";
import type { Db } from "@db/client.ts";
import type { BotHealth } from "@db/schema/bots.ts";
import type { Locale } from "@db/schema/identity.ts";
import { sql } from "drizzle-orm";
import { silentHours } from "./domain/silence.ts";

/** Counting stops here: whoever sees so many knows enough, and a count of millions would slow down what it counts. */
const countAtMost = 10_000;
const laneNames = ["service", "alert", "sequence", "broadcast"] as const;

const seconds = (since: string | null, now: Date) =>
  since === null ? 0 : Math.max(0, (now.getTime() - new Date(since).getTime()) / 1000);

/** A job that gave up is asked for again by some schedule within minutes, which takes its key, or by nobody. */
const deadAfterMs = 10 * 60_000;
const deadFreshMs = 3_600_000;

/**
 * Jobs `j` of a task `t` that have used up their tries: nobody does them any more. Not those that were asked for again (`keyedJobs`): a
 * later job does the same. Not those of a schedule, into which graphile-worker writes `_cron`: its next turn does. As text, since JSON that
 * is taken apart refuses a zero character.
 */
const isDeadJob = () => sql`not j.is_available and j.attempts >= j.max_attempts and j.locked_at is null
  and (j.key is not null or t.identifier <> all(${pgArray([...keyedJobs])}::text[])) and j.payload::text not like '%"_cron":%'`;

/**
 * Backlogs of the whole installation. Every part reads a partial index of waiting rows, so a quiet installation costs nothing; dead jobs are
 * looked for in all jobs, which are few.
 */
export async function readBacklog(db: Db, now: Date) {
  const deadBy = new Date(now.getTime() - deadAfterMs);
  const freshSince = new Date(deadBy.getTime() - deadFreshMs).toISOString();
  const [row] = await db.execute<{
    inboxWaiting: number;
    inboxOldest: string | null;
    deadLetters: number;
    sending: number;
    unknown: number;
    unknownOldest: string | null;
    jobsWaiting: number;
    jobsOldest: string | null;
    jobsDead: number;
    jobsDeadNew: number;
    deadName: string | null;
    deadSince: string | null;
    lanesOwned: number;
    lanesWithoutOwner: number;
    lanesPaused: number;
    active: number;
    idle: number;
    idleInTransaction: number;
    waiting: number;
  }>(sql`
    select
      (select count(*)::int from (select 1 from inbound_events where status = 'received' limit ${countAtMost}) few) as "inboxWaiting",
      (select received_at from inbound_events where status = 'received' order by received_at limit 1) as "inboxOldest",
      (select count(*)::int from (select 1 from inbound_events where status = 'failed' limit ${countAtMost}) few) as "deadLetters",
      (select count(*)::int from deliveries where state = 'sending') as sending,
      u.count as unknown, u.oldest as "unknownOldest",
      j.count as "jobsWaiting", j.oldest as "jobsOldest",
      x.count as "jobsDead", x.fresh as "jobsDeadNew", x.name as "deadName", x.since as "deadSince",
      l.owned as "lanesOwned", l.without as "lanesWithoutOwner", l.paused as "lanesPaused",
      c.active, c.idle, c.in_transaction as "idleInTransaction", c.waiting
    from
      (select count(*)::int as count, min(coalesce(done_at, created_at)) as oldest from deliveries where state = 'unknown') u,
      (select count(*)::int as count, min(run_at) as oldest from (select run_at from graphile_worker._private_jobs
        where is_available and run_at <= ${now.toISOString()}::timestamptz limit ${countAtMost}) few) j,
      (select count(*)::int as count, count(*) filter (where since > ${freshSince}::timestamptz)::int as fresh, min(since) as since,
        (array_agg(name order by since))[1] as name
        from (select j.updated_at as since, t.identifier as name from graphile_worker._private_jobs j
          join graphile_worker._private_tasks t on t.id = j.task_id where ${isDeadJob()}
            and j.updated_at <= ${deadBy.toISOString()}::timestamptz limit ${countAtMost}) few) x,
      (select count(*) filter (where h.id is not null)::int as owned, count(*) filter (where h.id is null)::int as without,
        count(*) filter (where paused_until > ${now.toISOString()}::timestamptz)::int as paused
        from lanes left join lane_hosts h on h.id = lanes.owner_id) l,
      (select count(*) filter (where state = 'active')::int as active, count(*) filter (where state = 'idle')::int as idle,
        count(*) filter (where state like 'idle in transaction%')::int as in_transaction,
        count(*) filter (where wait_event_type = 'Lock')::int as waiting
        from pg_stat_activity where datname = current_database() and backend_type = 'client backend') c`);
  if (!row) throw new Error("the backlog has no row");
  const lanes = await db.execute<{ rank: number; queued: number; oldest: string | null }>(sql`
    select r.rank, coalesce(sum(q.queued), 0)::int as queued, min(q.oldest) as oldest
    from generate_series(0, 3) r(rank)
    left join lateral (
      select (select count(*) from (select 1 from deliveries d where d.bot_id = b.id and d.rank = r.rank and d.state = 'queued'
          and d.is_due limit ${countAtMost}) few) as queued,
        (select greatest(d.created_at, d.not_before) from deliveries d where d.bot_id = b.id and d.rank = r.rank and d.state = 'queued'
          and d.is_due order by d.id limit 1) as oldest
      from bots b) q on true
    group by r.rank order by r.rank`);
  return {
    inboxWaiting: row.inboxWaiting,
    inboxOldestSec: seconds(row.inboxOldest, now),
    deadLetters: row.deadLetters,
    sending: row.sending,
    unknown: row.unknown,
    oldestUnknownSec: seconds(row.unknownOldest, now),
    jobsWaiting: row.jobsWaiting,
    jobsOldestSec: seconds(row.jobsOldest, now),
    deadJobs: {
      count: row.jobsDead,
      /** Within the last hour or so. */
      fresh: row.jobsDeadNew,
      /** The one that gave up first; "" without one. */
      oldest: row.deadName ?? "",
      oldestSec: seconds(row.deadSince, now),
    },
    lanesOwned: row.lanesOwned,
    lanesWithoutOwner: row.lanesWithoutOwner,
    lanesPaused: row.lanesPaused,
    connections: { active: row.active, idle: row.idle, idleInTransaction: row.idleInTransaction, waiting: row.waiting },
    lanes: lanes.map(({ rank, queued, oldest }) => ({
      lane: laneNames[rank] ?? ("broadcast" as const),
      queued,
      oldestSec: seconds(oldest, now),
    })),
  };
}

export interface BotCondition {
  botId: string;
  username: string;
  state: "active" | "inactive" | "disconnected";
  health: BotHealth | null;
  pausedUntil: Date | null;
  pausedReason: string | null;
}

export interface Troubles {
  workspaceId: string;
  lateCount: number;
  oldestLateSec: number;
  deadLetters: number;
  newDeadLetters: number;
  unknown: number;
  oldUnknown: number;
  waitingPosts: number;
  oldestPostSec: number;
  brokenChats: number;
  bots: BotCondition[];
  endpoints: { endpointId: string; name: string; isDisabled: boolean }[];
  /** Closed chats that products open; shut are those in which a bot that is on lacks a right, or is not any more. */
  doors: { chatId: string; name: string; isShut: boolean }[];
  money: {
    toCheck: number;
    differences: number;
    providers: { connectionId: string; name: string; isTroubled: boolean; unheard: number }[];
  };
}

const hourMs = 3_600_000;

/** What is wrong in each workspace, or in one. Chats of people who blocked a bot are no trouble; groups and channels are. */
export async function readTroubles(db: Db, workspaceId: string | null, now: Date): Promise<Troubles[]> {
  const at = now.toISOString();
  const anHourAgo = new Date(now.getTime() - hourMs).toISOString();
  const rows = await db.execute<
    Omit<Troubles, "bots" | "endpoints" | "doors" | "oldestLateSec" | "oldestPostSec" | "money"> & {
      oldestLate: string | null;
      oldestPost: string | null;
    }
  >(sql`
    select w.id as "workspaceId", late.count as "lateCount", late.oldest as "oldestLate",
      dead.count as "deadLetters", dead.fresh as "newDeadLetters", lost.count as unknown, lost.old as "oldUnknown",
      posts.count as "waitingPosts", posts.oldest as "oldestPost",
      (select count(*)::int from chats c join bots b on b.id = c.bot_id and b.released_at is null
        where c.workspace_id = w.id and c.kind <> 'private' and c.state not in ('active', 'removed'))
        as "brokenChats"
    from workspaces w
    cross join lateral (
      -- Two halves, each with a partial index of its own: an "or" over both would read every delivery there is.
      select count(*)::int as count, min(due) as oldest from (
        (select greatest(d.created_at, d.not_before) as due from bots b join deliveries d on d.bot_id = b.id
          where b.workspace_id = w.id and d.rank in (0, 1) and d.state = 'queued' and d.is_due limit ${countAtMost})
        union all
        (select d.not_before from deliveries d
          where d.workspace_id = w.id and d.rank in (0, 1) and d.state = 'queued' and not d.is_due
            and d.not_before <= ${at}::timestamptz limit ${countAtMost})) few) late
    cross join lateral (
      select count(*)::int as count, count(*) filter (where processed_at > ${anHourAgo}::timestamptz)::int as fresh from (
        select processed_at from inbound_events e where e.workspace_id = w.id and e.status = 'failed'
        order by e.id desc limit ${countAtMost}) few) dead
    cross join lateral (
      select count(*)::int as count, count(*) filter (where since < ${anHourAgo}::timestamptz)::int as old from (
        select coalesce(d.done_at, d.created_at) as since from deliveries d
        where d.workspace_id = w.id and d.state = 'unknown' limit ${countAtMost}) few) lost
    cross join lateral (
      select count(*)::int as count, min(created_at) as oldest from (
        select t.created_at from tasks t where t.workspace_id = w.id and t.state = 'created'
        order by t.created_at, t.id limit ${countAtMost}) few) posts
    ${workspaceId === null ? sql`` : sql`where w.id = ${workspaceId}`}`);
  const botRows = await db.execute<{
    workspaceId: string;
    botId: string;
    username: string;
    state: BotCondition["state"];
    health: BotHealth | null;
    pausedUntil: string | null;
    pausedReason: string | null;
  }>(sql`
    select b.workspace_id as "workspaceId", b.id as "botId", b.username, b.state, b.health,
      case when l.paused_until > ${at}::timestamptz then least(l.paused_until, '9999-12-31Z'::timestamptz) end as "pausedUntil",
      case when l.paused_until > ${at}::timestamptz then coalesce(l.paused_reason, 'unknown') end as "pausedReason"
    from bots b left join lanes l on l.bot_id = b.id
    where b.released_at is null ${workspaceId === null ? sql`` : sql`and b.workspace_id = ${workspaceId}`}
    order by b.is_platform desc, b.created_at, b.id`);
  const endpointRows = await db.execute<{
    workspaceId: string;
    endpointId: string;
    name: string;
    isDisabled: boolean;
  }>(sql`
    select workspace_id as "workspaceId", id as "endpointId", name, state = 'disabled' as "isDisabled" from webhook_endpoints
    ${workspaceId === null ? sql`` : sql`where workspace_id = ${workspaceId}`} order by created_at, id`);
  const doorRows = await db.execute<{ workspaceId: string; chatId: string; name: string; isShut: boolean }>(sql`
    select c.workspace_id as "workspaceId", c.id as "chatId", coalesce(c.label, c.title) as name,
      c.state in ('kicked', 'deleted', 'removed', 'unreachable') or not coalesce(r.may_invite and r.may_remove, true) as "isShut"
    from chats c join bots b on b.id = c.bot_id and b.state = 'active' left join chat_rights r on r.chat_id = c.id
    where exists (select 1 from product_chats p where p.chat_id = c.id)
      ${workspaceId === null ? sql`` : sql`and c.workspace_id = ${workspaceId}`} order by c.created_at, c.id`);
  const money = await readMoneyTroubles(db, workspaceId, anHourAgo);
  const endpoints = Map.groupBy(endpointRows, (endpoint) => endpoint.workspaceId);
  const doors = Map.groupBy(doorRows, (door) => door.workspaceId);
  const bots = Map.groupBy(botRows, (bot) => bot.workspaceId);
  return rows.map(({ oldestLate, oldestPost, ...row }) => ({
    ...row,
    oldestLateSec: seconds(oldestLate, now),
    money: money.get(row.workspaceId) ?? { toCheck: 0, differences: 0, providers: [] },
    oldestPostSec: seconds(oldestPost, now),
    endpoints: (endpoints.get(row.workspaceId) ?? []).map(({ workspaceId: _, ...endpoint }) => endpoint),
    doors: (doors.get(row.workspaceId) ?? []).map(({ workspaceId: _, ...door }) => door),
    bots: (bots.get(row.workspaceId) ?? []).map(({ workspaceId: _, pausedUntil, ...bot }) => ({
      ...bot,
      pausedUntil: pausedUntil === null ? null : new Date(pausedUntil),
    })),
  }));
}

/**
 * Of each workspace that is paid through a provider: what waits for somebody, what the books' last check found, which connections fail,
 * and what of the last hour we found by asking although no webhook told of it (Stars come as updates).
 */
async function readMoneyTroubles(
  db: Db,
  workspaceId: string | null,
  since: string,
): Promise<ReadonlyMap<string, Troubles["money"]>> {
  const rows = await db.execute<{
    workspaceId: string;
    toCheck: number;
    differences: number;
    connectionId: string;
    name: string;
    isTroubled: boolean;
    unheard: number;
  }>(sql`
    select c.workspace_id as "workspaceId", c.id as "connectionId", c.name, c.is_on and c.problem is not null as "isTroubled",
      (select count(*)::int from (select 1 from payments p where p.workspace_id = c.workspace_id and p.state = 'to_check'
        limit ${countAtMost}) few) as "toCheck",
      (select count(*)::int from (select 1 from payments p where p.workspace_id = c.workspace_id and p.created_at > ${since}::timestamptz
        and p.connection_id = c.id and p.found_by in ('sweep', 'reconciliation') limit ${countAtMost}) few) as unheard,
      coalesce((select jsonb_array_length(k.differences) from ledger_checks k where k.workspace_id = c.workspace_id), 0) as differences
    from payment_connections c
    where c.disconnected_at is null ${workspaceId === null ? sql`` : sql`and c.workspace_id = ${workspaceId}`}
    order by c.created_at, c.id`);
  const found = new Map<string, Troubles["money"]>();
  for (const { workspaceId: id, toCheck, differences, ...provider } of rows) {
    const known = found.get(id);
    if (known) known.providers.push(provider);
    else found.set(id, { toCheck, differences, providers: [provider] });
  }
  return found;
}

export interface ConnectionCondition {
  connectionId: string;
  workspaceId: string;
  name: string;
  state: "active" | "paused";
  lastEventAt: Date | null;
  /** Hours of silence against its habit; null when it is not silent. */
  silentHours: number | null;
  /** Its tracker's log has been unreadable for an hour. */
  isLogUnread: boolean;
}

/** At most this many of a connection's last events make its habit. */
const habitEvents = 300;

/**
 * Connections with their last event and whether they are silent. Habits are only read of those that have been quiet for
 * `leastHours`, which in good times is none.
 */
export async function readConnections(
  db: Db,
  workspaceId: string | null,
  now: Date,
  leastHoursOf: (workspaceId: string) => number = () => 3,
): Promise<ConnectionCondition[]> {
  const anHourAgo = new Date(now.getTime() - hourMs).toISOString();
  const rows = await db.execute<{
    connectionId: string;
    workspaceId: string;
    name: string;
    state: "active" | "paused";
    lastEventAt: string | null;
    gaps: number[] | null;
    isLogUnread: boolean;
  }>(sql`
    select c.id as "connectionId", c.workspace_id as "workspaceId", c.name, c.state, c.last_event_at as "lastEventAt", habit.gaps,
      coalesce(c.state = 'active' and pull.is_on and pull.problem_since < ${anHourAgo}::timestamptz, false) as "isLogUnread"
    from tracker_connections c
    left join tracker_pulls pull on pull.connection_id = c.id
    left join lateral (
      select json_agg(gap) as gaps from (
        select extract(epoch from received_at - lag(received_at) over (order by id)) * 1000 as gap from (
          select id, received_at from conversions v where v.connection_id = c.id order by v.id desc limit ${habitEvents}) latest
        where received_at > c.last_event_at - interval '7 days') pauses
      where gap is not null) habit on c.state = 'active' and c.last_event_at < ${anHourAgo}::timestamptz
    where c.deleted_at is null ${workspaceId === null ? sql`` : sql`and c.workspace_id = ${workspaceId}`}
    order by c.created_at, c.id`);
  return rows.map(({ gaps, lastEventAt, ...row }) => {
    const last = lastEventAt === null ? null : new Date(lastEventAt);
    return {
      ...row,
      lastEventAt: last,
      silentHours:
        last && gaps && row.state === "active"
          ? silentHours({ lastEventAt: last, gapsMs: gaps }, now, leastHoursOf(row.workspaceId))
          : null,
    };
  });
}

/** Names of connections and bots of one workspace by id, deleted ones included: what came in through them is still shown. */
export async function readSourceNames(db: Db, workspaceId: string): Promise<ReadonlyMap<string, string>> {
  const rows = await db.execute<{ id: string; name: string }>(sql`
    select id, name from tracker_connections where workspace_id = ${workspaceId}
    union all select id, '@' || username from bots where workspace_id = ${workspaceId}`);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export interface TeamMember {
  personId: string;
  role: string;
  locale: Locale;
  timeZone: string;
  /** A private chat that can be written to, through the workspace's main bot if that works; null = never pressed Start, or blocked us. */
  chatId: string | null;
  /** Where there is no such chat: the person's own with the bot of the installation, which belongs to another workspace. */
  platformChat: { workspaceId: string; chatId: string } | null;
}

/** A bot (b) that can bring a message out: on, and not stopped until somebody mends it. */
const works = sql`b.state = 'active' and not exists (
  select 1 from lanes l where l.bot_id = b.id and l.paused_until = 'infinity')`;

/** The team as somebody who has to reach it sees it. Blocked and erased persons are left out. */
export async function readTeam(db: Db, workspaceId: string): Promise<TeamMember[]> {
  const rows = await db.execute<{
    personId: string;
    role: string;
    locale: Locale | null;
    telegramLocale: string | null;
    timeZone: string | null;
    workspaceLocale: Locale;
    workspaceZone: string;
    chatId: string | null;
    platformChatId: string | null;
    platformWorkspaceId: string | null;
  }>(sql`
    select p.id as "personId", m.role, p.locale, p.telegram_locale as "telegramLocale", p.time_zone as "timeZone",
      w.locale as "workspaceLocale", w.time_zone as "workspaceZone", chat.id as "chatId",
      platform.id as "platformChatId", platform.workspace_id as "platformWorkspaceId"
    from members m
    join persons p on p.id = m.person_id
    join workspaces w on w.id = m.workspace_id
    left join lateral (
      select c.id from chats c join bots b on b.id = c.bot_id
      where c.person_id = p.id and c.kind = 'private' and c.state = 'active' and ${works}
      order by b.is_platform desc, b.created_at limit 1) chat on true
    left join lateral (
      select c.id, c.workspace_id from chats c join bots b on b.id = c.bot_id
      where b.is_platform and c.telegram_chat_id = p.telegram_id and c.kind = 'private' and c.state = 'active' and ${works}
      limit 1) platform on chat.id is null and platform.workspace_id <> w.id
    where m.workspace_id = ${workspaceId} and p.blocked_at is null and p.erased_at is null
    order by m.created_at, m.id`);
  return rows.map(
    ({ personId, role, chatId, platformChatId, platformWorkspaceId, workspaceLocale, workspaceZone, ...person }) => ({
      personId,
      role,
      chatId,
      platformChat:
        platformChatId && platformWorkspaceId ? { workspaceId: platformWorkspaceId, chatId: platformChatId } : null,
      locale: localeOfPerson(person, { locale: workspaceLocale }),
      timeZone: timeZoneOfPerson(person, { timeZone: workspaceZone }),
    }),
  );
}

/** A chat of the platform bot by its Telegram id, if it can be written to, with the language of its workspace. */
export async function readPlatformChat(
  db: Db,
  telegramChatId: number,
): Promise<{ workspaceId: string; chatId: string; locale: Locale; timeZone: string } | null> {
  const [row] = await db.execute<{ workspaceId: string; chatId: string; locale: Locale; timeZone: string }>(sql`
    select c.workspace_id as "workspaceId", c.id as "chatId", w.locale, w.time_zone as "timeZone"
    from chats c join bots b on b.id = c.bot_id join workspaces w on w.id = c.workspace_id
    where b.is_platform and c.telegram_chat_id = ${telegramChatId} and c.state = 'active'`);
  return row ?? null;
}

export async function readFirstWorkspaceId(db: Db): Promise<string | null> {
  const [row] = await db.execute<{ id: string }>(sql`select id from workspaces where is_first`);
  return row?.id ?? null;
}

/** Calls that spoke of a click or transaction with exactly this id, newest first: what a search for an id mostly means. */
export async function readEventIdsOf(db: Db, workspaceId: string, trackerId: string): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select distinct e.id::text as id, e.id as n from (
      (select event_id, amount_event_id from conversions where subid = ${trackerId} and subid <> '' and workspace_id = ${workspaceId} limit 50)
      union all
      (select event_id, amount_event_id from conversions where tid = ${trackerId} and tid <> '' and workspace_id = ${workspaceId} limit 50)
    ) c cross join lateral (values (c.event_id), (c.amount_event_id)) e(id)
    where e.id is not null order by n desc limit 20`);
  return rows.map(({ id }) => id);
}
