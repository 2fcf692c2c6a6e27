/** Steps that the actions on routes share. */
import type { ActionContext } from "@backend/kit/context.ts";
import { invalid } from "@backend/kit/errors.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recipientsOf, recordAudit } from "@backend/modules/identity/index.ts";
import { chatName, findOwnChats, findPrivateChatsOf, listTopics } from "@backend/modules/messaging/index.ts";
import { routeOf } from "../alert-book.ts";
import type { AlertRoute, RouteDraftBody } from "../alert-contracts.ts";
import { type AlertRouteRow, listOwnTemplates, lockOwnAlertRoute, type NewAlertRoute } from "../alert-queries.ts";
import { type RouteProblem, type RouteTarget, routeProblem } from "../domain/conditions.ts";
import { readThreadId } from "../domain/connection-settings.ts";
import { compileRegex } from "../domain/patterns.ts";
import { alertRouteNotFound, personNotFound, targetNotFound, templateNotFound } from "../errors.ts";

/** The caller's route, locked for this transaction. A stranger's is not found. */
export async function lockAlertRoute(ctx: ActionContext, routeId: string): Promise<AlertRouteRow> {
  const row = await lockOwnAlertRoute(ctx.db, ctx.actor.workspaceId, routeId);
  if (!row) throw alertRouteNotFound();
  return row;
}

/** The refusal of a draft; its parameters tell the form which field it is about. */
export const alertRouteInvalid = ({ code, field, index }: RouteProblem) => invalid(code, { field, index: index ?? 0 });

export const regexProblem = (pattern: string) => {
  const compiled = compileRegex(pattern);
  if (compiled.ok) return undefined;
  return compiled.problem === "invalid" ? "conversions.condition_regex_invalid" : "conversions.condition_regex_heavy";
};

/** What a draft becomes in its row. Throws what is wrong with it, and "not found" for chats, persons and templates of strangers. */
export async function valuesFrom(
  ctx: ActionContext,
  draft: RouteDraftBody,
): Promise<Omit<NewAlertRoute, "workspaceId" | "position">> {
  const problem = routeProblem(draft, regexProblem);
  if (problem) throw alertRouteInvalid(problem);
  return {
    name: draft.name.trim(),
    isOn: draft.isOn,
    isFallback: draft.isFallback,
    stops: draft.stops,
    conditions: draft.conditions,
    targets: await knownTargets(ctx, draft.targets),
    pace: { ...draft.pace },
    quiet: draft.quiet && { ...draft.quiet },
  };
}

async function knownTargets(ctx: ActionContext, targets: readonly RouteTarget[]): Promise<RouteTarget[]> {
  const { db, actor } = ctx;
  const { workspaceId } = actor;
  const chatIds = targets.flatMap((target) => (target.kind === "chat" ? [target.chatId] : []));
  const chats = new Map((await findOwnChats(db, workspaceId, chatIds)).map((chat) => [chat.id, chat]));
  const personIds = targets.flatMap((target) => (target.kind === "person" ? [target.personId] : []));
  const people = await recipientsOf(db, workspaceId, personIds);
  const templates = new Set((await listOwnTemplates(db, workspaceId)).map(({ template }) => template.id));
  return targets.map((target) => {
    if (target.templateId !== null && !templates.has(target.templateId)) throw templateNotFound();
    if (target.kind === "person") {
      if (!people.has(target.personId)) throw personNotFound();
      return target;
    }
    const chat = chats.get(target.chatId);
    if (!chat) throw targetNotFound();
    return { ...target, threadId: chat.isForum ? readThreadId(target.threadId) : null };
  });
}

/** Routes as the app shows them, with how their targets are doing now. */
export async function showAlertRoutes(ctx: ActionContext, rows: readonly AlertRouteRow[]): Promise<AlertRoute[]> {
  const { db, actor } = ctx;
  const { workspaceId } = actor;
  const targets = rows.flatMap((row) => row.targets as RouteTarget[]);
  const chatIds = [...new Set(targets.flatMap((target) => (target.kind === "chat" ? [target.chatId] : [])))];
  const chats = new Map((await findOwnChats(db, workspaceId, chatIds)).map((chat) => [chat.id, chat]));
  const targetPersons = targets.flatMap((target) => (target.kind === "person" ? [target.personId] : []));
  const creators = rows.flatMap(({ createdBy }) => (createdBy === null ? [] : [createdBy]));
  const people = await recipientsOf(db, workspaceId, [...new Set([...targetPersons, ...creators])]);
  const privateChats = await findPrivateChatsOf(db, workspaceId, [...new Set(targetPersons)]);
  const templates = new Map(
    (await listOwnTemplates(db, workspaceId)).map(({ template }) => [template.id, template.name]),
  );
  const topics = new Map<string, string>();
  for (const chatId of new Set(targets.flatMap((t) => (t.kind === "chat" && t.threadId !== null ? [t.chatId] : []))))
    for (const topic of await listTopics(db, chatId)) topics.set(`${chatId} ${topic.threadId}`, topic.name);

  const stateOf = (target: RouteTarget): AlertRoute["targetStates"][number] => {
    const template = target.templateId === null ? null : (templates.get(target.templateId) ?? null);
    if (target.kind === "person") {
      const person = people.get(target.personId);
      const isWritable = privateChats.has(target.personId) && person?.isBarred === false;
      return { name: person?.name || null, topic: null, isWritable, template };
    }
    const chat = chats.get(target.chatId);
    return {
      name: chat ? chatName(chat) : null,
      topic:
        target.threadId === null ? null : (topics.get(`${target.chatId} ${target.threadId}`) ?? `#${target.threadId}`),
      isWritable: chat?.state === "active",
      template,
    };
  };
  return rows.map((row) => {
    const route = routeOf(row);
    const creator = row.createdBy === null ? undefined : people.get(row.createdBy);
    return {
      ...route,
      targetStates: route.targets.map(stateOf),
      createdBy: row.createdBy === null || !creator ? null : { id: row.createdBy, name: creator.name },
      createdAt: row.createdAt.toISOString(),
      updatedAt: row.updatedAt.toISOString(),
    };
  });
}

export async function showAlertRoute(ctx: ActionContext, row: AlertRouteRow): Promise<AlertRoute> {
  const [shown] = await showAlertRoutes(ctx, [row]);
  if (!shown) throw new Error("one route in, none out");
  return shown;
}

const traced = (row: AlertRouteRow): Record<string, unknown> => ({ ...routeOf(row), position: row.position });

/** Leaves the trace of a change, which is the route's history, and tells open screens. Fields that did not change are left out. */
export async function recordRouteChange(
  ctx: ActionContext,
  verb: "created" | "changed" | "deleted",
  change: { before: AlertRouteRow | null; after: AlertRouteRow | null },
): Promise<void> {
  const row = change.after ?? change.before;
  if (!row) return;
  const before = change.before && traced(change.before);
  const after = change.after && traced(change.after);
  const differs = (name: string) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]);
  const only = (of: Record<string, unknown> | null) =>
    of && before && after ? Object.fromEntries(Object.entries(of).filter(([name]) => differs(name))) : of;
  await recordAudit(ctx, {
    action: `alert_route.${verb}`,
    subjectKind: "alert_route",
    subjectId: row.id,
    before: only(before),
    after: only(after),
  });
  await notifyLive(ctx.db, { workspaceId: ctx.actor.workspaceId, topic: "alert-routes", id: row.id });
}
