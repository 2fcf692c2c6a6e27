import { type Translate, translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { decodeIdCursor, defaultLimit, type Page, toPage } from "@backend/kit/paging.ts";
import { findSubscribersLike, namesOfSubscribers } from "@backend/modules/audience/index.ts";
import { chatName, findOwnChats } from "@backend/modules/messaging/index.ts";
import type { Broadcast } from "../queries.ts";
import type { Recipient, RecipientQuery } from "../result-contracts.ts";
import { listRecipients, moneyOfRecipients, type RecipientRow } from "../result-queries.ts";
import { reasonSentence } from "../result-words.ts";
import { ownBroadcast } from "./own-broadcast.ts";

/** People that a search finds; whoever gets more than this has to say more of the name. */
const foundAtMost = 1_000;

/** Who got a broadcast, who did not and why, and what each did with it; the newest first. */
export async function listBroadcastRecipients(
  ctx: ActionContext,
  input: RecipientQuery & { broadcastId: string },
): Promise<Page<Recipient>> {
  const { workspaceId } = ctx.actor;
  const broadcast = await ownBroadcast(ctx, input.broadcastId);
  const before = decodeIdCursor(input.cursor);
  const search = input.search?.trim();
  const found = search ? await findSubscribersLike(ctx.db, workspaceId, search, foundAtMost) : undefined;
  const chatIds = found?.map(({ chatId }) => chatId);
  const limit = input.limit ?? defaultLimit;
  const { state, answer, reason } = input;
  const variant = input.variant === undefined ? undefined : keysOf(broadcast).indexOf(input.variant);
  const rows =
    chatIds?.length === 0
      ? []
      : await listRecipients(
          ctx.db,
          broadcast.id,
          { state, answer, reason, variant, chatIds },
          { before, size: limit + 1 },
        );
  const shown = await presentRecipients(ctx, broadcast, rows.slice(0, limit));
  return {
    ...toPage(rows, limit, (row) => [row.id], String),
    items: shown,
  };
}

const keysOf = ({ variants }: Broadcast): string[] => variants.map(({ key }) => key);

/** Rows with the names that their people have now: an erased one has none. */
export async function presentRecipients(
  ctx: ActionContext,
  broadcast: Broadcast,
  rows: readonly RecipientRow[],
): Promise<Recipient[]> {
  const { workspaceId, locale } = ctx.actor;
  const people = rows.flatMap(({ subscriberId }) => (subscriberId === null ? [] : [subscriberId]));
  const names = await namesOfSubscribers(ctx.db, workspaceId, people);
  const groups = rows.filter(({ subscriberId }) => subscriberId === null).map(({ chatId }) => chatId);
  const chats = new Map(
    (groups.length > 0 ? await findOwnChats(ctx.db, workspaceId, groups) : []).map((chat) => [chat.id, chat]),
  );
  const money = await moneyOfRecipients(
    ctx.db,
    rows.filter(({ convertedAt }) => convertedAt !== null).map(({ id }) => id),
  );
  const keys = keysOf(broadcast);
  const t: Translate = translator(locale);
  return rows.map((row) => {
    const person = row.subscriberId === null ? undefined : names.get(row.subscriberId);
    const chat = chats.get(row.chatId);
    const fullName = person && [person.firstName, person.lastName].filter(Boolean).join(" ");
    return {
      id: String(row.id),
      name: chat ? chatName(chat) : fullName || (person?.username ?? null),
      username: person?.username ?? null,
      telegramId: person?.telegramId ?? null,
      chatId: row.chatId,
      botId: row.botId,
      variant: keys[row.variant] ?? "",
      language: row.language,
      state: row.state,
      problem: row.reason === null ? null : reasonSentence(t, row.reason),
      dueAt: row.dueAt?.toISOString() ?? null,
      doneAt: row.doneAt?.toISOString() ?? null,
      clicks: row.clicks,
      clickedAt: row.clickedAt?.toISOString() ?? null,
      repliedAt: row.repliedAt?.toISOString() ?? null,
      optedOutAt: row.optedOutAt?.toISOString() ?? null,
      convertedAt: row.convertedAt?.toISOString() ?? null,
      money: money.get(String(row.id)) ?? [],
      deliveryId: row.deliveryId === null ? null : String(row.deliveryId),
    };
  });
}
