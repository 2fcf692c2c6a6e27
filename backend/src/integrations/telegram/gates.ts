/** The doors of closed chats over the Bot API: invite links, requests to join, removal. */
import type { ChatGates, Standing } from "@backend/modules/access/ports.ts";
import { Api } from "grammy";
import type { ChatMember } from "grammy/types";
import { asked } from "./asked.ts";

const timeoutSec = 15;

/** A restricted member may be in or out (`is_member`). */
function standingIn(member: ChatMember): Standing {
  switch (member.status) {
    case "creator":
    case "administrator":
      return "ruler";
    case "member":
      return "in";
    case "restricted":
      return member.is_member ? "in" : "out";
    case "left":
      return "out";
    case "kicked":
      return "banned";
    default:
      return member satisfies never;
  }
}

const seconds = (moment: Date): number => Math.floor(moment.getTime() / 1000);
/** A token begins with the id of its bot. */
const botIdOf = (token: string): number => Number(token.split(":")[0]);

/** `apiRoot` without a trailing slash (grammY refuses one). */
export function telegramGates(apiRoot: string): ChatGates {
  const api = (token: string) => new Api(token, { apiRoot, timeoutSeconds: timeoutSec, sensitiveLogs: false });
  return {
    rightsOf: (token, telegramChatId) =>
      asked(async () => {
        const own = await api(token).getChatMember(telegramChatId, botIdOf(token));
        if (own.status !== "administrator") return { mayInvite: false, mayRemove: false };
        return { mayInvite: own.can_invite_users === true, mayRemove: own.can_restrict_members === true };
      }),
    standingOf: (token, { telegramChatId, telegramId }) =>
      asked(async () => standingIn(await api(token).getChatMember(telegramChatId, telegramId))),
    invite: (token, { telegramChatId, name, until }) =>
      asked(async () => {
        const made = await api(token).createChatInviteLink(telegramChatId, {
          name,
          expire_date: seconds(until),
          creates_join_request: true,
        });
        return made.invite_link;
      }),
    revoke: (token, { telegramChatId, link }) =>
      asked(async () => {
        await api(token).revokeChatInviteLink(telegramChatId, link);
      }),
    approve: (token, { telegramChatId, telegramId }) =>
      asked(async () => {
        await api(token).approveChatJoinRequest(telegramChatId, telegramId);
      }),
    decline: (token, { telegramChatId, telegramId }) =>
      asked(async () => {
        await api(token).declineChatJoinRequest(telegramChatId, telegramId);
      }),
    ban: (token, { telegramChatId, telegramId, until }) =>
      asked(async () => {
        await api(token).banChatMember(telegramChatId, telegramId, { until_date: seconds(until) });
      }),
    unban: (token, { telegramChatId, telegramId }) =>
      asked(async () => {
        // Without `only_if_banned` it would remove a member who is in.
        await api(token).unbanChatMember(telegramChatId, telegramId, { only_if_banned: true });
      }),
    say: (token, telegramChatId, { text, button }) =>
      asked(async () => {
        await api(token).sendMessage(telegramChatId, text, { reply_markup: { inline_keyboard: [[button]] } });
      }),
  };
}
