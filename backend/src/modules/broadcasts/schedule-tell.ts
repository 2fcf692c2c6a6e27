/** What timing tells the people behind a broadcast, in their own chat with the bot. */
import { type Translate, translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { recipientsOf } from "@backend/modules/identity/index.ts";
import { findPrivateChatsOf, queueDelivery } from "@backend/modules/messaging/index.ts";

export interface TellPorts {
  markup: { plain(text: string): string };
}

/** Once per person and `key`. People who are blocked, erased or not to be reached are left out. */
export async function tellPeople(
  ctx: ActionContext<TellPorts>,
  to: { workspaceId: string; personIds: readonly (string | null)[]; broadcastId: string; key: string },
  say: (t: Translate) => string,
): Promise<void> {
  const ids = [...new Set(to.personIds.filter((id) => id !== null))];
  const people = await recipientsOf(ctx.db, to.workspaceId, ids);
  for (const [personId, chat] of await findPrivateChatsOf(ctx.db, to.workspaceId, ids)) {
    const person = people.get(personId);
    if (!person || person.isBarred) continue;
    const t = translator(person.locale);
    await queueDelivery(ctx.db, {
      workspaceId: to.workspaceId,
      chatId: chat.id,
      lane: "service",
      content: {
        kind: "text",
        html: ctx.ports.markup.plain(say(t)),
        buttons: [[{ text: t("sequences.told.open"), app: `broadcasts/${to.broadcastId}` }]],
      },
      subject: { kind: "broadcast", id: to.broadcastId },
      dedupeKey: `${to.key}:${personId}`,
    });
  }
}
