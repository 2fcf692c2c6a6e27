import { findWorkspace } from "@backend/modules/identity/index.ts";
import type { Db } from "@db/client.ts";
import type { Locale } from "@db/schema/identity.ts";
import { readSettings } from "../catalog-queries.ts";
import { textIn } from "../domain/local-text.ts";

/** How to reach a human of the shop, in the reader's language or another that it is written in; empty where nobody is named. */
export async function readSupport(db: Db, { workspaceId, locale }: { workspaceId: string; locale: Locale }) {
  const [{ support }, workspace] = await Promise.all([readSettings(db, workspaceId), findWorkspace(db, workspaceId)]);
  return textIn(support, locale, workspace.locale);
}
