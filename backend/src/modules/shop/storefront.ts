import type { Storefront } from "@backend/modules/identity/index.ts";
import { readSettings } from "./catalog-queries.ts";

/** What identity asks of this room at every start of the app: one row by its key. */
export const storefront: Storefront = {
  isOpen: async (db, workspaceId) => (await readSettings(db, workspaceId)).isOpen,
};
