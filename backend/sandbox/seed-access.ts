/** The closed channel of the demo: opened by the product of its name, and, after a restart, as the product remembers it. */

import type { ActionContext } from "@backend/kit/context.ts";
import { addProductChat } from "@backend/modules/access/actions/product-chats.ts";
import type { AccessPorts } from "@backend/modules/access/index.ts";
import type { Db } from "@db/client.ts";
import { bots, chatAccesses, chats, products } from "@db/schema/index.ts";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { TelegramStandIn } from "./telegram/index.ts";
import { sandboxClub } from "./world.ts";

/** Once per database, after the shop. A channel or product that is not there is left alone. */
export async function openClub(ctx: ActionContext<AccessPorts>): Promise<void> {
  const { workspaceId } = ctx.actor;
  const [product] = await ctx.db
    .select({ id: products.id })
    .from(products)
    .where(and(eq(products.workspaceId, workspaceId), sql`${products.title}->>'en' = ${sandboxClub.title}`));
  const [chat] = await ctx.db
    .select({ id: chats.id })
    .from(chats)
    .where(and(eq(chats.workspaceId, workspaceId), eq(chats.telegramChatId, sandboxClub.id)));
  if (product && chat) await addProductChat(ctx, { productId: product.id, chatId: chat.id });
}

/** The stand-in forgets links and members when it stops; the product does not. No bot is told. */
export async function recallAccesses(db: Db, { world }: TelegramStandIn): Promise<void> {
  const rows = await db
    .select({ access: chatAccesses, telegramChatId: chats.telegramChatId, botId: bots.telegramId })
    .from(chatAccesses)
    .innerJoin(chats, eq(chats.id, chatAccesses.chatId))
    .innerJoin(bots, eq(bots.id, chatAccesses.botId))
    .where(inArray(chatAccesses.state, ["invited", "joined"]));
  for (const { access, telegramChatId, botId } of rows) {
    const group = world.groups.get(telegramChatId);
    const bot = world.bots.get(botId);
    const person = world.people.get(access.telegramId);
    if (!group || !bot || !person) continue;
    if (access.state === "joined") world.setMember(group, person.user, "member");
    if (access.link === null || access.linkUntil === null) continue;
    group.invites.set(access.link, {
      invite_link: access.link,
      creator: bot.user,
      creates_join_request: true,
      is_primary: false,
      is_revoked: false,
      name: access.id.replaceAll("-", ""),
      expire_date: Math.floor(access.linkUntil.getTime() / 1000),
    });
  }
}
