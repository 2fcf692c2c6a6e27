import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { flowDrafts, flows, trackerThings } from "@db/schema/campaigns.ts";
import { auditEntries } from "@db/schema/identity.ts";
import { deliveries } from "@db/schema/messaging.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { and, eq } from "drizzle-orm";
import type { ShareChange } from "../domain/shares.ts";
import type { Flow } from "../flow-contracts.ts";
import { createFlowScene, type FlowScene, later, offers, parts, textOf } from "../testing/flow-scene.ts";
import { cancelDraft, changeShares, markSeen, rebaseDraft, redoEdit, undoEdit } from "./edit-draft.ts";
import { requestPush } from "./request-push.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const scene = (...given: [Parameters<typeof createFlowScene>[1]?]) => createFlowScene(database.db, ...given);
const versionOf = (flow: Flow) => flow.draft?.version ?? 0;
/** An edit by whoever has the flow before him. */
const edit = async (at: FlowScene, flow: Flow, change: ShareChange) =>
  changeShares(at.context(), { flowId: at.flowId, version: versionOf(flow), part: "offers", change });
const see = (at: FlowScene, { theirs, push }: Flow) =>
  markSeen(at.context(), { flowId: at.flowId, theirs, pushId: push?.id ?? null });
const draftText = (flow: Flow) => (flow.draft ? textOf(flow.draft.rows.offers) : null);

