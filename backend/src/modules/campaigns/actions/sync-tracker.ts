import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueue, enqueueAll } from "@backend/kit/jobs.ts";
import { killPoint } from "@backend/kit/kill-points.ts";
import { notifyLive } from "@backend/kit/live.ts";
import {
  listAllTrackers,
  minutesToNext,
  openTracker,
  type TrackerProblem,
} from "@backend/modules/conversions/index.ts";
import { trackerThingKinds } from "@db/schema/campaigns.ts";
import { storeFlows } from "../flow-store.ts";
import { type SyncTracker, syncTrackerJob } from "../mirror-jobs.ts";
import {
  beginRun,
  type CampaignKey,
  campaignsToRead,
  countCampaigns,
  ensureMirrors,
  holdRun,
  type MirrorRow,
  markFlowsRead,
  markMissingCampaigns,
  markMissingThings,
  saveCampaigns,
  saveThings,
  takeDueMirrors,
  updateRun,
  usualPauseAfter,
} from "../mirror-queries.ts";
import type { CampaignsPorts, TrackerAccess, TrackerCampaign, TrackerFlow } from "../ports.ts";
import { problemOf } from "../tracker-problems.ts";
import { tellDrift } from "./tell-drift.ts";

type Ctx = ActionContext<CampaignsPorts>;

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Longer than what is asked between two renewals: a list of campaigns is given up after three minutes, others take less. */
export const leaseMs = 6 * minuteMs;
/** A tracker that failed once is asked sooner than usual: most are well again by then. */
const firstPauseMinutes = 5;
/** What has not been read by then is left to a run of its own, so that others in the line have their turn. */
const runMs = 10 * minuteMs;
/** Rows of one statement, and campaigns whose flows are read and stored together. */
const chunkSize = 500;
const batchSize = 16;
/** Campaigns of one batch that fail together. */
const awayAt = 4;
/** A flow that is changed in the tracker's panel says nothing of it in its campaign: each is read at least once in so long. */
const flowsKeepMs = dayMs;
/** Flows that our people pushed lately are read in every run. */
const workedMs = 7 * dayMs;
/** Open screens ask anew whenever they are told: not more often than this. */
const tellEveryMs = 3_000;

/** The job of every minute: a mirror for each tracker, and one run for each whose time has come. */
export async function syncDue(ctx: ActionContext, _: Record<string, never>): Promise<void> {
  await inTransaction(ctx, async ({ db, now }) => {
    const trackers = await listAllTrackers(db);
    await ensureMirrors(db, trackers, now);
    const due = await takeDueMirrors(db, trackers, now, new Date(now.getTime() + leaseMs));
    const runs = due.map(({ failures, ...key }) => ({ ...key, isFailing: failures > 0 }));
    await enqueueAll(db, syncTrackerJob, runs);
  });
}

/**
 * Reads a tracker: what has a name first, so that lists are there at once, then flows campaign by campaign. One run at a time has a
 * tracker, for as long as it renews its lease; the next one after a kill reads what is left. What was read stays when a later part
 * fails. A campaign that cannot be read is left out; a tracker that cannot be asked ends the run and is asked later and later.
 */
export async function syncTracker(ctx: Ctx, input: SyncTracker): Promise<void> {
  const { connectionId } = input;
  const mirror = await beginRun(ctx.db, connectionId, ctx.now, new Date(ctx.now.getTime() + leaseMs));
  if (!mirror) return;
  const run = createRun(ctx, mirror);
  await run.tell();
  try {
    const access = await openTracker(ctx, connectionId);
    // Disconnected meanwhile: there is nobody to ask.
    if (!access) {
      await run.end({});
      return;
    }
    const listed = await readLists(ctx, access, run);
    const { problem, isCut } = await readFlows(ctx, access, run, listed, input);
    const isStillMine = await run.end({
      lastOkAt: run.now(),
      nextRunAt: usualPauseAfter(ctx.now),
      failures: 0,
      ...(problem === null
        ? { problem: null, problemSince: null }
        : { problem, problemSince: mirror.problemSince ?? run.now() }),
    });
    const begunAt = input.begunAt ?? ctx.now.toISOString();
    if (isCut && isStillMine) await enqueue(ctx.db, syncTrackerJob, { ...input, begunAt, isFailing: false });
  } catch (error) {
    if (error instanceof Overtaken) return;
    await fail(ctx, run, mirror, error);
  }
}

