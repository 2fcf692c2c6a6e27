import type { ActionContext } from "@backend/kit/context.ts";
import { knownPersons } from "@backend/modules/identity/index.ts";
import { chatName, findOwnChats } from "@backend/modules/messaging/index.ts";
import type { Static } from "elysia";
import type { PersonAccessList } from "../contracts.ts";
import { personNotFound } from "../errors.ts";
import { listOwnOfPerson } from "../queries.ts";

/** The closed chats that somebody was let into or has a link to, for the team. */
export async function listPersonAccess(
  ctx: ActionContext,
  { personId }: { personId: string },
): Promise<Static<typeof PersonAccessList>> {
  const { workspaceId } = ctx.actor;
  if (!(await knownPersons(ctx.db, workspaceId, [personId])).has(personId)) throw personNotFound();
  const rows = await listOwnOfPerson(ctx.db, workspaceId, personId);
  const chats = await findOwnChats(
    ctx.db,
    workspaceId,
    rows.map(({ chatId }) => chatId),
  );
  const names = new Map(chats.map((chat) => [chat.id, chatName(chat)]));
  return {
    items: rows.map(({ chatId, state, joinedAt, endedAt, dueSince }) => ({
      chatId,
      name: names.get(chatId) ?? "",
      state,
      joinedAt: joinedAt?.toISOString() ?? null,
      endedAt: endedAt?.toISOString() ?? null,
      isOverdue: state === "joined" && dueSince !== null,
    })),
  };
}