describe("a draft", () => {
  test("begins with the first edit, from what the tracker has, and the others settle", async () => {
    const at = await scene();
    const flow = await edit(at, await at.read(), { kind: "set", id: "1", share: 55 });
    expect(draftText(flow)).toBe("55 23 22");
    expect(flow).toMatchObject({
      readOnly: null,
      draft: { canUndo: true, canRedo: false, isOutdated: false, changedBy: "Olena" },
      names: { offers: [{ id: "1", name: "offer 1" }, {}, {}] },
    });
    expect(textOf(flow.theirs.offers)).toBe("40 30 30");
    expect(at.tracker.writes).toEqual([]);
  });

  test("is not changed by whoever looks at an older one, also when another began meanwhile", async () => {
    const at = await scene();
    const first = await at.read();
    const mine = await edit(at, first, { kind: "set", id: "1", share: 55 });
    await expect(edit(at, first, { kind: "even" })).rejects.toMatchObject({ code: "campaigns.draft_changed" });
    await cancelDraft(at.context(), { flowId: at.flowId, version: versionOf(mine) });
    const other = await edit(at, await at.read(), { kind: "set", id: "2", share: 60 });
    await expect(edit(at, mine, { kind: "even" })).rejects.toMatchObject({ code: "campaigns.draft_changed" });
    expect(draftText(await at.read())).toBe(draftText(other));
  });

  test("takes one of two edits made at once", async () => {
    const at = await scene();
    const flow = await at.read();
    const results = await Promise.allSettled(
      [41, 42, 43, 44].map((share) => edit(at, flow, { kind: "set", id: "1", share })),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await at.read()).draft?.canUndo).toBeTrue();
  });

  test("walks back and forth, and ends by itself where it is what the tracker has", async () => {
    const at = await scene();
    const walk = (way: typeof undoEdit, flow: Flow) =>
      way(at.context(), { flowId: at.flowId, version: versionOf(flow) });
    let flow = await edit(at, await at.read(), { kind: "set", id: "1", share: 55 });
    flow = await edit(at, flow, { kind: "remove", id: "3" });
    expect(draftText(flow)).toBe("50 50");
    flow = await walk(undoEdit, flow);
    expect(draftText(flow)).toBe("55 23 22");
    flow = await walk(redoEdit, flow);
    expect(draftText(flow)).toBe("50 50");
    await expect(walk(redoEdit, flow)).rejects.toMatchObject({ code: "campaigns.nothing_to_redo" });
    flow = await walk(undoEdit, await walk(undoEdit, flow));
    expect(flow.draft).toBeNull();
    await expect(walk(undoEdit, flow)).rejects.toMatchObject({ code: "campaigns.no_draft" });
  });

  test("takes several shares at once as one step", async () => {
    const at = await scene();
    const assign = (flow: Flow, ...given: [string, number][]) =>
      edit(at, flow, { kind: "assign", shares: given.map(([id, share]) => ({ id, share })) });
    let flow = await edit(at, await at.read(), { kind: "set", id: "1", share: 55 });
    flow = await assign(flow, ["1", 10], ["2", 20], ["3", 70]);
    expect(draftText(flow)).toBe("10 20 70");
    await expect(assign(flow, ["1", 11])).rejects.toMatchObject({ code: "campaigns.shares.sum_not_100" });
    flow = await undoEdit(at.context(), { flowId: at.flowId, version: versionOf(flow) });
    expect(draftText(flow)).toBe("55 23 22");
  });

  test("keeps fifty steps", async () => {
    const at = await scene();
    let flow = await at.read();
    for (let n = 0; n < 55; n++) flow = await edit(at, flow, { kind: "set", id: "1", share: 41 + (n % 2) });
    const [row] = await database.db.select().from(flowDrafts).where(eq(flowDrafts.flowId, at.flowId));
    expect(row?.history).toHaveLength(50);
    expect(row?.cursor).toBe(49);
  });

  test("goes on cancel, with its pins; a pin without a draft is kept at once", async () => {
    const at = await scene();
    let flow = await edit(at, await at.read(), { kind: "pin", id: "2", isPinned: true });
    expect(flow).toMatchObject({ draft: null, pins: { offers: ["2"] } });
    flow = await edit(at, flow, { kind: "set", id: "1", share: 50 });
    expect(draftText(flow)).toBe("50 30 20");
    flow = await edit(at, flow, { kind: "pin", id: "1", isPinned: true });
    flow = await cancelDraft(at.context(), { flowId: at.flowId, version: versionOf(flow) });
    expect(flow).toMatchObject({ draft: null, pins: { offers: ["2"] } });
  });

  test("takes no offer that the tracker is not known to have, or has archived", async () => {
    const at = await scene();
    const flow = await at.read();
    await database.db
      .update(trackerThings)
      .set({ state: "deleted" })
      .where(and(eq(trackerThings.connectionId, at.connectionId), eq(trackerThings.ref, "7")));
    for (const id of ["99", "7"])
      await expect(edit(at, flow, { kind: "add", ids: ["4", id] })).rejects.toMatchObject({
        code: "campaigns.offer_unknown",
        params: { id },
      });
    expect(draftText(await edit(at, flow, { kind: "add", ids: ["4"] }))).toBe("25 25 25 25");
  });

  test("is refused with the reason and the nearest share", async () => {
    const at = await scene();
    await expect(edit(at, await at.read(), { kind: "set", id: "1", share: 99 })).rejects.toMatchObject({
      kind: "invalid",
      code: "campaigns.shares.no_room_for_minimum_nearest",
      params: { nearest: 98 },
    });
  });

  test("shows a flow that breaks the rules as it is, and nothing repairs it but an edit", async () => {
    const at = await scene({ state: parts("50 20 9x") });
    const flow = await at.read(later());
    expect(textOf(flow.theirs.offers)).toBe("50 20 9x");
    expect(flow.draft).toBeNull();
    expect(draftText(await edit(at, flow, { kind: "set", id: "1", share: 50 }))).toBe("50 50 9x");
  });

  test("is not begun in a flow that carries no offers", async () => {
    const at = await scene({ flow: { schema: "redirect" } });
    const flow = await at.read();
    expect(flow.readOnly).toContain("redirects");
    await expect(edit(at, flow, { kind: "even" })).rejects.toMatchObject({ code: "campaigns.flow_has_no_offers" });
  });
});

