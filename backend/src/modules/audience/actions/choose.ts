import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { forbidden } from "@backend/kit/errors.ts";
import { publish } from "@backend/kit/events.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { findWorkspace, knownPersons, recordAudit } from "@backend/modules/identity/index.ts";
import type { Db } from "@db/client.ts";
import { findOwnCategory, listOwnCategories } from "../catalog-queries.ts";
import type { MySubscriptions, Subscriber } from "../contracts.ts";
import { everything, nameIn } from "../domain/refusal.ts";
import { categoryNotFound, subscriberNotFound } from "../errors.ts";
import { subscriberChose } from "../events.ts";
import { aboutSubscriber } from "../present.ts";
import {
  copyRefusals,
  endRefusal,
  findOwnSubscriber,
  insertRefusal,
  listOwnOfHuman,
  listRefusals,
  lockHumans,
  type OptOutRow,
} from "../queries.ts";
import { readSubscriber } from "./read-subscriber.ts";

interface Choice {
  telegramId: number;
  /** 0 = everything. */
  categoryId: number;
  via: OptOutRow["via"];
}

/**
 * Writes down what one human refuses in all bots of the workspace, or takes again, and copies it to his rows. Answers whether
 * anything changed. Throws audience.category_not_found.
 */
async function choose(
  ctx: { db: Db; now: Date },
  workspaceId: string,
  choice: Choice,
  isOptedOut: boolean,
): Promise<boolean> {
  const { db, now } = ctx;
  const { telegramId, categoryId, via } = choice;
  if (categoryId !== everything && !(await findOwnCategory(db, workspaceId, categoryId))) throw categoryNotFound();
  await lockHumans(db, workspaceId, [telegramId]);
  const refusal = { workspaceId, telegramId, categoryId };
  const changed = isOptedOut
    ? await insertRefusal(db, { ...refusal, via, at: now })
    : await endRefusal(db, refusal, now);
  if (!changed) return false;
  await copyRefusals(db, workspaceId, telegramId);
  for (const row of await listOwnOfHuman(db, workspaceId, telegramId))
    await publish(db, subscriberChose, { ...aboutSubscriber(row), categoryId, isOptedOut });
  await notifyLive(db, { workspaceId, topic: "audience" });
  return true;
}

/** Who the caller is at Telegram. Programs and jobs refuse nothing for themselves. */
async function humanOf(ctx: ActionContext): Promise<number> {
  if (ctx.actor.kind !== "person") throw forbidden("common.forbidden");
  const { personId, workspaceId } = ctx.actor;
  const person = (await knownPersons(ctx.db, workspaceId, [personId])).get(personId);
  if (!person || person.telegramId === null) throw forbidden("common.forbidden");
  return person.telegramId;
}

/** A person's own stop, by command or by the button under a message. Throws audience.category_not_found. */
export function refuseMessages(
  outer: ActionContext,
  input: { categoryId: number; via: "command" | "message" },
): Promise<{ changed: boolean }> {
  return inTransaction(outer, async (ctx) => {
    const telegramId = await humanOf(ctx);
    return { changed: await choose(ctx, ctx.actor.workspaceId, { ...input, telegramId }, true) };
  });
}

/** What the caller lets this workspace's bots send him. */
export async function readMySubscriptions(ctx: ActionContext): Promise<MySubscriptions> {
  const { workspaceId, locale } = ctx.actor;
  const telegramId = await humanOf(ctx);
  const [workspace, categories, refusals] = await Promise.all([
    findWorkspace(ctx.db, workspaceId),
    listOwnCategories(ctx.db, workspaceId, { archived: false }),
    listRefusals(ctx.db, workspaceId, telegramId),
  ]);
  const refused = new Set(refusals.filter(({ endedAt }) => endedAt === null).map(({ categoryId }) => categoryId));
  return {
    workspace: workspace.name,
    isOptedOut: refused.has(everything),
    categories: categories.map(({ id, names }) => ({ id, name: nameIn(names, locale), isOptedOut: refused.has(id) })),
  };
}

/** The only way back from a stop: the person himself, in the app. Throws audience.category_not_found. */
export function chooseMySubscription(
  outer: ActionContext,
  input: { categoryId: string; isOptedOut: boolean },
): Promise<MySubscriptions> {
  return inTransaction(outer, async (ctx) => {
    const choice = { telegramId: await humanOf(ctx), categoryId: Number(input.categoryId), via: "screen" as const };
    await choose(ctx, ctx.actor.workspaceId, choice, input.isOptedOut);
    return readMySubscriptions(ctx);
  });
}

/** A member notes that somebody asked to be left alone. There is no way for members to undo it. */
export function refuseForSubscriber(
  outer: ActionContext,
  input: { subscriberId: string; categoryId: number },
): Promise<Subscriber> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const row = await findOwnSubscriber(ctx.db, workspaceId, BigInt(input.subscriberId));
    if (!row) throw subscriberNotFound();
    const { categoryId } = input;
    const changed = await choose(ctx, workspaceId, { telegramId: row.telegramId, categoryId, via: "member" }, true);
    if (changed)
      await recordAudit(ctx, {
        action: "subscriber.opted_out",
        subjectKind: "subscriber",
        subjectId: String(row.id),
        after: { categoryId },
      });
    return readSubscriber(ctx, input);
  });
}
