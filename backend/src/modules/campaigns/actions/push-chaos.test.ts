/** Whatever a tracker and people do, in any order: no state that nobody had read is written over, and every push ends and can be explained. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { AppError } from "@backend/kit/errors.ts";
import { flowDrafts, flowPushes } from "@db/schema/campaigns.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { desc, eq } from "drizzle-orm";
import fc from "fast-check";
import { sameParts } from "../domain/drift.ts";
import { isSame, problemsOf, type ShareChange } from "../domain/shares.ts";
import { createFlowScene, type Fault, type FlowScene, parts } from "../testing/flow-scene.ts";
import { cancelDraft, changeShares, markSeen, rebaseDraft, redoEdit, undoEdit } from "./edit-draft.ts";
import { requestPush, undoPush } from "./request-push.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const states = ["40 30 30", "20 30 50", "55 23 22", "10 90", "60 30 30", "70 30x 30"].map(parts);
const anyState = fc.constantFrom(...states);
const anyId = fc.constantFrom("1", "2", "3", "4");
const anyFault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constant<Fault>({ kind: "none" }),
  fc.constant<Fault>({ kind: "lost_answer" }),
  fc.constant<Fault>({ kind: "refused" }),
  fc.constant<Fault>({ kind: "refused", problem: "not_allowed", retryable: false }),
  anyState.map<Fault>((state) => ({ kind: "instead", state })),
);
type Deed = (at: FlowScene, version: number, minutes: number) => Promise<unknown>;
const later = (minutes: number) => new Date(Date.now() + minutes * 60_000);
const deed = (work: (at: FlowScene, input: { flowId: string; version: number }) => Promise<unknown>): Deed => {
  return (at, version) => work(at, { flowId: at.flowId, version });
};

const change = (of: ShareChange) =>
  deed((at, input) => changeShares(at.context(), { ...input, part: "offers", change: of }));
const push = deed((at, input) => requestPush(at.context(), input));
const anySet = fc
  .record({ kind: fc.constant("set" as const), id: anyId, share: fc.integer({ min: 1, max: 98 }) })
  .map(change);
const pushesOf = (at: FlowScene) =>
  database.db.select().from(flowPushes).where(eq(flowPushes.flowId, at.flowId)).orderBy(desc(flowPushes.createdAt));
/** The newest push's job runs, and these calls of it go wrong. */
const work = fc.tuple(anyFault, anyFault, anyFault).map<Deed>(([write, ...reads]) => async (at) => {
  if ((await pushesOf(at)).length === 0) return;
  at.tracker.heal();
  at.tracker.next("writeShares", write);
  at.tracker.next("readFlow", ...reads.filter(({ kind }) => kind !== "instead"));
  await at.work();
});
const undo: Deed = async (at) => {
  const [newest] = await pushesOf(at);
  if (newest) await undoPush(at.context(), { flowId: at.flowId, pushId: newest.id });
};
const rebase = fc
  .subarray(["1", "2", "3", "4"])
  .map((offers) => deed((at, input) => rebaseDraft(at.context(), { ...input, ours: { offers, landings: [] } })));

const see: Deed = async (at) => {
  const { theirs, push: seen } = await at.read();
  await markSeen(at.context(), { flowId: at.flowId, theirs, pushId: seen?.id ?? null });
};

const anyDeed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: anySet },
  { weight: 6, arbitrary: fc.constant(push) },
  { weight: 8, arbitrary: work },
  { weight: 2, arbitrary: fc.constant(undo) },
  { weight: 2, arbitrary: rebase },
  { weight: 2, arbitrary: anyState.map<Deed>((state) => async (at) => at.tracker.change(at.flowRef, state)) },
  { weight: 2, arbitrary: fc.constant<Deed>((at, _, minutes) => at.read(later(minutes))) },
  { weight: 1, arbitrary: anyId.map((id) => change({ kind: "add", ids: [id] })) },
  { weight: 1, arbitrary: anyId.map((id) => change({ kind: "remove", id })) },
  { weight: 1, arbitrary: fc.constant(deed((at, input) => undoEdit(at.context(), input))) },
  { weight: 1, arbitrary: fc.constant(deed((at, input) => redoEdit(at.context(), input))) },
  { weight: 1, arbitrary: fc.constant(deed((at, input) => cancelDraft(at.context(), input))) },
  { weight: 1, arbitrary: fc.constant(see) },
);

test("no order of edits, pushes, faults and changes in the panel writes over what nobody has read", async () => {
  const ends = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(anyDeed, { minLength: 10, maxLength: 40 }), async (deeds) => {
      const at = await createFlowScene(database.db);
      for (const [n, act] of deeds.entries()) {
        const [draft] = await database.db.select().from(flowDrafts).where(eq(flowDrafts.flowId, at.flowId));
        await act(at, draft?.version ?? 0, n + 1).catch((error: unknown) => {
          // Refusals are answers; anything else is a fault of ours.
          if (!(error instanceof AppError)) throw error;
        });
      }
      expect(at.tracker.writes.filter(({ isBlind }) => isBlind)).toEqual([]);

      // Each went over the very state that its draft, or its undo, began from.
      const pushes = await pushesOf(at);
      for (const { over, parts: written } of at.tracker.writes)
        expect(
          pushes.some(({ base, target }) => sameParts(base, over) && isSame(target.offers, written.offers ?? [])),
        ).toBeTrue();

      // Left alone, what is open ends.
      at.tracker.heal();
      if (pushes.length > 0) for (let n = 0; n < 2; n++) await at.work();
      for (const push of await pushesOf(at)) {
        ends.set(push.state, (ends.get(push.state) ?? 0) + 1);
        expect(["done", "conflict", "failed"]).toContain(push.state);
        expect(push.state === "done").toBe(push.problem === null);
        if (push.state === "done") expect(push.after?.offers.length).toBe(push.target.offers.length);
        if (push.undoes === null && push.target.offers.some(({ state }) => state === "active"))
          expect(problemsOf(push.target.offers)).not.toContain("sum_not_100");
      }
      const flow = await at.read(later(60));
      expect(flow.theirs).toEqual({
        offers: at.tracker.flows.get(at.flowRef)?.offers ?? [],
        landings: [],
      });
    }),
    { seed: 20_261_126, numRuns: 60 },
  );
  // The run has been through all that can become of a push.
  for (const state of ["done", "conflict", "failed"]) expect(ends.get(state) ?? 0).toBeGreaterThan(10);
}, 120_000);