describe("a flow that somebody changed in the tracker", () => {
  test("is noticed when its screen opens, and stays marked until somebody takes note or it is changed back", async () => {
    const at = await scene();
    at.tracker.change(at.flowRef, parts("70 20 10"));
    expect((await at.read()).drift).toBeNull();
    const flow = await at.read(later());
    expect(textOf(flow.theirs.offers)).toBe("70 20 10");
    expect(textOf(flow.drift?.from.offers ?? [])).toBe("40 30 30");
    at.tracker.change(at.flowRef, parts("80 10 10"));
    expect(textOf((await at.read(later(60_000))).drift?.from.offers ?? [])).toBe("40 30 30");
    at.tracker.change(at.flowRef, parts("40 30 30"));
    expect((await at.read(later(90_000))).drift).toBeNull();
    at.tracker.change(at.flowRef, parts("1 2 97"));
    expect((await at.read(later(120_000))).drift).not.toBeNull();
    const seen = await at.read(later(120_000));
    expect((await see(at, seen)).drift).toBeNull();
  });

  test("stays marked where it was changed once more between reading and tapping", async () => {
    const at = await scene();
    at.tracker.change(at.flowRef, parts("70 20 10"));
    const seen = await at.read(later());
    at.tracker.change(at.flowRef, parts("80 10 10"));
    await at.read(later(60_000));
    const newer = await see(at, seen);
    expect(textOf(newer.theirs.offers)).toBe("80 10 10");
    expect(newer.drift).not.toBeNull();
    // Read again and found the same: that is what was seen.
    await at.read(later(90_000));
    expect((await see(at, newer)).drift).toBeNull();
  });

  test("is told to the connection's chat once for each state, with the way to the flow", async () => {
    const at = await scene({ tellsDrift: true });
    const told = async () =>
      (await database.db.select().from(deliveries).where(eq(deliveries.workspaceId, at.space.workspaceId))).map(
        ({ content }) => content as { html: string; buttons: { app: string }[][] },
      );
    at.tracker.change(at.flowRef, { ...parts("70 20 10"), name: "<Flow>" });
    await at.read(later());
    await at.read(later(60_000));
    expect(await told()).toHaveLength(1);
    const [message] = await told();
    expect(message?.html).toBe("The flow “&lt;Flow&gt;” of the campaign “Spring AU” was changed in the tracker.");
    expect(message?.buttons[0]?.[0]?.app).toBe(`campaigns/flows/${at.flowId}`);
    at.tracker.change(at.flowRef, parts("80 10 10"));
    await at.read(later(90_000));
    at.tracker.change(at.flowRef, parts("70 20 10"));
    await at.read(later(120_000));
    expect(await told()).toHaveLength(2);
  });

  test("is shown as it was read last when the tracker fails, and told to nobody who does not want to hear", async () => {
    const at = await scene();
    at.tracker.change(at.flowRef, parts("70 20 10"));
    at.tracker.next("readFlow", { kind: "refused" });
    const flow = await at.read(later());
    expect(textOf(flow.theirs.offers)).toBe("40 30 30");
    expect(Date.parse(flow.readAt)).toBeLessThan(Date.now() + 1_000);
    // It is left alone for a while, so that nobody waits for it at every touch.
    await at.read(later(31_000));
    expect(at.tracker.calls).toHaveLength(1);
    expect(textOf((await at.read(later(61_000))).theirs.offers)).toBe("70 20 10");
  });

  test("says that it is old only where the tracker could not be asked for minutes", async () => {
    const at = await scene();
    expect((await at.read(later(180_000))).isStale).toBe(false);
    at.tracker.next("readFlow", { kind: "refused" });
    expect((await at.read(later(400_000))).isStale).toBe(true);
  });

  test("that is gone there says so", async () => {
    const at = await scene();
    at.tracker.flows.delete(at.flowRef);
    const flow = await at.read(later());
    expect(flow.readOnly).toContain("no longer has this flow");
  });

  test("is not gone by an answer from before a newer reading", async () => {
    const at = await scene();
    const whole = at.tracker.flows.get(at.flowRef);
    const { promise: until, resolve: letGo } = Promise.withResolvers<void>();
    at.tracker.next("readFlow", { kind: "hangs", until });
    const slow = at.read(later(30_000));
    await Bun.sleep(20);
    await at.read(later(31_000));
    at.tracker.flows.delete(at.flowRef);
    letGo();
    await slow;
    if (whole) at.tracker.flows.set(at.flowRef, whole);
    expect((await at.read(later(32_000))).readOnly).toBeNull();
  });

  test("is decided row by row, and the draft goes on from what the tracker has now", async () => {
    const at = await scene();
    const mine = await edit(at, await at.read(), { kind: "set", id: "1", share: 55 });
    at.tracker.change(at.flowRef, { offers: [...offers("20 30 40"), { id: "9", share: 10, state: "active" }] });
    const flow = await at.read(later());
    expect(flow.draft).toMatchObject({ isOutdated: true });
    const resolve = (version: number, ids: string[]) =>
      rebaseDraft(at.context(), { flowId: at.flowId, version, ours: { offers: ids, landings: [] } });
    // He decides about two versions, and has seen one of them.
    await expect(resolve(versionOf(mine), ["1"])).rejects.toMatchObject({ code: "campaigns.draft_changed" });
    const resolved = await resolve(versionOf(flow), ["1"]);
    expect(draftText(resolved)).toBe("55 30 40 9:10");
    expect(resolved).toMatchObject({ draft: { isOutdated: false }, drift: null });
    const theirs = await resolve(versionOf(resolved), []);
    expect(theirs.draft).toBeNull();
  });

  test("to just what the draft wants leaves nothing to push, and keeps its pins", async () => {
    const at = await scene();
    let flow = await edit(at, await at.read(), { kind: "set", id: "1", share: 60 });
    flow = await edit(at, flow, { kind: "pin", id: "1", isPinned: true });
    at.tracker.change(at.flowRef, parts("60 20 20"));
    flow = await at.read(later());
    expect(flow).toMatchObject({ draft: null, drift: null, pins: { offers: ["1"] } });
  });

  test("is not overwritten by a reading that began before a newer one", async () => {
    const at = await scene();
    let letGo = () => {};
    const until = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    at.tracker.next("readFlow", { kind: "hangs", until });
    const slow = at.read(later(30_000));
    await Bun.sleep(20);
    at.tracker.change(at.flowRef, parts("70 20 10"));
    await at.read(later(31_000));
    at.tracker.change(at.flowRef, parts("40 30 30"));
    letGo();
    await slow;
    expect(textOf((await at.read()).theirs.offers)).toBe("70 20 10");
  });
});

