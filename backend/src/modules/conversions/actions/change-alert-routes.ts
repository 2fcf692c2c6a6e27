/** Making, changing, ordering and deleting routes. Each leaves a line in the history of its route. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { routeOf } from "../alert-book.ts";
import type { AlertRoute, ChangeRoute, RouteDraftBody } from "../alert-contracts.ts";
import {
  deleteAlertRoute as deleteRow,
  listOwnAlertRoutes,
  lockAlertRoutes,
  orderAlertRoutes as orderRows,
  saveAlertRoute,
  shiftAlertRoutes,
  updateAlertRoute,
} from "../alert-queries.ts";
import { limits } from "../domain/conditions.ts";
import { orderOutdated, tooManyAlertRoutes } from "../errors.ts";
import { lockAlertRoute, recordRouteChange, showAlertRoute, showAlertRoutes, valuesFrom } from "./own-alert-route.ts";

const creatorOf = ({ actor }: ActionContext) => (actor.kind === "person" ? actor.personId : null);

/** A new route at the end of the list. */
export function createAlertRoute(ctx: ActionContext, input: RouteDraftBody): Promise<AlertRoute> {
  return inTransaction(ctx, async (tx) => {
    const { workspaceId } = tx.actor;
    const values = await valuesFrom(tx, input);
    await lockAlertRoutes(tx.db, workspaceId);
    const routes = await listOwnAlertRoutes(tx.db, workspaceId);
    if (routes.length >= limits.routes) throw tooManyAlertRoutes(limits.routes);
    const position = Math.max(0, ...routes.map((route) => route.position + 1));
    const row = await saveAlertRoute(tx.db, { ...values, workspaceId, position, createdBy: creatorOf(tx) });
    await recordRouteChange(tx, "created", { before: null, after: row });
    return showAlertRoute(tx, row);
  });
}

/** Changes what is given and leaves the rest. */
export function changeAlertRoute(
  ctx: ActionContext,
  input: ChangeRoute & { alertRouteId: string },
): Promise<AlertRoute> {
  return inTransaction(ctx, async (tx) => {
    const { alertRouteId, ...changes } = input;
    const before = await lockAlertRoute(tx, alertRouteId);
    const { id: _, ...draft } = routeOf(before);
    const isOnlySwitched = Object.keys(changes).every((name) => name === "isOn");
    // Switching a route off must work even when one of its chats is gone meanwhile.
    const values = isOnlySwitched ? changes : await valuesFrom(tx, { ...draft, ...changes });
    const after = await updateAlertRoute(tx.db, before.id, values);
    await recordRouteChange(tx, "changed", { before, after });
    return showAlertRoute(tx, after);
  });
}

/** A copy behind the original, switched off until somebody has changed it. */
export function duplicateAlertRoute(ctx: ActionContext, input: { alertRouteId: string }): Promise<AlertRoute> {
  return inTransaction(ctx, async (tx) => {
    const { workspaceId } = tx.actor;
    await lockAlertRoutes(tx.db, workspaceId);
    const original = await lockAlertRoute(tx, input.alertRouteId);
    if ((await listOwnAlertRoutes(tx.db, workspaceId)).length >= limits.routes) throw tooManyAlertRoutes(limits.routes);
    await shiftAlertRoutes(tx.db, workspaceId, original.position);
    const { id: _, ...values } = routeOf(original);
    const row = await saveAlertRoute(tx.db, {
      ...values,
      pace: { ...values.pace },
      quiet: values.quiet && { ...values.quiet },
      name: `${[...original.name].slice(0, limits.name - 2).join("")} 2`,
      isOn: false,
      workspaceId,
      position: original.position + 1,
      createdBy: creatorOf(tx),
    });
    await recordRouteChange(tx, "created", { before: null, after: row });
    return showAlertRoute(tx, row);
  });
}

/** Deletes a route. What it already holds for a digest is still told. */
export function deleteAlertRoute(ctx: ActionContext, input: { alertRouteId: string }): Promise<{ ok: true }> {
  return inTransaction(ctx, async (tx) => {
    const before = await lockAlertRoute(tx, input.alertRouteId);
    await deleteRow(tx.db, before.id);
    await recordRouteChange(tx, "deleted", { before, after: null });
    return { ok: true };
  });
}

/** Puts all routes in the given order. Throws when the list has changed meanwhile: somebody would be put in order unseen. */
export function orderAlertRoutes(ctx: ActionContext, input: { ids: string[] }): Promise<{ items: AlertRoute[] }> {
  return inTransaction(ctx, async (tx) => {
    const { workspaceId } = tx.actor;
    await lockAlertRoutes(tx.db, workspaceId);
    const before = (await listOwnAlertRoutes(tx.db, workspaceId)).map(({ id }) => id);
    const wanted = new Set(input.ids);
    if (wanted.size !== input.ids.length || before.length !== wanted.size || before.some((id) => !wanted.has(id)))
      throw orderOutdated();
    await orderRows(tx.db, workspaceId, input.ids);
    await recordAudit(tx, {
      action: "alert_route.reordered",
      subjectKind: "workspace",
      subjectId: workspaceId,
      before: { ids: before },
      after: { ids: input.ids },
    });
    await notifyLive(tx.db, { workspaceId, topic: "alert-routes" });
    return { items: await showAlertRoutes(tx, await listOwnAlertRoutes(tx.db, workspaceId)) };
  });
}
