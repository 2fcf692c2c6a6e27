/** Which campaigns somebody marked as his favourites is held about him. Erasure keeps a person's row, so they are deleted by name. */
import type { PersonDataSource } from "@backend/modules/identity/index.ts";
import { campaigns, favouriteCampaigns } from "@db/schema/campaigns.ts";
import { eq } from "drizzle-orm";

export const campaignsPersonData: PersonDataSource = {
  room: "campaigns",
  async exportPerson(db, { personId }) {
    return db
      .select({ favourite: campaigns.name, since: favouriteCampaigns.createdAt })
      .from(favouriteCampaigns)
      .innerJoin(campaigns, eq(campaigns.id, favouriteCampaigns.campaignId))
      .where(eq(favouriteCampaigns.personId, personId))
      .orderBy(favouriteCampaigns.createdAt, campaigns.id);
  },
  async erasePerson(db, { personId }) {
    await db.delete(favouriteCampaigns).where(eq(favouriteCampaigns.personId, personId));
  },
};