describe("strangers and other roles", () => {
  test("find no flow of another workspace, and none of a connection that they are not shown", async () => {
    const [at, other] = [await scene(), await scene()];
    const context = { ...at.context(), actor: other.space.actor };
    const asked = { flowId: at.flowId, version: 0, theirs: null, pushId: null };
    for (const work of [
      () => changeShares(context, { ...asked, part: "offers", change: { kind: "even" } }),
      () => requestPush(context, asked),
      () => markSeen(context, asked),
    ])
      await expect(work()).rejects.toMatchObject({ code: "campaigns.flow_not_found" });
    const { trackerConnections } = await import("@db/schema/conversions.ts");
    await database.db
      .update(trackerConnections)
      .set({ sharedWith: ["finance"], createdBy: null })
      .where(eq(trackerConnections.id, at.connectionId));
    const buyer = { ...at.space.actor, member: { memberId: "1", role: "media_buyer" }, permissions: new Set<string>() };
    await expect(markSeen({ ...at.context(), actor: buyer as never }, asked)).rejects.toMatchObject({
      code: "campaigns.flow_not_found",
    });
  });

  test("whoever discards a draft, decides between versions or changes pins leaves a trace of ids and shares", async () => {
    const at = await scene();
    let flow = await edit(at, await at.read(), { kind: "pin", id: "2", isPinned: true });
    flow = await edit(at, flow, { kind: "set", id: "1", share: 50 });
    at.tracker.change(at.flowRef, parts("20 30 50"));
    flow = await at.read(later());
    const rebased = { flowId: at.flowId, version: versionOf(flow), ours: { offers: ["1"], landings: [] } };
    flow = await rebaseDraft(at.context(), rebased);
    await cancelDraft(at.context(), { flowId: at.flowId, version: versionOf(flow) });
    const rows = await database.db
      .select()
      .from(auditEntries)
      .where(and(eq(auditEntries.workspaceId, at.space.workspaceId), eq(auditEntries.subjectId, at.flowId)))
      .orderBy(auditEntries.id);
    expect(rows.map(({ action }) => action)).toEqual([
      "flow.pins-changed",
      "flow.draft-rebased",
      "flow.draft-cancelled",
    ]);
    expect(rows[0]).toMatchObject({ before: { offers: [] }, after: { offers: ["2"] } });
    const [, rebase, cancel] = rows.map(
      ({ before, after }) => ({ before, after }) as Record<string, { offers: never }>,
    );
    expect([rebase?.before, rebase?.after, cancel?.before].map((state) => textOf(state?.offers ?? []))).toEqual([
      "50 30 20",
      "50 30 50",
      "50 30 50",
    ]);
  });

  test("edits leave no trace in the audit, pushes do, with ids and shares alone", async () => {
    const at = await scene();
    const flow = await edit(at, await at.read(), { kind: "set", id: "1", share: 55 });
    await requestPush(at.context(), { flowId: at.flowId, version: versionOf(flow) });
    const rows = await database.db
      .select()
      .from(auditEntries)
      .where(and(eq(auditEntries.workspaceId, at.space.workspaceId), eq(auditEntries.subjectKind, "flow")));
    expect(rows.map(({ action }) => action)).toEqual(["flow.push-requested"]);
    expect(rows[0]).toMatchObject({ before: parts("40 30 30"), after: parts("55 23 22") });
    const [row] = await database.db.select().from(flows).where(eq(flows.id, at.flowId));
    expect(row?.draftVersion).toBe(versionOf(flow));
  });
});
