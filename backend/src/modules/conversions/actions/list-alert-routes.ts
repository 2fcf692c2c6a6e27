import type { ActionContext } from "@backend/kit/context.ts";
import type { Page } from "@backend/kit/paging.ts";
import { listAudit } from "@backend/modules/identity/index.ts";
import type { Static } from "elysia";
import type { AlertRoute, FieldValues, FieldValuesQuery, RouteHistory } from "../alert-contracts.ts";
import { findOwnAlertRoute, listOwnAlertRoutes } from "../alert-queries.ts";
import { candidatesOf } from "../domain/routing.ts";
import { alertRouteNotFound } from "../errors.ts";
import { factsOf } from "../present.ts";
import { listVisibleConversions, namesOfConnections } from "../queries.ts";
import { showAlertRoute, showAlertRoutes } from "./own-alert-route.ts";

/** All routes, in their order. */
export async function listAlertRoutes(ctx: ActionContext, _: unknown): Promise<{ items: AlertRoute[] }> {
  return { items: await showAlertRoutes(ctx, await listOwnAlertRoutes(ctx.db, ctx.actor.workspaceId)) };
}

export async function findAlertRoute(ctx: ActionContext, input: { alertRouteId: string }): Promise<AlertRoute> {
  const row = await findOwnAlertRoute(ctx.db, ctx.actor.workspaceId, input.alertRouteId);
  if (!row) throw alertRouteNotFound();
  return showAlertRoute(ctx, row);
}

/** Who changed the route, when, and what; newest first. */
export async function readRouteHistory(
  ctx: ActionContext,
  input: { alertRouteId: string; cursor?: string; limit?: number },
): Promise<Page<Static<typeof RouteHistory>["items"][number]>> {
  const { alertRouteId, ...page } = input;
  if (!(await findOwnAlertRoute(ctx.db, ctx.actor.workspaceId, alertRouteId))) throw alertRouteNotFound();
  const { items, nextCursor } = await listAudit(ctx, { ...page, subjectKind: "alert_route", subjectId: alertRouteId });
  return {
    items: items.map((entry) => ({
      id: entry.id,
      at: entry.at,
      by: entry.actor.name,
      action: entry.action,
      before: entry.before as Record<string, unknown> | null,
      after: entry.after as Record<string, unknown> | null,
    })),
    nextCursor,
  };
}

/** Conversions that values are taken from, newest first. */
const lookedAt = 2_000;
const shownValues = 100;

/** Values of a field among the last conversions, commonest first. Where a fact has an id and a name, the id is the value. */
export async function listFieldValues(
  ctx: ActionContext,
  input: Static<typeof FieldValuesQuery>,
): Promise<Static<typeof FieldValues>> {
  const rows = await listVisibleConversions(ctx.db, ctx.actor, {}, { limit: lookedAt });
  const found = new Map<string, { value: string; label: string; count: number }>();
  for (const row of rows) {
    const [value, name] = candidatesOf(input, { connectionId: row.connectionId, facts: factsOf(row), minuteOfDay: 0 });
    if (value === undefined) continue;
    const known = found.get(value) ?? { value, label: name ?? value, count: 0 };
    known.count++;
    found.set(value, known);
  }
  const items = [...found.values()].sort((a, b) => b.count - a.count).slice(0, shownValues);
  if (input.field !== "connection") return { items };
  const names = await namesOfConnections(
    ctx.db,
    items.map(({ value }) => value),
  );
  return { items: items.map((item) => ({ ...item, label: names.get(item.value) ?? item.value })) };
}
