/** A sequence, or a change of a running one, is let go: by one person, or asked for by one and released by another. */
import type { ActionContext } from "@backend/kit/context.ts";
import { holdersOf, personRefsOf } from "@backend/modules/identity/index.ts";
import type { Letter } from "@backend/modules/messaging/index.ts";
import type { ClickPorts } from "../click-ports.ts";
import { tell } from "../engine/tell.ts";
import { needsPerson } from "../errors.ts";
import { assertFourEyes } from "../four-eyes.ts";
import { keepSequenceLinks } from "../links.ts";
import type { BroadcastsPorts } from "../ports.ts";
import type { Sequence } from "../sequence-contracts.ts";
import { countPeople, listSteps, type SequenceRow, updateSequence } from "../sequence-queries.ts";
import { nothingWaits, sequenceArchived, sequenceIsEmpty } from "../timing-errors.ts";
import { personOf } from "./own-broadcast.ts";
import { assertSeen, changeOwn, isUnreleased, nobody, unasked, waitingOf } from "./own-sequence.ts";
import { assertUsableBody, putIntoForce } from "./write-sequence.ts";

/** Letters that would go out; what is named in a change may have gone since it was written. Throws sequences.is_empty and the like. */
async function readyLetters(ctx: ActionContext, row: SequenceRow): Promise<Letter[]> {
  const waiting = waitingOf(row);
  if (waiting) await assertUsableBody(ctx, waiting);
  const letters = (waiting?.steps ?? (await listSteps(ctx.db, [row.id]))).map(({ letter }) => letter as Letter);
  if (letters.length === 0) throw sequenceIsEmpty();
  return letters;
}

/**
 * Asks others to start it, or to put the change that waits into force: everybody else who may send hears of it, with a button to it.
 * Whatever is changed afterwards, and a pause, takes the request back. Throws sequences.nothing_waits, sequences.changed_meanwhile when
 * it is not what the caller read (who asks for what he has not seen is no second pair of eyes), and what stands in its way.
 */
export async function requestSequence(
  outer: ActionContext<BroadcastsPorts>,
  input: { sequenceId: string; seenAt?: string },
): Promise<{ sequence: Sequence; told: number }> {
  let told = 0;
  const sequence = await changeOwn(outer, input.sequenceId, async (ctx, row) => {
    const personId = personOf(ctx);
    if (personId === null) throw needsPerson();
    if (row.archivedAt) throw sequenceArchived();
    if (row.state === "active" && !isUnreleased(row)) throw nothingWaits();
    assertSeen(row, input.seenAt);
    const { length: count } = await readyLetters(ctx, row);
    const asked = await updateSequence(ctx.db, row, { requestedBy: personId, requestedAt: ctx.now }, ctx.now);
    const others = (await holdersOf(ctx.db, row.workspaceId, "broadcasts.send")).filter((id) => id !== personId);
    const person = (await personRefsOf(ctx.db, row.workspaceId, [personId])).get(personId)?.name ?? "";
    const { active } = (await countPeople(ctx.db, [row.id])).get(row.id) ?? nobody;
    told = await tell(
      ctx,
      asked,
      others,
      `request:${ctx.now.getTime()}`,
      (t) => ({
        title: t("broadcasts.news.requested", { name: row.name }),
        lines: [
          row.state === "active"
            ? t("sequences.news.change_requested_by", { person, count: active })
            : t("sequences.news.requested_by", { person, count }),
        ],
        button: t("broadcasts.news.look"),
        screen: "launch",
      }),
      "sequence",
    );
    return [asked, "requested"];
  });
  return { sequence, told };
}

/**
 * From now on its events begin it, and what waited is in force; who stood in it when it paused goes on, with what is due at once.
 * Pressed twice, from any number of devices, it is done once. What was in force before goes on by one person's word. Throws
 * sequences.archived, sequences.changed_meanwhile, sequences.is_empty, and broadcasts.needs_… where two people are needed.
 */
export const activateSequence = (
  outer: ActionContext<ClickPorts>,
  input: { sequenceId: string; seenAt?: string },
): Promise<Sequence> =>
  changeOwn(outer, input.sequenceId, async (ctx, row) => {
    const waiting = waitingOf(row);
    if (row.state === "active" && waiting === null) return [row, null];
    if (row.archivedAt) throw sequenceArchived();
    assertSeen(row, input.seenAt);
    if (isUnreleased(row)) await assertFourEyes(ctx, row);
    const letters = await readyLetters(ctx, row);
    const done = row.state === "active" ? "change_released" : "activated";
    if (waiting) return [await putIntoForce(ctx, row, waiting, { state: "active" }), done];
    // Also of one that was written before its links were counted.
    await keepSequenceLinks(ctx, row.id, letters);
    return [await updateSequence(ctx.db, row, { ...unasked, state: "active" }, ctx.now), done];
  });

/** What waits is forgotten; what is in force stays. Done twice it changes nothing more. */
export const dropChange = (outer: ActionContext, input: { sequenceId: string; seenAt?: string }): Promise<Sequence> =>
  changeOwn(outer, input.sequenceId, async (ctx, row) => {
    if (row.waiting === null) return [row, null];
    assertSeen(row, input.seenAt);
    const values = { ...unasked, waiting: null, changedBy: personOf(ctx) };
    return [await updateSequence(ctx.db, row, values, ctx.now), "change_dropped"];
  });