async function fail(ctx: Ctx, run: Run, mirror: MirrorRow, error: unknown): Promise<void> {
  const failures = Math.min(mirror.failures + 1, 1_000);
  const write = (problem: TrackerProblem) =>
    run.end({
      problem,
      problemSince: mirror.problemSince ?? run.now(),
      failures,
      nextRunAt: new Date(ctx.now.getTime() + minutesToNext(firstPauseMinutes, failures - 1) * minuteMs),
    });
  let problem: TrackerProblem;
  try {
    problem = problemOf(error);
  } catch {
    // What cannot be stored is most likely what nobody expected a tracker to say.
    await write("unreadable");
    throw error;
  }
  ctx.log.warn({ err: error, connectionId: mirror.connectionId, problem }, "a tracker could not be read");
  await write(problem);
}

// ── A run and its lease ─────────────────────────────────────────────────────────────────────────────────────────────

/** Another run has the tracker, since this one was so slow that it counted as dead; or another tracker is behind the connection. */
class Overtaken extends Error {}

interface Run {
  mirror: MirrorRow;
  /** Runs take minutes: time goes on in them. */
  now(): Date;
  isOverTime(): boolean;
  /** Renews the lease and says how far it is. */
  goOn(progress: { done: number; total: number | null }): Promise<void>;
  /** Writes what was read, in one transaction, unless another run has the tracker, or another tracker is there. */
  store(write: (db: Ctx["db"]) => Promise<void>): Promise<void>;
  /** False when it was not this run's to end. */
  end(values: Parameters<typeof updateRun>[2]): Promise<boolean>;
  tell(): Promise<void>;
}

function createRun(ctx: Ctx, mirror: MirrorRow): Run {
  const began = performance.now();
  const key = { connectionId: mirror.connectionId, startedAt: ctx.now };
  const elapsed = () => Math.round(performance.now() - began);
  let toldAt = Number.NEGATIVE_INFINITY;
  const self: Run = {
    mirror,
    now: () => new Date(ctx.now.getTime() + elapsed()),
    isOverTime: () => elapsed() > runMs,
    async goOn(progress) {
      const runningUntil = new Date(self.now().getTime() + leaseMs);
      if (!(await updateRun(ctx.db, key, { ...progress, runningUntil, nextRunAt: runningUntil })))
        throw new Overtaken();
      if (elapsed() - toldAt < tellEveryMs) return;
      toldAt = elapsed();
      await self.tell();
    },
    store: (write) =>
      ctx.db.transaction(async (transaction) => {
        const tx = transaction as unknown as Ctx["db"];
        if (!(await holdRun(tx, key))) throw new Overtaken();
        await write(tx);
      }),
    async end(values) {
      const isMine = await updateRun(ctx.db, key, { ...values, runningUntil: null });
      await self.tell();
      return isMine;
    },
    tell: () => notifyLive(ctx.db, { workspaceId: mirror.workspaceId, topic: "campaigns", id: mirror.connectionId }),
  };
  return self;
}

// ── Lists ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function* chunksOf<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

async function readLists(ctx: Ctx, access: TrackerAccess, run: Run): Promise<TrackerCampaign[]> {
  const { trackerCampaigns } = ctx.ports;
  const { mirror } = run;
  const readAt = run.now();
  const list = await trackerCampaigns.listCampaigns(access);
  await run.goOn({ done: 0, total: null });
  const archived = (await unlessClosed(trackerCampaigns.listArchived(access))) ?? [];
  for (const chunk of chunksOf(list, chunkSize)) await run.store((db) => saveCampaigns(db, mirror, chunk, readAt));
  await run.store((db) => markMissingCampaigns(db, mirror.connectionId, archived, readAt));
  const total = await totalOf(ctx, run);
  for (const kind of trackerThingKinds) {
    // Each list may take its tries and their pauses: together longer than the lease.
    await run.goOn({ done: 0, total });
    const kindReadAt = run.now();
    const things = await unlessClosed(trackerCampaigns.listThings(access, kind));
    // What was known before stays known: a key that may not see names any more takes none away.
    if (things === null) continue;
    for (const chunk of chunksOf(things, chunkSize)) await run.store((db) => saveThings(db, mirror, chunk, kindReadAt));
    await run.store((db) => markMissingThings(db, mirror.connectionId, kind, kindReadAt));
  }
  return list;
}

