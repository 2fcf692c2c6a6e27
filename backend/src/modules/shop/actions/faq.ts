/** Questions that customers ask, and the answers. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import type { FaqEntry, NewFaqEntry } from "../catalog-contracts.ts";
import { deleteFaq, type FaqRow, insertFaq, listOwnFaq, lockList, updateFaq } from "../catalog-queries.ts";
import { cleanText, hasWords } from "../domain/local-text.ts";
import { faqNotFound, titleNeeded, tooMany } from "../errors.ts";
import { orderList } from "./products.ts";

const entriesAtMost = 50;

const present = ({ id, question, answer, position }: FaqRow): FaqEntry => ({ id, question, answer, position });

function valuesOf({ question, answer }: NewFaqEntry): NewFaqEntry {
  if (!hasWords(question) || !hasWords(answer)) throw titleNeeded();
  return { question: cleanText(question), answer: cleanText(answer) };
}

async function changed(ctx: ActionContext, action: string, faqId: string): Promise<void> {
  await recordAudit(ctx, { action: `faq.${action}`, subjectKind: "faq", subjectId: faqId });
  await notifyLive(ctx.db, { workspaceId: ctx.actor.workspaceId, topic: "shop" });
}

export const listFaq = async (ctx: ActionContext): Promise<{ items: FaqEntry[] }> => ({
  items: (await listOwnFaq(ctx.db, ctx.actor.workspaceId)).map(present),
});

export function createFaqEntry(outer: ActionContext, input: NewFaqEntry): Promise<FaqEntry> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const values = valuesOf(input);
    await lockList(ctx.db, workspaceId, "faq");
    const known = await listOwnFaq(ctx.db, workspaceId);
    if (known.length >= entriesAtMost) throw tooMany(entriesAtMost);
    const position = Math.max(0, ...known.map((row) => row.position)) + 1;
    const row = await insertFaq(ctx.db, { ...values, workspaceId, position });
    await changed(ctx, "created", row.id);
    return present(row);
  });
}

export function changeFaqEntry(outer: ActionContext, input: NewFaqEntry & { faqId: string }): Promise<FaqEntry> {
  return inTransaction(outer, async (ctx) => {
    const row = await updateFaq(ctx.db, ctx.actor.workspaceId, input.faqId, valuesOf(input));
    if (!row) throw faqNotFound();
    await changed(ctx, "changed", row.id);
    return present(row);
  });
}

export function deleteFaqEntry(outer: ActionContext, input: { faqId: string }): Promise<{ ok: true }> {
  return inTransaction(outer, async (ctx) => {
    if (!(await deleteFaq(ctx.db, ctx.actor.workspaceId, input.faqId))) throw faqNotFound();
    await changed(ctx, "deleted", input.faqId);
    return { ok: true };
  });
}

export const orderFaq = (ctx: ActionContext, input: { ids: string[] }): Promise<{ ok: true }> =>
  orderList(ctx, "faq", input.ids);
