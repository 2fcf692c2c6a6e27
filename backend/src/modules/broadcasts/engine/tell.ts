/** What the bot tells members about a broadcast or a sequence: each thing once, in the language of whoever reads it. */
import { type Translate, translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { recipientsOf } from "@backend/modules/identity/index.ts";
import { findPrivateChatsOf, queueDelivery } from "@backend/modules/messaging/index.ts";
import type { BroadcastsPorts } from "../ports.ts";
import type { Broadcast } from "../queries.ts";

/** Whom a broadcast belongs to once it runs. */
export const answerableFor = (broadcast: Broadcast) => [broadcast.launchedBy ?? broadcast.createdBy];

interface News {
  title?: string;
  lines: readonly string[];
  button?: string;
  /** Screen of it that the button opens; its own page otherwise. */
  screen?: "launch";
}

/** Where the page of each is. */
const places = { broadcast: "broadcasts", sequence: "sequences" } as const;

/** `key` names the thing that is told: told twice, it is written once. Answers with how many have a chat to hear it in. */
export async function tell(
  ctx: ActionContext<BroadcastsPorts>,
  of: Pick<Broadcast, "id" | "workspaceId">,
  personIds: readonly (string | null)[],
  key: string,
  words: (t: Translate) => News,
  kind: keyof typeof places = "broadcast",
): Promise<number> {
  const { plain, bold } = ctx.ports.markup;
  const { id, workspaceId } = of;
  const people = await recipientsOf(ctx.db, workspaceId, [...new Set(personIds.filter((one) => one !== null))]);
  // Through a bot that works: what is told may be that another cannot send.
  const chats = await findPrivateChatsOf(ctx.db, workspaceId, [...people.keys()]);
  let told = 0;
  for (const [personId, person] of people) {
    const chat = chats.get(personId);
    if (!chat || person.isBarred) continue;
    const t = translator(person.locale);
    const { title, lines, button = t("broadcasts.news.open"), screen } = words(t);
    await queueDelivery(ctx.db, {
      workspaceId,
      chatId: chat.id,
      lane: "service",
      content: {
        kind: "text",
        html: [...(title === undefined ? [] : [bold(title)]), ...lines.map(plain)].join("\n"),
        buttons: [[{ text: button, app: [places[kind], id, screen].filter((part) => part).join("/") }]],
      },
      subject: { kind: `${kind}_news`, id },
      dedupeKey: `${kind}:${id}:${key}:${personId}`,
    });
    told++;
  }
  return told;
}
