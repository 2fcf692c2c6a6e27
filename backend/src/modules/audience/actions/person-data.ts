import type { PersonDataSource } from "@backend/modules/identity/index.ts";
import { listOwnFields, tagNamesOf } from "../catalog-queries.ts";
import { presentSubscriber } from "../present.ts";
import { deleteOwnOfIdentity, listOwnOfIdentity, listRefusals, lockHumans } from "../queries.ts";

/**
 * What this room holds about a person. Erasure deletes his subscriptions, so that nothing matches them any more from that moment
 * on; broadcasts keep numbers that name nobody. His refusals stay under his Telegram id alone: without them an import, or his
 * own Start in another bot, would send him what he forbade.
 */
export const audiencePersonData: PersonDataSource = {
  room: "audience",
  async exportPerson(db, person) {
    const rows = await listOwnOfIdentity(db, person);
    const fields = await listOwnFields(db, person.workspaceId);
    const names = await tagNamesOf(db, person.workspaceId);
    const refusals = person.telegramId === null ? [] : await listRefusals(db, person.workspaceId, person.telegramId);
    return {
      subscriptions: rows.map((row) => {
        const {
          elsewhere: _,
          refusals: __,
          tags,
          ...known
        } = presentSubscriber(row, {
          refusals: [],
          same: [],
          tags: new Set(row.tags),
          fields,
        });
        return { ...known, tags: tags.map((tag) => names.get(tag) ?? "").filter(Boolean) };
      }),
      refusals: refusals.map(({ categoryId, via, at, endedAt }) => ({
        categoryId,
        via,
        at: at.toISOString(),
        endedAt: endedAt?.toISOString() ?? null,
      })),
    };
  },
  async erasePerson(db, person) {
    if (person.telegramId !== null) await lockHumans(db, person.workspaceId, [person.telegramId]);
    await deleteOwnOfIdentity(db, person);
  },
};
