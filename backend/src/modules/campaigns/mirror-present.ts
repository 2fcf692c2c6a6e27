/** Rows of the mirror as the app shows them. */
import type { Tracker } from "@backend/modules/conversions/index.ts";
import type { Locale } from "@db/schema/identity.ts";
import type { FlowRow, ListedCampaign } from "./campaign-queries.ts";
import { isActive, totalOf } from "./domain/shares.ts";
import type { CampaignSummary, FlowSummary, TrackerMirror } from "./mirror-contracts.ts";
import type { MirrorRow } from "./mirror-queries.ts";
import { problemWords } from "./tracker-problems.ts";

export const instant = (date: Date | null): string | null => date?.toISOString() ?? null;

export const isRunning = ({ runningUntil }: Pick<MirrorRow, "runningUntil">, now: Date): boolean =>
  runningUntil !== null && runningUntil > now;

export const presentMirror = (
  tracker: Tracker,
  row: MirrorRow,
  campaigns: number,
  locale: Locale,
  now: Date,
): TrackerMirror => ({
  connectionId: tracker.connectionId,
  name: tracker.name,
  apiUrl: tracker.apiUrl,
  isOn: row.isOn,
  everyMinutes: row.everyMinutes,
  timeZone: row.timeZone,
  tellsDrift: row.tellsDrift,
  isRunning: isRunning(row, now),
  done: row.done,
  total: row.total,
  lastOkAt: instant(row.lastOkAt),
  problem: problemWords(row.problem, locale),
  problemSince: instant(row.problemSince),
  campaigns,
});

export const presentCampaign = (
  { connectionId, ...row }: ListedCampaign,
  trackers: ReadonlyMap<string, Pick<Tracker, "name">>,
): CampaignSummary => ({
  ...row,
  connection: { id: connectionId, name: trackers.get(connectionId)?.name ?? "" },
});

export function presentFlow(
  row: FlowRow & { hasDraft: boolean },
  offerNames: ReadonlyMap<string, string>,
): FlowSummary {
  const active = row.offers.filter(isActive);
  return {
    id: row.id,
    ref: row.ref,
    name: row.name,
    type: row.type,
    state: row.state,
    schema: row.schema,
    weight: row.weight,
    filters: row.filters,
    offers: active
      .toSorted((left, right) => right.share - left.share)
      .map((offer) => ({ ...offer, name: offerNames.get(offer.id) ?? null })),
    landings: row.landings.filter(isActive).length,
    total: active.length === 0 ? null : totalOf(active),
    hasDraft: row.hasDraft,
    isDrifted: row.driftSince !== null,
  };
}
