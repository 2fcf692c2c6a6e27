import { chatName, findOwnChats } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import { chatsOpenedBy } from "../queries.ts";

/** Names of the closed chats that a product opens, in the order in which they were chosen. */
export async function openedBy(
  db: Db,
  { workspaceId, productId }: { workspaceId: string; productId: string },
): Promise<string[]> {
  const opened = await chatsOpenedBy(db, workspaceId, [productId]);
  const chats = await findOwnChats(
    db,
    workspaceId,
    opened.map(({ chatId }) => chatId),
  );
  const names = new Map(chats.map((chat) => [chat.id, chatName(chat)]));
  return opened.flatMap(({ chatId }) => names.get(chatId) ?? []);
}
