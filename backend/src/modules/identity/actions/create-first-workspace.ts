import type { Logger } from "@backend/kit/log.ts";
import type { Db } from "@db/client.ts";
import type { Locale } from "@db/schema/identity.ts";
import { listOwnMembers, saveExpectedPerson, saveFirstWorkspace, saveMember } from "../queries.ts";

export interface FirstWorkspace {
  name: string;
  /** ADMIN_TELEGRAM_IDS: the first becomes owner, the others admins. */
  adminTelegramIds: readonly number[];
  locale?: Locale;
  timeZone?: string;
}

/**
 * Runs at every start, in any number of processes. Makes the first workspace when there is none and brings in those of
 * ADMIN_TELEGRAM_IDS who are no members. Roles changed in the app stay as they were changed; an id that should stay out must
 * leave the variable. Returns the id of the first workspace.
 */
export async function createFirstWorkspace(ctx: { db: Db; log: Logger }, input: FirstWorkspace): Promise<string> {
  return ctx.db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const workspace = await saveFirstWorkspace(tx, {
      name: input.name,
      locale: input.locale ?? "en",
      timeZone: input.timeZone ?? "UTC",
    });
    const present = await listOwnMembers(tx, workspace.id);
    let hasOwner = present.some(({ member }) => member.role === "owner");
    for (const telegramId of input.adminTelegramIds) {
      if (present.some(({ person }) => person.telegramId === telegramId)) continue;
      const person = await saveExpectedPerson(tx, workspace.id, telegramId);
      const role = hasOwner ? "admin" : "owner";
      await saveMember(tx, { workspaceId: workspace.id, personId: person.id, role });
      ctx.log.info({ workspaceId: workspace.id, personId: person.id, role }, "member added from ADMIN_TELEGRAM_IDS");
      hasOwner = true;
    }
    return workspace.id;
  });
}
