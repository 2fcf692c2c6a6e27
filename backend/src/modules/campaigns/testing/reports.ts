/** What tests of figures stand on: a tracker with a campaign and a flow, written as rows, and a tracker's reports that can be told what to say. */
import { type ActionContext, type Actor, systemActor } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { secretPurpose } from "@backend/modules/conversions/secret-lookup.ts";
import {
  makePerson,
  makeWorkspace,
  silentLog,
  type TestWorkspace,
  testVault,
} from "@backend/modules/identity/testing.ts";
import type { Db } from "@db/client.ts";
import { campaigns, flows, trackerMirrors, trackerThings } from "@db/schema/campaigns.ts";
import { trackerConnections } from "@db/schema/conversions.ts";
import type { Role } from "@db/schema/identity.ts";
import { trackerPulls } from "@db/schema/tracker-logs.ts";
import type { CampaignsPorts, ReportDialect, ReportQuestion, TrackerProblem } from "../ports.ts";

export type ReportPorts = Pick<CampaignsPorts, "vault" | "trackerReports">;

export interface FakeReports extends ReportPorts {
  /** Every question that reached the tracker, with the dialect that was believed. */
  asked: { question: ReportQuestion; dialect: ReportDialect | null }[];
  /** The dialect that the tracker understands. */
  speaks: ReportDialect;
  /** Set: the tracker fails with it. */
  away: TrackerProblem | null;
  /** What it answers; by the dimension that was asked for, "" for totals. */
  rows: Record<string, Record<string, string | null>[]>;
  /** Set: an answer waits for it. */
  gate: Promise<void> | null;
  /** Answers that are being worked on, and the most there ever were. */
  working: number;
  mostAtOnce: number;
}

export function fakeReports(): FakeReports {
  const fake: FakeReports = {
    asked: [],
    speaks: "new",
    away: null,
    rows: {},
    gate: null,
    working: 0,
    mostAtOnce: 0,
    vault: testVault,
    trackerReports: {
      async build(_access, question, dialect) {
        fake.asked.push({ question, dialect });
        fake.mostAtOnce = Math.max(fake.mostAtOnce, ++fake.working);
        try {
          await fake.gate;
          if (fake.away)
            throw new IntegrationError("keitaro", fake.away, {
              retryable: fake.away !== "request_refused",
              problem: fake.away,
            });
          return { rows: fake.rows[question.dimensions[0] ?? ""] ?? [], dialect: fake.speaks };
        } finally {
          fake.working--;
        }
      },
    },
  };
  return fake;
}

export interface ReportScene {
  space: TestWorkspace;
  /** In the connection's address. */
  secret: string;
  connectionId: string;
  campaignId: string;
  flowId: string;
  /** A context for a member of that role, at `now`. */
  context<Ports>(ports: Ports, now?: Date, role?: Role): Promise<ActionContext<Ports>>;
  /** The workspace's own actor. */
  system<Ports>(ports: Ports, now?: Date): ActionContext<Ports>;
}

export const sceneNow = new Date("2026-11-25T09:00:00Z");

/** Campaign 15 "Spring AU" with flow 5002: offers 101 (60 %), 102 (30 %, pinned) and 103 (10 %); 103 is known by its number only. */
export async function makeReportScene(
  db: Db,
  over: { sharedWith?: Role[]; currency?: string; timeZone?: string } = {},
): Promise<ReportScene> {
  const space = await makeWorkspace(db);
  const { workspaceId } = space;
  const secret = workspaceId.replaceAll("-", "");
  const [connection] = await db
    .insert(trackerConnections)
    .values({
      workspaceId,
      name: "Keitaro",
      kind: "keitaro",
      locale: "en",
      defaultCurrency: over.currency ?? null,
      sharedWith: over.sharedWith ?? null,
      secretHash: testVault.lookupHash(secretPurpose, secret),
      secretSealed: testVault.seal(secret),
    })
    .returning();
  if (!connection) throw new Error("no connection");
  const connectionId = connection.id;
  const mine = { workspaceId, connectionId };
  await db.insert(trackerPulls).values({
    ...mine,
    apiUrl: "https://tracker.example",
    apiKeySealed: testVault.seal("key"),
    scope: "all",
  });
  await db.insert(trackerMirrors).values({ ...mine, timeZone: over.timeZone ?? "Europe/Kyiv" });
  const [campaign] = await db
    .insert(campaigns)
    .values({ ...mine, ref: "15", name: "Spring AU", state: "active", readAt: sceneNow })
    .returning();
  const [flow] = await db
    .insert(flows)
    .values({
      workspaceId,
      campaignId: campaign?.id ?? "",
      ref: "5002",
      name: "Flow 2",
      state: "active",
      schema: "landings",
      offers: [
        { id: "101", share: 60, state: "active" },
        { id: "102", share: 30, state: "active" },
        { id: "103", share: 10, state: "active" },
      ],
      pins: { offers: ["102"], landings: [] },
      readAt: sceneNow,
    })
    .returning();
  for (const [ref, name] of [
    ["101", "Miaflow RO"],
    ["102", "Otto"],
  ] as const)
    await db.insert(trackerThings).values({ ...mine, kind: "offer", ref, name, readAt: sceneNow });
  if (!campaign || !flow) throw new Error("no campaign or flow");

  const contextOf = <Ports>(actor: Actor, ports: Ports, now: Date): ActionContext<Ports> => ({
    db,
    actor,
    now,
    log: silentLog,
    ports,
    requestId: "test",
  });
  return {
    space,
    secret,
    connectionId,
    campaignId: campaign.id,
    flowId: flow.id,
    async context(ports, now = sceneNow, role = "owner") {
      const { personId, memberId } = await makePerson(db, space, { role });
      const actor: Actor = {
        kind: "person",
        workspaceId,
        personId,
        botId: space.botId,
        locale: "en",
        timeZone: "UTC",
        member: { memberId: memberId ?? "", role },
        permissions: new Set(["campaigns.read"]),
      };
      return contextOf(actor, ports, now);
    },
    system: (ports, now = sceneNow) => contextOf(systemActor(workspaceId), ports, now),
  };
}
