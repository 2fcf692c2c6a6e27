import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { listOwnBots } from "@backend/modules/bots/index.ts";
import { type PersonRef, personRefsOf, recipientsOf, recordAudit } from "@backend/modules/identity/index.ts";
import { type Content, findPrivateChat, queueDelivery, renderLetter } from "@backend/modules/messaging/index.ts";
import { needsPerson, noLetter, unknownThings } from "../errors.ts";
import { unlinked } from "../links.ts";
import { ownBroadcast, personOf } from "./own-broadcast.ts";

export const testSubject = "broadcast_test";

/**
 * Sends it as it stands to the caller or to chosen people, in each one's language or in a chosen one, through the first of its bots
 * that they have a private chat with. A test is a service message: it overtakes what waits, and counts nowhere. Throws
 * broadcasts.problem.no_letter, broadcasts.unknown_language and …_people.
 */
export async function sendBroadcastTest(
  outer: ActionContext,
  input: { broadcastId: string; personIds?: string[]; variant?: number; language?: string },
): Promise<{ count: number; missed: PersonRef[] }> {
  return inTransaction(outer, async (ctx) => {
    const row = await ownBroadcast(ctx, input.broadcastId);
    const letter = row.variants[input.variant ?? 0]?.letter;
    if (!letter) throw noLetter();
    if (input.language && !Object.hasOwn(letter.messages, input.language)) throw unknownThings("language");
    const me = personOf(ctx);
    const personIds = input.personIds ?? (me === null ? [] : [me]);
    if (personIds.length === 0) throw needsPerson();
    const people = await recipientsOf(ctx.db, row.workspaceId, personIds);
    // One answer for whoever does not exist and for another workspace's.
    if (input.personIds?.some((id) => !people.has(id))) throw unknownThings("people");
    const bots = (await listOwnBots(ctx.db, row.workspaceId)).filter(
      ({ id, state }) => state === "active" && row.botIds.includes(id),
    );
    const missed: string[] = [];
    let sent = 0;
    for (const [personId, person] of people) {
      let isFound = false;
      for (const bot of person.isBarred ? [] : bots) {
        const chat = await findPrivateChat(ctx.db, row.workspaceId, personId, bot.id);
        if (!chat) continue;
        const content: Content = renderLetter(letter, {
          language: input.language ?? chat.locale ?? person.locale,
          firstName: person.name,
          lastName: null,
          username: chat.username,
          fields: {},
          source: null,
          bot: { username: bot.username, name: bot.name },
        });
        await queueDelivery(ctx.db, {
          workspaceId: row.workspaceId,
          chatId: chat.id,
          lane: "service",
          content: unlinked(content),
          subject: { kind: testSubject, id: row.id },
        });
        isFound = true;
        sent++;
        break;
      }
      if (!isFound) missed.push(personId);
    }
    await recordAudit(ctx, {
      action: "broadcast.tested",
      subjectKind: "broadcast",
      subjectId: row.id,
      after: { people: sent },
    });
    const names = await personRefsOf(ctx.db, row.workspaceId, missed);
    return { count: sent, missed: missed.flatMap((id) => names.get(id) ?? []) };
  });
}
