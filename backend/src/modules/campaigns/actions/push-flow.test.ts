import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { triesAtMost } from "@backend/kit/set-aside.ts";
import { flowPushes } from "@db/schema/campaigns.ts";
import { createTestDatabase, poison, type TestDatabase } from "@db/testing.ts";
import { eq, sql } from "drizzle-orm";
import type { ShareChange } from "../domain/shares.ts";
import type { Flow } from "../flow-contracts.ts";
import { storeFlows } from "../flow-store.ts";
import { createFlowScene, type FlowScene, later, offers, parts, textOf } from "../testing/flow-scene.ts";
import { cancelDraft, changeShares, rebaseDraft } from "./edit-draft.ts";
import { changeManyFlows, pushManyFlows } from "./many-flows.ts";
import { forgetPushes, pushFlowOrFail, sweepPushes } from "./push-flow.ts";
import { listPushes, requestPush, undoPush } from "./request-push.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const scene = (...given: [Parameters<typeof createFlowScene>[1]?]) => createFlowScene(database.db, ...given);
const versionOf = (flow: Flow) => flow.draft?.version ?? 0;
const edit = async (at: FlowScene, change: ShareChange, flowId = at.flowId) => {
  const [row] = await database.db.execute<{ version: number }>(
    sql`select version from flow_drafts where flow_id = ${flowId}`,
  );
  return changeShares(at.context(), { flowId, version: row?.version ?? 0, part: "offers", change });
};
const setTo55: ShareChange = { kind: "set", id: "1", share: 55 };
const push = (at: FlowScene, flow: Flow) => requestPush(at.context(), { flowId: at.flowId, version: versionOf(flow) });
const inTracker = (at: FlowScene) => textOf(at.tracker.flows.get(at.flowRef)?.offers ?? []);
const noBlindWrite = (at: FlowScene) => expect(at.tracker.writes.filter(({ isBlind }) => isBlind)).toEqual([]);

