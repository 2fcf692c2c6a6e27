import type { ActionContext } from "@backend/kit/context.ts";
import { invalid } from "@backend/kit/errors.ts";
import { decodeCursor, defaultLimit, type Page, toPage } from "@backend/kit/paging.ts";
import { isUuid } from "@backend/kit/uuid.ts";
import type { Person, PersonQuery } from "../contracts.ts";
import { presentPerson } from "../present.ts";
import { findWorkspace, listOwnPersons } from "../queries.ts";

/** Everybody this workspace knows, newest first. */
export async function listPersons(ctx: ActionContext, input: PersonQuery): Promise<Page<Person>> {
  const { workspaceId } = ctx.actor;
  const limit = input.limit ?? defaultLimit;
  const after = decodeCursor(input.cursor, 1)?.[0] ?? null;
  if (after !== null && !isUuid(after)) throw invalid("common.bad_cursor");
  const rows = await listOwnPersons(ctx.db, workspaceId, {
    search: input.search,
    blocked: input.blocked === undefined ? undefined : input.blocked === "true",
    after,
    limit,
  });
  const workspace = await findWorkspace(ctx.db, workspaceId);
  return toPage(
    rows,
    limit,
    ({ person }) => [person.id],
    ({ person, role }) => presentPerson(person, role, workspace),
  );
}