const totalOf = async (ctx: Ctx, { mirror }: Run): Promise<number> =>
  (await countCampaigns(ctx.db, [mirror.connectionId])).get(mirror.connectionId) ?? 0;

/** Of lists that a key's user may not see, or that this build does not have: an answer of their own, and no failure. */
const closed: ReadonlySet<TrackerProblem> = new Set(["not_allowed", "not_a_tracker", "request_refused"]);

async function unlessClosed<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (closed.has(problemOf(error))) return null;
    throw error;
  }
}

// ── Flows ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Of one campaign: the others may be read all the same. */
const ofOneCampaign: ReadonlySet<TrackerProblem> = new Set([
  "not_a_tracker",
  "not_allowed",
  "request_refused",
  "too_large",
  "unreadable",
  "timed_out",
  "failing",
]);

async function readFlows(
  ctx: Ctx,
  access: TrackerAccess,
  run: Run,
  listed: readonly TrackerCampaign[],
  { readBefore, begunAt }: SyncTracker,
): Promise<{ problem: TrackerProblem | null; isCut: boolean }> {
  const { connectionId } = run.mirror;
  const stale = new Date(ctx.now.getTime() - flowsKeepMs);
  const wanted = readBefore === undefined ? stale : new Date(Math.max(Date.parse(readBefore), stale.getTime()));
  const worked = new Date(ctx.now.getTime() - workedMs);
  const begun = begunAt === undefined ? ctx.now : new Date(begunAt);
  const toRead = await campaignsToRead(ctx.db, connectionId, listed, { before: wanted, worked, begun });
  const changedText = new Map(listed.map((campaign) => [campaign.ref, campaign.changedText]));
  const total = await totalOf(ctx, run);
  let left = toRead.length;
  let problem: TrackerProblem | null = null;
  await run.goOn({ done: total - left, total });
  for (const batch of chunksOf(toRead, batchSize)) {
    if (run.isOverTime()) return { problem, isCut: true };
    const readAt = run.now();
    const answers = await Promise.all(batch.map((campaign) => readOne(ctx, access, campaign)));
    const read = answers.filter((answer) => "flows" in answer);
    const failed = answers.filter((answer) => "error" in answer);
    const first = failed[0];
    // So many at once are no accident of theirs: the tracker itself is away.
    if (first && read.length === 0 && failed.length >= awayAt) throw first.error;
    for (const { campaign, error } of failed)
      ctx.log.warn({ err: error, connectionId, campaign: campaign.ref }, "a campaign could not be read");
    if (first && problemOf(first.error) !== "not_allowed") problem ??= problemOf(first.error);
    killPoint("campaigns.batch-read");
    await run.store(async (tx) => {
      const drifted = await storeFlows(tx, read, { readAt, isWhole: true });
      await tellDrift({ ...ctx, db: tx }, connectionId, drifted);
      const done = read.map(({ campaign: { id, ref } }) => ({
        campaignId: id,
        changedText: changedText.get(ref) ?? null,
      }));
      await markFlowsRead(tx, done, readAt);
    });
    killPoint("campaigns.batch-stored");
    left -= batch.length;
    await run.goOn({ done: total - left, total });
  }
  return { problem, isCut: false };
}

type Answer = { campaign: CampaignKey; flows: TrackerFlow[] } | { campaign: CampaignKey; error: unknown };

async function readOne(ctx: Ctx, access: TrackerAccess, campaign: CampaignKey): Promise<Answer> {
  try {
    return { campaign, flows: await ctx.ports.trackerCampaigns.listFlows(access, campaign.ref) };
  } catch (error) {
    if (ofOneCampaign.has(problemOf(error))) return { campaign, error };
    throw error;
  }
}
