/** What the bot tells members about a broadcast: each thing once, in the language of whoever reads it. */
import { type Translate, translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { listOwnBots } from "@backend/modules/bots/index.ts";
import { recipientsOf } from "@backend/modules/identity/index.ts";
import { type ChatRow, findPrivateChat, lanePacesOf, queueDelivery } from "@backend/modules/messaging/index.ts";
import type { BroadcastsPorts } from "../ports.ts";
import type { Broadcast } from "../queries.ts";

/** Whom a broadcast belongs to once it runs. */
export const answerableFor = (broadcast: Broadcast): string[] => {
  const personId = broadcast.launchedBy ?? broadcast.createdBy;
  return personId === null ? [] : [personId];
};

/** The chat in which somebody hears of it: of a bot that can speak, since what is told may be that another cannot. */
async function speakingBots(
  ctx: ActionContext,
  workspaceId: string,
): Promise<(personId: string) => Promise<ChatRow | null>> {
  const bots = (await listOwnBots(ctx.db, workspaceId)).filter(({ state }) => state === "active");
  const ids = bots.map(({ id }) => id);
  const lanes = await lanePacesOf(ctx.db, ids);
  return async (personId) => {
    for (const botId of ids) {
      if (lanes.get(botId)?.isRefused) continue;
      const chat = await findPrivateChat(ctx.db, workspaceId, personId, botId);
      if (chat) return chat;
    }
    return null;
  };
}

/** `key` names the thing that is told: told twice, it is written once. Answers with how many have a chat to hear it in. */
export async function tell(
  ctx: ActionContext<BroadcastsPorts>,
  broadcast: Pick<Broadcast, "id" | "workspaceId" | "name">,
  personIds: readonly string[],
  key: string,
  words: (t: Translate) => { title: string; lines: readonly string[]; button: string },
): Promise<number> {
  const { plain, bold } = ctx.ports.markup;
  const people = await recipientsOf(ctx.db, broadcast.workspaceId, personIds);
  const chatOf = await speakingBots(ctx, broadcast.workspaceId);
  let told = 0;
  for (const [personId, person] of people) {
    const chat = person.isBarred ? null : await chatOf(personId);
    if (!chat) continue;
    const { title, lines, button } = words(translator(person.locale));
    await queueDelivery(ctx.db, {
      workspaceId: broadcast.workspaceId,
      chatId: chat.id,
      lane: "service",
      content: {
        kind: "text",
        html: [bold(title), ...lines.map(plain)].join("\n"),
        buttons: [[{ text: button, app: `broadcasts/${broadcast.id}` }]],
      },
      subject: { kind: "broadcast_news", id: broadcast.id },
      dedupeKey: `broadcast:${broadcast.id}:${key}:${personId}`,
    });
    told++;
  }
  return told;
}
