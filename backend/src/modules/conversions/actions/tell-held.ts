import { translator } from "@backend/i18n/index.ts";
import { type ActionContext, inTransaction, systemActor } from "@backend/kit/context.ts";
import { stepOver } from "@backend/kit/set-aside.ts";
import { type Content, findOwnChats, queueDelivery } from "@backend/modules/messaging/index.ts";
import { readAlertBook } from "../alert-book.ts";
import {
  type DueGroup,
  type HeldAlertRow,
  listDueGroups,
  lockDueAlerts,
  markTold,
  postponeHeld,
  readMutes,
} from "../alert-queries.ts";
import { whereRead } from "../campaign-facts.ts";
import { type DigestItem, digestText, readDigestItem } from "../domain/digest.ts";
import type { ConversionsPorts } from "../ports.ts";
import { findConnectionsOf, findOwnConversions } from "../queries.ts";
import { conversionFold, conversionSubject, messageFor } from "../tell.ts";
import { alertOf } from "./dry-run-routes.ts";

/** Digests of one firing, and alerts of one digest; what is left goes with the next. */
const groupsAtOnce = 500;
const alertsAtOnce = 5_000;
const roundsAtMost = 20;

const unknownItem: DigestItem = { status: "other", rawStatus: null, amount: null, currency: null, isCorrection: false };

/**
 * The job of every minute: what was held and has come due leaves, one digest for each chat, topic and route. A digest and the marks
 * of what it tells commit together, so a kill at any line neither loses nor repeats one; two workers at once take different groups. A group that fails
 * is stepped over until the next minute.
 */
export async function tellHeld(ctx: ActionContext<ConversionsPorts>, _: Record<string, never>): Promise<void> {
  for (let round = 0; round < roundsAtMost; round++) {
    const groups = await listDueGroups(ctx.db, ctx.now, groupsAtOnce);
    let told = 0;
    for (const group of groups) {
      const own = { ...ctx, actor: systemActor(group.workspaceId) };
      const { workspaceId, chatId } = group;
      await stepOver(ctx, { workspaceId, chatId }, "a digest could not be told", async () => {
        told += await inTransaction(own, (tx) => tellGroup(tx, group));
      });
    }
    if (told === 0) return;
  }
}

/** How many alerts it told or put off. */
async function tellGroup(ctx: ActionContext<ConversionsPorts>, group: DueGroup): Promise<number> {
  const { db, now } = ctx;
  const held = await lockDueAlerts(db, group, now, alertsAtOnce);
  const [first] = held;
  if (!first) return 0;
  const ids = held.map(({ id }) => id);
  const scope = group.routeId === null ? `connection:${group.connectionId}` : `route:${group.routeId}`;
  const mutedUntil = (await readMutes(db, [group.chatId], now)).get(`${group.chatId} ${scope}`);
  if (mutedUntil) {
    await postponeHeld(db, ids, mutedUntil);
    return held.length;
  }
  const [chat] = await findOwnChats(db, group.workspaceId, [group.chatId]);
  if (!chat) return 0;
  const content = await contentOf(ctx, group, held, scope);
  const { id } = await queueDelivery(db, {
    workspaceId: group.workspaceId,
    chatId: chat.id,
    threadId: first.threadId,
    lane: "alert",
    content: { ...content, ...(held.every(({ isSilent }) => isSilent) ? { silent: true } : {}) },
    // One alert may be folded into what else waits for its chat; a digest stands for itself.
    fold: held.length === 1 ? { kind: conversionFold, item: first.item, locale: first.locale } : null,
    subject:
      held.length === 1
        ? { kind: conversionSubject, id: String(first.conversionId) }
        : { kind: "digest", id: String(first.id) },
    dedupeKey: `held:${first.id}`,
  });
  await markTold(db, ids, id === null ? null : BigInt(id));
  return held.length;
}

async function contentOf(
  ctx: ActionContext<ConversionsPorts>,
  group: DueGroup,
  held: readonly HeldAlertRow[],
  scope: string,
): Promise<Content & { kind: "text" }> {
  const [first] = held;
  const locale = first?.locale ?? "en";
  const t = translator(locale);
  const { markup } = ctx.ports;
  const book = await readAlertBook(ctx.db, group.workspaceId);
  const route = book.routes.find(({ id }) => id === group.routeId);
  const whole = held.length === 1 && first ? await wholeAlert(ctx, first, scope) : null;
  if (whole) return whole;
  const connections = await findConnectionsOf(ctx.db, [group.connectionId]);
  const name = route?.name ?? connections.get(group.connectionId)?.name ?? "";
  const reason = first?.reason ?? "digest";
  const title = t(`conversions.held.${reason}`, { name: markup.truncate(markup.singleLine(name), 80) });
  const items = held.map(({ item }) => readDigestItem(item) ?? unknownItem);
  return {
    kind: "text",
    html: `${markup.bold(title)}\n\n${digestText(items, t, markup)}`,
    buttons: [[{ text: t("conversions.alert.open"), app: "traffic" }]],
  };
}

/** A single alert is told in full, as it would have been at once; null when its conversion is gone. */
async function wholeAlert(
  ctx: ActionContext<ConversionsPorts>,
  held: HeldAlertRow,
  scope: string,
): Promise<(Content & { kind: "text" }) | null> {
  const [row] = await findOwnConversions(ctx.db, held.workspaceId, [held.conversionId]);
  const connection = (await findConnectionsOf(ctx.db, [held.connectionId])).get(held.connectionId);
  if (!row || !connection) return null;
  const book = await readAlertBook(ctx.db, held.workspaceId);
  const target = book.routes
    .find(({ id }) => id === held.routeId)
    ?.targets.find((one) => one.kind === "person" || one.chatId === held.chatId);
  const subject = {
    ...alertOf(row),
    connectionName: connection.name,
    receivedAt: row.receivedAt,
    timeZone: book.timeZone,
  };
  const readAt = await whereRead(ctx.db, connection.id, subject.facts);
  const about = { conversionId: String(row.id), scope, readAt };
  return {
    kind: "text",
    ...messageFor(book.templateOf(target?.templateId ?? null), subject, held.locale, ctx.ports.markup, about),
  };
}
