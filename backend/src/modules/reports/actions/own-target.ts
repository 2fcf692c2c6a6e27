/** Steps that watches and summaries share: what they count, and whom they tell. */
import type { ActionContext } from "@backend/kit/context.ts";
import { hiddenConnectionIds } from "@backend/modules/conversions/index.ts";
import { type ChatRow, chatName, findOwnChat } from "@backend/modules/messaging/index.ts";
import { chooseConnection, connectionNotFound, targetNotFound } from "../errors.ts";
import type { Target } from "../reporting-contracts.ts";
import { isOwnConnection, namesOfOwnConnections } from "../reporting-queries.ts";

/**
 * Throws when the connection or the chat is not one of this workspace, or a connection that the caller is not shown: then he has
 * to choose one, since figures of all of them would tell him of it. An absent connection is no question.
 */
export async function assertOwn(
  ctx: ActionContext,
  { connectionId, chatId }: { connectionId?: string | null; chatId?: string | null },
): Promise<void> {
  const { workspaceId } = ctx.actor;
  const hidden = connectionId === undefined ? [] : await hiddenConnectionIds(ctx.db, ctx.actor);
  if (connectionId === null && hidden.length > 0) throw chooseConnection();
  if (connectionId && (hidden.includes(connectionId) || !(await isOwnConnection(ctx.db, workspaceId, connectionId))))
    throw connectionNotFound();
  if (chatId && !(await findOwnChat(ctx.db, workspaceId, chatId))) throw targetNotFound();
}

/** Whether the caller is shown a watch or a summary: what counts one connection alone is for those who are shown that one. */
export async function createSight(ctx: ActionContext): Promise<(row: { connectionId: string | null }) => boolean> {
  const hidden = new Set(await hiddenConnectionIds(ctx.db, ctx.actor));
  return ({ connectionId }) => connectionId === null || !hidden.has(connectionId);
}

interface Row {
  connectionId: string | null;
  chatId: string | null;
  threadId: number | null;
}

export interface Beside {
  target: Target;
  connection: { id: string; name: string } | null;
}

/** Chats and connections of rows, as they are shown beside them. */
export async function showBeside(ctx: ActionContext, rows: readonly Row[]): Promise<(row: Row) => Beside> {
  const { workspaceId } = ctx.actor;
  const present = (ids: (string | null)[]) => [...new Set(ids)].filter((id) => id !== null);
  const chats = new Map<string, ChatRow>();
  for (const id of present(rows.map(({ chatId }) => chatId))) {
    const chat = await findOwnChat(ctx.db, workspaceId, id);
    if (chat) chats.set(id, chat);
  }
  const connectionIds = present(rows.map(({ connectionId }) => connectionId));
  const names = await namesOfOwnConnections(ctx.db, workspaceId, connectionIds);
  return ({ connectionId, chatId, threadId }) => {
    const chat = chats.get(chatId ?? "");
    return {
      target: chat ? { chatId: chat.id, name: chatName(chat), threadId, isWritable: chat.state === "active" } : null,
      connection: connectionId === null ? null : { id: connectionId, name: names.get(connectionId) ?? "" },
    };
  };
}
