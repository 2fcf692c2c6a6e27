/** Which connections' figures a caller may see. The one place that decides it for statistics. */
import type { ActionContext } from "@backend/kit/context.ts";
import { hiddenConnectionIds } from "@backend/modules/conversions/index.ts";
import { readConnectionNames } from "./statistics-queries.ts";

/** Ids of the connections whose conversions the caller's figures are made of; null = all of the workspace, as for most people. */
export async function visibleConnections({ db, actor }: ActionContext): Promise<readonly string[] | null> {
  const hidden = await hiddenConnectionIds(db, actor);
  if (hidden.length === 0) return null;
  const unseen = new Set(hidden);
  return [...(await readConnectionNames(db, actor.workspaceId)).keys()].filter((id) => !unseen.has(id));
}