describe("a push", () => {
  test("reads, writes once, reads back, and ends the draft; its pins stay", async () => {
    const at = await scene();
    await edit(at, { kind: "pin", id: "2", isPinned: true });
    let flow = await push(at, await edit(at, setTo55));
    expect(flow.push).toMatchObject({ state: "waiting", requestedBy: "Olena" });
    expect(await at.work()).toMatchObject({ state: "done", before: parts("40 30 30"), after: parts("55 30 15") });
    expect(at.tracker.writes).toEqual([
      { ref: at.flowRef, parts: { offers: offers("55 30 15") }, over: parts("40 30 30"), isBlind: false },
    ]);
    expect(at.tracker.calls).toEqual(["readFlow", "writeShares", "readFlow"]);
    flow = await at.read();
    expect(flow).toMatchObject({
      draft: null,
      drift: null,
      pins: { offers: ["2"] },
      push: { state: "done", canUndo: true },
    });
    expect(textOf(flow.theirs.offers)).toBe("55 30 15");
  });

  test("is what is known afterwards, also when another machine's clock was ahead", async () => {
    const at = await scene();
    await at.read(later());
    await push(at, await edit(at, setTo55));
    await at.work(new Date());
    expect(textOf((await at.read()).theirs.offers)).toBe("55 23 22");
  });

  test("that fails here every time ends with that after five tries, unwritten, and its draft is still there", async () => {
    const at = await scene();
    const flow = await push(at, await edit(at, setTo55));
    const pushId = flow.push?.id ?? "";
    await poison(database.db, "flow_pushes", `new.id = '${pushId}' and new.state = 'writing'`);
    const context = at.context();
    const input = { workspaceId: context.actor.workspaceId, flowId: at.flowId, pushId };
    for (let n = 1; n < triesAtMost; n++) await expect(pushFlowOrFail(context, input)).rejects.toThrow();
    expect((await at.read()).push).toMatchObject({ state: "waiting" });
    await pushFlowOrFail(context, input);
    const ended = await at.read();
    expect(ended.push).toMatchObject({ state: "failed", problem: expect.stringContaining("server log") });
    expect([inTracker(at), at.tracker.writes, ended.draft === null]).toEqual(["40 30 30", [], false]);
  });

  test("that is done is not done again, however often its job runs", async () => {
    const at = await scene();
    await push(at, await edit(at, setTo55));
    await at.work();
    at.tracker.change(at.flowRef, parts("10 20 70"));
    await at.work();
    expect(at.tracker.writes).toHaveLength(1);
    expect(inTracker(at)).toBe("10 20 70");
  });

  test("writes nothing where the tracker has what is wanted already", async () => {
    const at = await scene();
    await push(at, await edit(at, setTo55));
    at.tracker.change(at.flowRef, parts("55 23 22"));
    expect(await at.work()).toMatchObject({ state: "done", writtenAt: null });
    expect(at.tracker.writes).toEqual([]);
    expect(await at.read()).toMatchObject({ draft: null, push: { canUndo: false } });
  });

  test("meets a flow that somebody changed: nothing is written, both versions are there, and a decision goes out", async () => {
    const at = await scene({ tellsDrift: true });
    await push(at, await edit(at, setTo55));
    at.tracker.change(at.flowRef, parts("20 30 50"));
    expect(await at.work()).toMatchObject({ state: "conflict", before: parts("20 30 50") });
    expect(at.tracker.writes).toEqual([]);
    let flow = await at.read();
    expect(flow).toMatchObject({
      draft: { isOutdated: true },
      push: { state: "conflict", base: parts("40 30 30"), target: parts("55 23 22"), theirs: parts("20 30 50") },
    });
    expect(flow.push?.problem).toContain("Nothing was written");
    flow = await rebaseDraft(at.context(), {
      flowId: at.flowId,
      version: versionOf(flow),
      ours: { offers: ["1", "2", "3"], landings: [] },
    });
    expect(flow).toMatchObject({ push: null, draft: { isOutdated: false } });
    await push(at, flow);
    expect(await at.work()).toMatchObject({ state: "done", before: parts("20 30 50") });
    expect(inTracker(at)).toBe("55 23 22");
    noBlindWrite(at);
  });

  test("that met a conflict is not spoken of any more once its draft has ended", async () => {
    const at = await scene();
    await push(at, await edit(at, setTo55));
    at.tracker.change(at.flowRef, parts("41 30 29"));
    await at.work();
    expect((await at.read()).push).toMatchObject({ state: "conflict" });
    at.tracker.change(at.flowRef, parts("55 23 22"));
    expect(await at.read(later())).toMatchObject({ draft: null, push: null });
  });

  test("whose answer was lost is found to be done by reading", async () => {
    const at = await scene();
    await push(at, await edit(at, setTo55));
    at.tracker.next("writeShares", { kind: "lost_answer" });
    expect(await at.work()).toMatchObject({ state: "done", before: parts("40 30 30") });
    expect(at.tracker.writes).toHaveLength(1);
  });

  test("whose answer was lost together with the reading after it goes on later, and writes no second time", async () => {
    const at = await scene();
    await push(at, await edit(at, setTo55));
    at.tracker.next("writeShares", { kind: "lost_answer" });
    at.tracker.next("readFlow", { kind: "none" }, { kind: "refused" });
    expect(await at.work()).toMatchObject({ state: "writing" });
    // A sync that comes by meanwhile leaves what may be ours alone.
    const theirs = at.tracker.flows.get(at.flowRef);
    if (!theirs) throw new Error("no flow");
    const campaign = { id: at.campaignId, workspaceId: at.space.workspaceId };
    await storeFlows(database.db, [{ campaign, flows: [theirs] }], { readAt: later(), isWhole: false });
    expect(await at.read()).toMatchObject({ drift: null });
    expect(await at.work()).toMatchObject({ state: "done" });
    expect(at.tracker.writes).toHaveLength(1);
  });

  test("that did not reach the tracker is written once more, as long as nothing changed there", async () => {
    const at = await scene();
    await push(at, await edit(at, setTo55));
    at.tracker.next("writeShares", { kind: "refused", problem: "failing" });
    expect(await at.work()).toMatchObject({ state: "writing" });
    expect(await at.work()).toMatchObject({ state: "done" });
    expect(at.tracker.writes).toHaveLength(1);
    noBlindWrite(at);
  });

  test("that did not reach the tracker is not written over what somebody did meanwhile", async () => {
    const at = await scene();
    await push(at, await edit(at, setTo55));
    at.tracker.next("writeShares", { kind: "refused", problem: "failing" });
    await at.work();
    at.tracker.change(at.flowRef, parts("20 30 50"));
    expect(await at.work()).toMatchObject({ state: "failed", after: parts("20 30 50") });
    expect(at.tracker.writes).toEqual([]);
    expect(inTracker(at)).toBe("20 30 50");
  });

  test("that the tracker took by half shows what is there now, and the draft goes on from it", async () => {
    const at = await scene();
    await push(at, await edit(at, setTo55));
    at.tracker.next("writeShares", { kind: "instead", state: parts("55 30 30") });
    expect(await at.work()).toMatchObject({ state: "failed", problem: "campaigns.push.not_as_sent" });
    let flow = await at.read();
    expect(flow).toMatchObject({ drift: null, draft: { isOutdated: false }, push: { theirs: parts("55 30 30") } });
    expect(textOf(flow.theirs.offers)).toBe("55 30 30");
    flow = await push(at, flow);
    expect(await at.work()).toMatchObject({ state: "done", before: parts("55 30 30") });
    expect(inTracker(at)).toBe("55 23 22");
    noBlindWrite(at);
  });

  test("that the tracker refuses fails with its reason, and the draft stays", async () => {
    const at = await scene();
    const draft = await edit(at, setTo55);
    await push(at, draft);
    at.tracker.next("writeShares", { kind: "refused", problem: "not_allowed", retryable: false });
    expect(await at.work()).toMatchObject({ state: "failed", problem: "campaigns.push.not_allowed" });
    const flow = await at.read();
    expect(flow).toMatchObject({ push: { state: "failed", canUndo: false }, draft: { isOutdated: false } });
    expect(flow.push?.problem).toStartWith("The key's user may look at this flow");
  });

  test("waits for a tracker that fails, a minute at most", async () => {
    const at = await scene();
    await push(at, await edit(at, setTo55));
    const jobs = async () => {
      const rows = await database.db.execute<{ n: number }>(sql`
        select count(*)::int as n from graphile_worker.jobs where task_identifier = 'campaigns.push-flow' and run_at > now() + interval '2 seconds'`);
      return rows[0]?.n;
    };
    at.tracker.next("readFlow", { kind: "refused" }, { kind: "refused" });
    const before = await jobs();
    expect(await at.work()).toMatchObject({ state: "waiting" });
    expect(await jobs()).toBe((before ?? 0) + 1);
    expect(await at.work(later(60_000))).toMatchObject({ state: "failed", problem: "conversions.tracker.unreachable" });
  });

  test("ends with the reason when the flow is gone, or carries no offers any more", async () => {
    const gone = await scene();
    await push(gone, await edit(gone, setTo55));
    gone.tracker.flows.delete(gone.flowRef);
    expect(await gone.work()).toMatchObject({ state: "failed", problem: "campaigns.push.flow_gone" });
    const flow = await gone.read();
    expect(flow.readOnly).not.toBeNull();
    const cancelled = await cancelDraft(gone.context(), { flowId: gone.flowId, version: versionOf(flow) });
    expect(cancelled.draft).toBeNull();

    const other = await scene();
    await push(other, await edit(other, setTo55));
    other.tracker.change(other.flowRef, { schema: "redirect" });
    expect(await other.work()).toMatchObject({ state: "failed", problem: "campaigns.flow_has_no_offers" });
    expect(other.tracker.writes).toEqual([]);
  });

  test("sends rows that are off, and offers that the key does not see, back as they were", async () => {
    const strange = [...offers("60 40 70x"), { id: "777", share: 5, state: "frozen" }];
    const at = await scene({ state: { offers: strange, landings: [{ id: "1", share: 100, state: "active" }] } });
    await push(at, await edit(at, setTo55));
    await at.work();
    expect(at.tracker.writes).toMatchObject([
      { parts: { offers: [...offers("55 45 70x"), { id: "777", share: 5, state: "frozen" }] } },
    ]);
    expect(at.tracker.writes[0]?.parts).not.toHaveProperty("landings");
  });

  test("is alone: nothing is edited or pushed beside it, and of many at once one begins", async () => {
    const at = await scene();
    const flow = await edit(at, setTo55);
    const asked = await Promise.allSettled(Array.from({ length: 5 }, () => push(at, flow)));
    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(edit(at, { kind: "even" })).rejects.toMatchObject({ code: "campaigns.push_open" });
    await expect(push(at, flow)).rejects.toMatchObject({ code: "campaigns.push_open" });
    await at.work();
    await expect(push(at, flow)).rejects.toMatchObject({ code: "campaigns.draft_changed" });
  });

  test("stands in no other's way, also where a campaign's flows all go out at once", async () => {
    const at = await scene();
    const more = await Promise.all(Array.from({ length: 7 }, () => at.addFlow(parts("40 30 30"))));
    const flowIds = [at.flowId, ...more];
    const unseen = flowIds.map((flowId) => ({ flowId, version: 0 }));
    const { items } = await changeManyFlows(at.context(), { flows: unseen, part: "offers", change: setTo55 });
    await pushManyFlows(at.context(), {
      flows: items.map(({ flowId, version }) => ({ flowId, version: version ?? 0 })),
    });
    const ended = await Promise.all(flowIds.map((flowId) => at.work(undefined, flowId)));
    expect(ended.map(({ state }) => state)).toEqual(flowIds.map(() => "done"));
  });

  test("is refused where the sum is not 100, no offer would be left, or one was archived meanwhile", async () => {
    const at = await scene();
    let flow = await edit(at, { kind: "remove", id: "1" });
    flow = await edit(at, { kind: "remove", id: "2" });
    flow = await edit(at, { kind: "switch", id: "3", isActive: false });
    await expect(push(at, flow)).rejects.toMatchObject({ code: "campaigns.no_active_offers" });
    flow = await edit(at, { kind: "remove", id: "3" });
    await expect(push(at, flow)).rejects.toMatchObject({ code: "campaigns.no_active_offers" });
    flow = await edit(at, { kind: "add", ids: ["4"] });
    await database.db.execute(sql`
      update tracker_things set gone_at = now() where connection_id = ${at.connectionId} and ref = '4' and kind = 'offer'`);
    await expect(push(at, flow)).rejects.toMatchObject({ code: "campaigns.offer_gone", params: { name: "offer 4" } });

    const odd = await scene();
    await edit(odd, setTo55);
    odd.tracker.change(odd.flowRef, parts("40 40 40"));
    flow = await odd.read(later());
    const ours = { offers: ["1"], landings: [] };
    flow = await rebaseDraft(odd.context(), { flowId: odd.flowId, version: versionOf(flow), ours });
    await expect(push(odd, flow)).rejects.toMatchObject({ code: "campaigns.sum_not_100", params: { total: 135 } });
  });
});

