import type { ActionContext } from "@backend/kit/context.ts";
import { connectionsBySecrets, dayIn, openTracker } from "@backend/modules/conversions/index.ts";
import { isDay } from "@backend/modules/reports/index.ts";
import { matchCalls, newOnPage, readSentLine, type SentLine } from "../domain/sent-log.ts";
import { trackerNotFound } from "../errors.ts";
import type { CampaignsPorts, SentPostback } from "../ports.ts";
import type { SentDay } from "../report-contracts.ts";
import { dayUnreadable, trackerAway } from "../report-errors.ts";
import { seePlace } from "../report-place.ts";
import { listArrivedCalls } from "../report-queries.ts";
import { problemOf } from "../tracker-problems.ts";

const hourMs = 3_600_000;
/** The tracker's clock may stand in any zone, and its queue may be hours behind. */
const marginMs = 26 * hourMs;
const pageSize = 500;
const pagesAtMost = 10;
const callsOfSlice = 2_000;
const callsAtMost = 200_000;
const shownAtMost = 50;

type Context = ActionContext<Pick<CampaignsPorts, "vault" | "trackerCampaigns"> & { publicUrl: string }>;

/**
 * What the tracker says it sent on a day of its clock beside what came in through this connection: the one proof of a postback that
 * was lost on the way. Lines for other connections are theirs; lines with an address that nobody has are an old address in a campaign.
 */
export async function compareSent(ctx: Context, input: { connectionId: string; day?: string }): Promise<SentDay> {
  const { tracker, timeZone } = await seePlace(ctx, { connectionId: input.connectionId });
  const day = input.day ?? dayIn(ctx.now, timeZone);
  if (!isDay(day)) throw dayUnreadable();
  const { postbacks, ...log } = await readLog(ctx, tracker.connectionId, day).catch((error: unknown) => {
    throw trackerAway(problemOf(error), "sent", error);
  });
  const { ours, elsewhere, unknownAddress, unread } = await sorted(
    ctx,
    tracker.connectionId,
    postbacks.map(readSentLine),
  );
  const start = Date.parse(`${day}T00:00:00Z`);
  const slices = listArrivedCalls(ctx.db, tracker, {
    since: new Date(start - marginMs),
    until: new Date(start + 24 * hourMs + marginMs),
    slice: callsOfSlice,
  });
  const { hasArrived, take } = matchCalls(ours);
  let read = 0;
  for await (const calls of slices) {
    calls.forEach(take);
    read += calls.length;
    if (read >= callsAtMost) break;
  }
  const missing = ours.filter((_, at) => !hasArrived[at]);
  const count = (outcome: SentLine["outcome"]) => ours.filter((line) => line.outcome === outcome).length;
  const troubles = ours.flatMap(({ at, outcome, status, remark }, place) =>
    hasArrived[place] && (outcome === "accepted" || outcome === "unknown")
      ? []
      : [{ at, outcome, status, remark, hasArrived: hasArrived[place] ?? false }],
  );
  return {
    day,
    sent: ours.length,
    arrived: ours.length - missing.length,
    accepted: count("accepted"),
    refused: count("refused"),
    failed: count("failed"),
    unknown: count("unknown"),
    elsewhere,
    unknownAddress,
    unread,
    isCut: log.isCut || read >= callsAtMost,
    troubles: troubles.slice(0, shownAtMost),
    moreTroubles: Math.max(0, troubles.length - shownAtMost),
  };
}

/** Lines of one day, newest first. The log is long: it is searched for our address, and read until it is older than the day. */
async function readLog(
  ctx: Context,
  connectionId: string,
  day: string,
): Promise<{ postbacks: SentPostback[]; isCut: boolean }> {
  const access = await openTracker(ctx, connectionId);
  if (!access) throw trackerNotFound();
  const { host } = new URL(ctx.ports.publicUrl);
  const postbacks: SentPostback[] = [];
  let before: readonly SentPostback[] = [];
  for (let page = 0; page < pagesAtMost; page++) {
    const lines = await ctx.ports.trackerCampaigns.listSentPostbacks(access, {
      query: host,
      limit: pageSize,
      offset: page * pageSize,
    });
    const fresh = newOnPage(before, lines);
    // A build that does not search answers with everything.
    postbacks.push(...fresh.filter(({ atText, message }) => atText.startsWith(day) && message.includes(host)));
    before = lines;
    const oldest = lines.at(-1);
    if (lines.length < pageSize || (oldest && oldest.atText.slice(0, 10) < day)) return { postbacks, isCut: false };
  }
  return { postbacks, isCut: true };
}

/** Whose each line is. */
async function sorted(ctx: Context, connectionId: string, lines: readonly SentLine[]) {
  const secrets = [...new Set(lines.flatMap(({ called }) => called?.secret ?? []))];
  const owners = await connectionsBySecrets(ctx.db, ctx.ports.vault, secrets, ctx.now);
  const found = { ours: [] as SentLine[], elsewhere: 0, unknownAddress: 0, unread: 0 };
  for (const line of lines) {
    const secret = line.called?.secret ?? null;
    const owner = secret === null ? undefined : owners.get(secret);
    if (secret === null) found.unread++;
    else if (owner === undefined) found.unknownAddress++;
    else if (owner === connectionId) found.ours.push(line);
    else found.elsewhere++;
  }
  return found;
}
