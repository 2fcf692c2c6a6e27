/** The workspace's own answer to /start, in place of our greeting. */
import type { MemberActor } from "@backend/kit/context.ts";
import { knownOf } from "@backend/modules/audience/index.ts";
import { welcomeFor } from "@backend/modules/bots/index.ts";
import { type Content, renderMessage } from "@backend/modules/messaging/index.ts";
import { type BotContext, wordsOf } from "./context.ts";
import { appButton } from "./keyboards.ts";

/** Rows of buttons that a message may have (`Content`). */
const mostRows = 20;

/**
 * What the bot says first to somebody outside the team, in the language of his Telegram, or null when the workspace wrote nothing:
 * members get our greeting, which says who they are. It is filled in as every letter is, and the button that opens the app is
 * added where it has room for one.
 */
export async function welcomeOf(ctx: BotContext, actor: MemberActor, payload: string): Promise<Content | null> {
  if (actor.member) return null;
  const { bot, action } = ctx.edge;
  const language = ctx.from?.language_code?.slice(0, 2).toLowerCase() ?? actor.locale;
  const welcome = await welcomeFor(action.db, bot.id, language);
  if (!welcome) return null;
  const known = ctx.from ? await knownOf(action.db, bot.id, ctx.from.id) : { fields: {}, source: null };
  const message = renderMessage(welcome, {
    language,
    firstName: ctx.from?.first_name ?? null,
    lastName: ctx.from?.last_name ?? null,
    username: ctx.from?.username ?? null,
    fields: known.fields,
    source: payload || known.source,
    bot: { username: bot.username, name: bot.name },
  });
  if (message.kind === "album") return message;
  const rows = [...(message.buttons ?? []), ...(appButton(wordsOf(actor), action.ports.canLaunchApp).buttons ?? [])];
  return rows.length === 0 || rows.length > mostRows ? message : { ...message, buttons: rows };
}