describe("an undo", () => {
  const pushed = async () => {
    const at = await scene();
    await push(at, await edit(at, setTo55));
    const done = await at.work();
    return { at, undo: () => undoPush(at.context(), { flowId: at.flowId, pushId: done.id }), pushId: done.id };
  };

  test("puts back what was there, the way every push goes, and can be undone itself", async () => {
    const { at, undo, pushId } = await pushed();
    expect((await undo()).push).toMatchObject({ state: "waiting", isUndo: true });
    const back = await at.work();
    expect(back).toMatchObject({ state: "done", undoes: pushId });
    expect(inTracker(at)).toBe("40 30 30");
    await undoPush(at.context(), { flowId: at.flowId, pushId: back.id });
    await at.work();
    expect(inTracker(at)).toBe("55 23 22");
    expect((await listPushes(at.context(), { flowId: at.flowId })).items.map((one) => one.isUndo)).toEqual([
      true,
      true,
      false,
    ]);
    noBlindWrite(at);
  });

  test("leaves the draft that somebody began since", async () => {
    const { at, undo } = await pushed();
    const version = versionOf(await edit(at, { kind: "set", id: "1", share: 80 }));
    await undo();
    await at.work();
    expect(await at.read()).toMatchObject({ draft: { isOutdated: true } });
    // What it stands on is another state now: nobody decides about it by what he saw before.
    const ours = { offers: ["1"], landings: [] };
    await expect(rebaseDraft(at.context(), { flowId: at.flowId, version, ours })).rejects.toMatchObject({
      code: "campaigns.draft_changed",
    });
  });

  test("that is not taken as sent leaves that draft to be decided about", async () => {
    const { at, undo } = await pushed();
    await edit(at, { kind: "set", id: "1", share: 80 });
    await undo();
    at.tracker.next("writeShares", { kind: "instead", state: parts("20 30 50") });
    expect(await at.work()).toMatchObject({ state: "failed", problem: "campaigns.push.not_as_sent" });
    expect(await at.read()).toMatchObject({ draft: { isOutdated: true } });
  });

  test("to what a draft wants leaves nothing to push", async () => {
    const { at, undo } = await pushed();
    await edit(at, { kind: "set", id: "1", share: 40 });
    await undo();
    await at.work();
    expect((await at.read()).draft).toBeNull();
  });

  test("that meets another state writes nothing, and becomes a draft to decide about", async () => {
    const { at, undo } = await pushed();
    at.tracker.change(at.flowRef, parts("20 30 50"));
    await undo();
    expect(await at.work()).toMatchObject({ state: "conflict" });
    expect(at.tracker.writes).toHaveLength(1);
    const flow = await at.read();
    expect(flow.draft).toMatchObject({ isOutdated: true });
    expect(textOf(flow.draft?.rows.offers ?? [])).toBe("40 30 30");
  });

  test("is over once the snapshot is gone", async () => {
    const { at, undo } = await pushed();
    await database.db
      .update(flowPushes)
      .set({ createdAt: later(-181 * 86_400_000) })
      .where(eq(flowPushes.flowId, at.flowId));
    await forgetPushes(at.context(), {});
    await expect(undo()).rejects.toMatchObject({ code: "campaigns.snapshot_gone" });
  });

  test("is not offered for a push that changed nothing, or did not end well", async () => {
    const at = await scene();
    await push(at, await edit(at, setTo55));
    at.tracker.change(at.flowRef, parts("20 30 50"));
    const { id } = await at.work();
    await expect(undoPush(at.context(), { flowId: at.flowId, pushId: id })).rejects.toMatchObject({
      code: "campaigns.nothing_pushed",
    });
  });
});

describe("what is left over", () => {
  test("a push without a job gets one; pushes that are open are not forgotten", async () => {
    const at = await scene();
    await push(at, await edit(at, setTo55));
    const { db } = database;
    const [row] = await db.select().from(flowPushes).where(eq(flowPushes.flowId, at.flowId));
    const key = `campaigns.push-flow:${row?.id}`;
    const job = async () => [...(await db.execute(sql`select 1 from graphile_worker.jobs where key = ${key}`))].length;
    await db.execute(sql`select graphile_worker.remove_job(${key})`);
    await sweepPushes(at.context(), {});
    expect(await job()).toBe(0);
    await sweepPushes(at.context(later(120_000)), {});
    expect(await job()).toBe(1);
    await db
      .update(flowPushes)
      .set({ createdAt: later(-181 * 86_400_000) })
      .where(eq(flowPushes.flowId, at.flowId));
    await forgetPushes(at.context(), {});
    expect(await db.select().from(flowPushes).where(eq(flowPushes.flowId, at.flowId))).toHaveLength(1);
  });
});
