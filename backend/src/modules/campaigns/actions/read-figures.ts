import type { ActionContext } from "@backend/kit/context.ts";
import { AppError } from "@backend/kit/errors.ts";
import { daysOf, isDay, type Period, previousOf } from "@backend/modules/reports/index.ts";
import { namesOfThings } from "../campaign-queries.ts";
import { type Figures, type FiguresBy, figuresOf, sortedBy, sumOf } from "../domain/figures.ts";
import type { CampaignsPorts } from "../ports.ts";
import type { FigureRow, FiguresQuery, FigureTable } from "../report-contracts.ts";
import { type ReportReading, reportDesk } from "../report-desk.ts";
import { ageOf, type Place, periodOf, questionOf, seePlace } from "../report-place.ts";
import { type FlowPlace, listFlowPlaces, type Named, namesOfCampaigns, namesOfFlows } from "../report-queries.ts";

const defaultLimit = 100;

type Context = ActionContext<Pick<CampaignsPorts, "vault" | "trackerReports">>;

/**
 * Figures of a tracker, a campaign or a flow, by one thing or in all. Rows and totals are two questions, since a tracker counts a
 * visitor once in its totals and once in each row. When it is away, the last known answers are given with their age.
 */
export async function readFigures(ctx: Context, query: FiguresQuery): Promise<FigureTable> {
  const place = await seePlace(ctx, query);
  const { today, ...period } = periodOf(query, ctx.now, place.timeZone);
  const by = query.by ?? "none";
  const before = query.compare ? previousOf(period) : null;

  const ask = (days: Period, what: FiguresBy) => reportDesk.ask(ctx, place.tracker, questionOf(place, days, what));
  const wanted = by === "none" ? null : by;
  const [main, totals, mainBefore, totalsBefore] = await Promise.all([
    ask(period, by),
    // What can be told without them is told: an earlier period that was never asked for is no reason to show nothing.
    wanted && orNothing(ask(period, "none")),
    wanted && before && orNothing(ask(before, by)),
    before && orNothing(ask(before, "none")),
  ]);
  const readings = [main, totals, mainBefore, totalsBefore].filter((one) => one !== null);

  const valuesOf = rowsOf(main, by);
  const valuesBefore = mainBefore && rowsOf(mainBefore, by);
  const placesBefore = before && by === "day" ? daysOf(before) : null;
  const keys = by === "none" ? [] : await keysOf(ctx, place, by, period, valuesOf);
  const rows = keys.map((key, at) => {
    const keyBefore = placesBefore ? placesBefore[at] : key;
    return {
      key,
      figures: valuesOf.get(key) ?? figuresOf(),
      before: valuesBefore && keyBefore !== undefined ? (valuesBefore.get(keyBefore) ?? figuresOf()) : null,
    };
  });
  const sorted = by === "day" ? rows : sortedBy(rows, query.sort ?? "clicks", query.order ?? "desc");
  const shown = by === "day" ? sorted : sorted.slice(0, query.limit ?? defaultLimit);
  const names = await namesOf(
    ctx,
    place,
    by,
    shown.map(({ key }) => key),
  );
  const sums = totals ?? (by === "none" ? main : null);
  return {
    connection: { id: place.tracker.connectionId, name: place.tracker.name },
    campaign: place.campaign && shortly(place.campaign),
    flow: place.flow && shortly(place.flow),
    by,
    ...period,
    timeZone: place.timeZone,
    isOpen: period.to >= today,
    currency: place.tracker.currency,
    rows: shown.map((row): FigureRow => ({ ...row, name: null, id: null, ...names.get(row.key) })),
    moreRows: sorted.length - shown.length + (by === "none" ? 0 : main.answer.more),
    totals: sums ? totalOf(sums) : sumOf([...valuesOf.values()]),
    hasOwnTotals: sums !== null,
    previous: before && totalsBefore && { ...before, totals: totalOf(totalsBefore) },
    ...ageOf(ctx, readings),
  };
}

const orNothing = (asked: Promise<ReportReading>): Promise<ReportReading | null> =>
  asked.catch((error: unknown) => {
    if (error instanceof AppError) return null;
    throw error;
  });

const shortly = ({ id, ref, name }: { id: string; ref: string; name: string }) => ({ id, ref, name });

const totalOf = ({ answer }: ReportReading): Figures => figuresOf(answer.rows[0]?.slice(1));

/** Trackers write 0 for "none", and a day with or without its midnight. */
function keyOf(written: string, by: FiguresBy): string {
  if (by === "day") return isDay(written.slice(0, 10)) ? written.slice(0, 10) : written;
  return written === "0" ? "" : written;
}

function rowsOf({ answer }: ReportReading, by: FiguresBy): Map<string, Figures> {
  const rows = new Map<string, Figures>();
  for (const [written, ...values] of answer.rows) {
    const key = keyOf(written, by);
    const known = rows.get(key);
    rows.set(key, known ? sumOf([known, figuresOf(values)]) : figuresOf(values));
  }
  return rows;
}

/** What the answer names, and what is there though it saw nothing: a tracker has no row for that. */
async function keysOf(
  ctx: Context,
  { campaign, flow }: Place,
  by: FiguresBy,
  period: Period,
  answered: ReadonlyMap<string, Figures>,
): Promise<string[]> {
  if (by === "day") return daysOf(period);
  const told = [...answered.keys()];
  if (!campaign || (by !== "flow" && by !== "offer" && by !== "landing")) return told;
  const flows = flow ? [flow] : await listFlowPlaces(ctx.db, campaign.id);
  const refsOf = (one: FlowPlace) =>
    by === "flow" ? [one.ref] : (by === "offer" ? one.offers : one.landings).map(({ id }) => id);
  return [...new Set([...told, ...flows.flatMap(refsOf)])];
}

async function namesOf(
  ctx: Context,
  { tracker }: Place,
  by: FiguresBy,
  keys: readonly string[],
): Promise<Map<string, Named>> {
  const { connectionId } = tracker;
  switch (by) {
    case "campaign":
      return namesOfCampaigns(ctx.db, connectionId, keys);
    case "flow":
      return namesOfFlows(ctx.db, tracker, keys);
    case "offer":
    case "landing":
    case "source":
      return new Map(
        [...(await namesOfThings(ctx.db, connectionId, by, keys))].map(([ref, name]) => [ref, { id: null, name }]),
      );
    default:
      return new Map();
  }
}
