/** What this room needs from the outside: a tracker's campaigns, read and written, and its reports. */
import type { Vault } from "@backend/kit/crypto.ts";
import type { TrackerProblem } from "@backend/modules/conversions/index.ts";
import type { StoredFilter, StoredParts, StoredShare, TrackerThingKind } from "@db/schema/campaigns.ts";
import type { CampaignPostback } from "./domain/postbacks.ts";

export type { CampaignPostback } from "./domain/postbacks.ts";

export interface TrackerAccess {
  apiUrl: string;
  apiKey: string;
}

export interface TrackerCampaign {
  ref: string;
  name: string;
  alias: string | null;
  state: string;
  type: string | null;
  groupRef: string | null;
  sourceRef: string | null;
  bindsVisitors: string | null;
  position: number | null;
  changedText: string | null;
}

export interface TrackerFlow extends StoredParts<StoredShare> {
  ref: string;
  campaignRef: string;
  name: string;
  type: string | null;
  state: string;
  schema: string;
  position: number | null;
  weight: number | null;
  filters: StoredFilter[];
}

export interface TrackerThing {
  kind: TrackerThingKind;
  ref: string;
  name: string;
  state: string;
  groupRef: string | null;
  networkRef: string | null;
  countries: string[];
}

/** One line of the tracker's log of postbacks that it sent. */
export interface SentPostback {
  /** ISO by the tracker's clock, without a known zone. */
  atText: string;
  message: string;
}

/** Failures are IntegrationErrors with a TrackerProblem, as everywhere a tracker is asked. */
export interface TrackerCampaigns {
  /** Everything that is not archived, page by page until a page brings nothing new. */
  listCampaigns(access: TrackerAccess): Promise<TrackerCampaign[]>;
  /** Ids of archived campaigns. */
  listArchived(access: TrackerAccess): Promise<string[]>;
  listFlows(access: TrackerAccess, campaignRef: string): Promise<TrackerFlow[]>;
  /** Null when the tracker has no such flow. */
  readFlow(access: TrackerAccess, flowRef: string): Promise<TrackerFlow | null>;
  listThings(access: TrackerAccess, kind: TrackerThingKind): Promise<TrackerThing[]>;
  /**
   * Replaces the whole set of offers, of landings, or of both; what is not given is left alone. Asked once, never again by itself: a
   * lost answer is the caller's to find out by reading. Answers the flow as the tracker says it is now.
   */
  writeShares(access: TrackerAccess, flowRef: string, parts: Partial<StoredParts<StoredShare>>): Promise<TrackerFlow>;
  listPostbacks(access: TrackerAccess, campaignRef: string): Promise<CampaignPostback[]>;
  /** Replaces the list. Asked once, as `writeShares`. */
  writePostbacks(access: TrackerAccess, campaignRef: string, list: readonly CampaignPostback[]): Promise<void>;
  /** Newest first. */
  listSentPostbacks(
    access: TrackerAccess,
    page: { query: string; limit: number; offset: number },
  ): Promise<SentPostback[]>;
}

export type ReportDialect = "new" | "old";

export interface ReportQuestion {
  /** Days of the tracker's zone, both included: 2026-03-01. */
  from: string;
  to: string;
  /** IANA. */
  timeZone: string;
  /** The tracker's names: "campaign_id", "offer_id", "day". None: one row of totals. */
  dimensions: readonly string[];
  measures: readonly string[];
  filters?: readonly { name: string; operator: string; expression: unknown }[];
}

export interface ReportAnswer {
  /** Values as text, exact; null for what is absent. Rows that saw nothing are not there. */
  rows: Record<string, string | null>[];
  dialect: ReportDialect;
}

export interface TrackerReports {
  /** Asks in the dialect that is known, or in the new one and, where that is refused, once more in the old one. */
  build(access: TrackerAccess, question: ReportQuestion, dialect: ReportDialect | null): Promise<ReportAnswer>;
}

export interface CampaignsPorts {
  vault: Vault;
  trackerCampaigns: TrackerCampaigns;
  trackerReports: TrackerReports;
}

export type { TrackerProblem };
