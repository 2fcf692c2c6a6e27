import type { ActionContext, MemberActor } from "@backend/kit/context.ts";
import { permissionsOf } from "../domain/roles.ts";
import type { TelegramUser } from "../domain/telegram-user.ts";
import { localeOfPerson, timeZoneOfPerson } from "../present.ts";
import { meetPerson } from "../queries.ts";

/**
 * Whoever writes to a bot, as the same actor that opens the app through it: known from first sight on, names following
 * Telegram. `null` for a blocked person, to whom a bot says nothing.
 */
export async function meetTelegramUser(
  ctx: Pick<ActionContext, "db" | "now">,
  input: { workspaceId: string; botId: string; user: TelegramUser },
): Promise<MemberActor | null> {
  const { person, workspace, member } = await meetPerson(ctx.db, input.workspaceId, input.user, ctx.now);
  if (person.blockedAt !== null) return null;
  return {
    kind: "person",
    workspaceId: input.workspaceId,
    personId: person.id,
    botId: input.botId,
    locale: localeOfPerson(person, workspace),
    timeZone: timeZoneOfPerson(person, workspace),
    member: member === null ? null : { memberId: member.id, role: member.role },
    permissions: permissionsOf(member?.role),
  };
}
