/** SQL of routes, templates, mutes, counters and held alerts. `Own` in a name: of the given workspace; a stranger's is not found. */
import type { Db } from "@db/client.ts";
import {
  alertCounters,
  alertMutes,
  alertRoutes,
  alertTemplates,
  alertTemplateTexts,
  heldAlerts,
} from "@db/schema/alerts.ts";
import type { Locale } from "@db/schema/identity.ts";
import { and, asc, eq, inArray, sql } from "drizzle-orm";

export type AlertRouteRow = typeof alertRoutes.$inferSelect;
export type NewAlertRoute = typeof alertRoutes.$inferInsert;
export type TemplateRow = typeof alertTemplates.$inferSelect;
export type TemplateTextRow = typeof alertTemplateTexts.$inferSelect;
export type HeldAlertRow = typeof heldAlerts.$inferSelect;
export type NewHeldAlert = typeof heldAlerts.$inferInsert;

/** The clock of the statement, not of the transaction: versions must differ within one. */
const now = sql`clock_timestamp()`;

// ── What is asked for every conversion ──────────────────────────────────────────────────────────────────────────────

/** Changes whenever a route or template of the workspace does, so that what was compiled from them can be kept until then. */
export async function readAlertVersion(db: Db, workspaceId: string): Promise<string> {
  const [row] = await db.execute<{ version: string }>(sql`
    select concat_ws('/',
      (select concat(count(*), ' ', max(updated_at), ' ', sum(position)) from alert_routes where workspace_id = ${workspaceId}),
      (select concat(count(*), ' ', max(t.updated_at)) from alert_templates t where t.workspace_id = ${workspaceId}),
      (select concat(count(*), ' ', max(x.updated_at)) from alert_template_texts x
        join alert_templates t on t.id = x.template_id where t.workspace_id = ${workspaceId})) as version`);
  return row?.version ?? "";
}

// ── Routes ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const own = (workspaceId: string, routeId: string) =>
  and(eq(alertRoutes.workspaceId, workspaceId), eq(alertRoutes.id, routeId));

export async function listOwnAlertRoutes(db: Db, workspaceId: string): Promise<AlertRouteRow[]> {
  return db
    .select()
    .from(alertRoutes)
    .where(eq(alertRoutes.workspaceId, workspaceId))
    .orderBy(asc(alertRoutes.position), asc(alertRoutes.createdAt), asc(alertRoutes.id));
}

/** Routes are put in order and counted together: one change of the list at a time. */
export async function lockAlertRoutes(db: Db, workspaceId: string): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`alert-routes:${workspaceId}`}, 0))`);
}

export async function findOwnAlertRoute(db: Db, workspaceId: string, routeId: string): Promise<AlertRouteRow | null> {
  const [row] = await db.select().from(alertRoutes).where(own(workspaceId, routeId));
  return row ?? null;
}

export async function lockOwnAlertRoute(db: Db, workspaceId: string, routeId: string): Promise<AlertRouteRow | null> {
  const [row] = await db.select().from(alertRoutes).where(own(workspaceId, routeId)).for("update");
  return row ?? null;
}

export async function saveAlertRoute(db: Db, values: NewAlertRoute): Promise<AlertRouteRow> {
  const [row] = await db
    .insert(alertRoutes)
    .values({ ...values, updatedAt: now as never })
    .returning();
  if (!row) throw new Error("a route just stored is not there");
  return row;
}

export async function updateAlertRoute(db: Db, id: string, values: Partial<NewAlertRoute>): Promise<AlertRouteRow> {
  const [row] = await db
    .update(alertRoutes)
    .set({ ...values, updatedAt: now })
    .where(eq(alertRoutes.id, id))
    .returning();
  if (!row) throw new Error("a locked route is not there");
  return row;
}

export async function deleteAlertRoute(db: Db, id: string): Promise<void> {
  await db.delete(alertRoutes).where(eq(alertRoutes.id, id));
}

/** Makes room after a position, so that a copy can stand behind its original. */
export async function shiftAlertRoutes(db: Db, workspaceId: string, after: number): Promise<void> {
  await db.execute(sql`
    update alert_routes set position = position + 1, updated_at = clock_timestamp()
    where workspace_id = ${workspaceId} and position > ${after}`);
}

/** Puts routes in the given order. */
export async function orderAlertRoutes(db: Db, workspaceId: string, ids: readonly string[]): Promise<void> {
  await db.execute(sql`
    update alert_routes r set position = o.position, updated_at = clock_timestamp()
    from (select id::uuid, position::int from jsonb_to_recordset(${JSON.stringify(
      ids.map((id, position) => ({ id, position })),
    )}::jsonb) as o(id text, position int)) o
    where r.id = o.id and r.workspace_id = ${workspaceId} and r.position <> o.position`);
}

// ── Templates ───────────────────────────────────────────────────────────────────────────────────────────────────────

export interface TemplateWithTexts {
  template: TemplateRow;
  texts: TemplateTextRow[];
}

export async function listOwnTemplates(db: Db, workspaceId: string): Promise<TemplateWithTexts[]> {
  const templates = await db
    .select()
    .from(alertTemplates)
    .where(eq(alertTemplates.workspaceId, workspaceId))
    .orderBy(sql`${alertTemplates.isDefault} desc`, asc(alertTemplates.createdAt), asc(alertTemplates.id));
  const ids = templates.map(({ id }) => id);
  const texts =
    ids.length === 0
      ? []
      : await db
          .select()
          .from(alertTemplateTexts)
          .where(inArray(alertTemplateTexts.templateId, ids))
          .orderBy(asc(alertTemplateTexts.status), asc(alertTemplateTexts.locale));
  return templates.map((template) => ({
    template,
    texts: texts.filter(({ templateId }) => templateId === template.id),
  }));
}

export async function lockOwnTemplate(db: Db, workspaceId: string, templateId: string): Promise<TemplateRow | null> {
  const [row] = await db
    .select()
    .from(alertTemplates)
    .where(and(eq(alertTemplates.workspaceId, workspaceId), eq(alertTemplates.id, templateId)))
    .for("update");
  return row ?? null;
}

/** The workspace's default set, made when there is none, locked. */
export async function ensureDefaultTemplate(
  db: Db,
  workspaceId: string,
  values: { name: string; buttons: string[] },
): Promise<TemplateRow> {
  await db
    .insert(alertTemplates)
    .values({ workspaceId, isDefault: true, ...values })
    .onConflictDoNothing();
  const [row] = await db
    .select()
    .from(alertTemplates)
    .where(and(eq(alertTemplates.workspaceId, workspaceId), alertTemplates.isDefault))
    .for("update");
  if (!row) throw new Error("the default template cannot be made: its name is taken");
  return row;
}

export async function saveTemplate(db: Db, values: typeof alertTemplates.$inferInsert): Promise<TemplateRow> {
  const [row] = await db.insert(alertTemplates).values(values).returning();
  if (!row) throw new Error("a template just stored is not there");
  return row;
}

export async function updateTemplate(
  db: Db,
  id: string,
  values: Partial<typeof alertTemplates.$inferInsert>,
): Promise<void> {
  await db
    .update(alertTemplates)
    .set({ ...values, updatedAt: now })
    .where(eq(alertTemplates.id, id));
}

export async function deleteTemplate(db: Db, id: string): Promise<void> {
  await db.delete(alertTemplates).where(eq(alertTemplates.id, id));
}

/** Replaces one text; null takes it away. */
export async function saveTemplateText(
  db: Db,
  text: { templateId: string; status: string; locale: Locale; body: string | null },
): Promise<void> {
  const { templateId, status, locale, body } = text;
  if (body === null)
    await db
      .delete(alertTemplateTexts)
      .where(
        and(
          eq(alertTemplateTexts.templateId, templateId),
          eq(alertTemplateTexts.status, status),
          eq(alertTemplateTexts.locale, locale),
        ),
      );
  else
    await db
      .insert(alertTemplateTexts)
      .values({ templateId, status, locale, body })
      .onConflictDoUpdate({
        target: [alertTemplateTexts.templateId, alertTemplateTexts.status, alertTemplateTexts.locale],
        set: { body, updatedAt: now },
      });
}

// ── Mutes and limits ────────────────────────────────────────────────────────────────────────────────────────────────

/** Mutes of these chats that have not ended, by "<chat> <scope>". */
export async function readMutes(db: Db, chatIds: readonly string[], at: Date): Promise<Map<string, Date>> {
  if (chatIds.length === 0) return new Map();
  const rows = await db
    .select()
    .from(alertMutes)
    .where(and(inArray(alertMutes.chatId, [...chatIds]), sql`${alertMutes.until} > ${at.toISOString()}::timestamptz`));
  return new Map(rows.map((row) => [`${row.chatId} ${row.scope}`, row.until]));
}

export async function saveMute(
  db: Db,
  mute: { workspaceId: string; chatId: string; scope: string; until: Date; mutedBy: string | null },
): Promise<void> {
  await db
    .insert(alertMutes)
    .values(mute)
    .onConflictDoUpdate({
      target: [alertMutes.chatId, alertMutes.scope],
      set: { until: mute.until, mutedBy: mute.mutedBy },
    });
}

/** True when there was one. */
export async function deleteMute(db: Db, chatId: string, scope: string): Promise<boolean> {
  const gone = await db
    .delete(alertMutes)
    .where(and(eq(alertMutes.chatId, chatId), eq(alertMutes.scope, scope)))
    .returning({ chatId: alertMutes.chatId });
  return gone.length > 0;
}

/**
 * Counts one more alert of a route to a target in its present window, and answers with the end of the window when that is one too
 * many. The row is locked to the end of the transaction, so of two at once exactly one is the last that fits.
 */
export async function countAgainstCap(
  db: Db,
  at: { routeId: string; chatId: string; threadId: number | null; now: Date; windowEnds: Date; limit: number },
): Promise<Date | null> {
  const nowText = at.now.toISOString();
  const [row] = await db
    .insert(alertCounters)
    .values({
      routeId: at.routeId,
      chatId: at.chatId,
      threadId: at.threadId ?? 0,
      windowEnds: at.windowEnds,
      count: 1,
    })
    .onConflictDoUpdate({
      target: [alertCounters.routeId, alertCounters.chatId, alertCounters.threadId],
      set: {
        count: sql`case when ${alertCounters.windowEnds} > ${nowText}::timestamptz then least(${alertCounters.count} + 1, 1000000) else 1 end`,
        windowEnds: sql`case when ${alertCounters.windowEnds} > ${nowText}::timestamptz then ${alertCounters.windowEnds} else excluded.window_ends end`,
      },
    })
    .returning();
  return row && row.count > at.limit ? row.windowEnds : null;
}

// ── Held alerts ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Answers with the ids of those that were not held already. */
export async function saveHeldAlerts(db: Db, rows: readonly NewHeldAlert[]): Promise<bigint[]> {
  if (rows.length === 0) return [];
  const held = await db
    .insert(heldAlerts)
    .values([...rows])
    .onConflictDoNothing({ target: [heldAlerts.workspaceId, heldAlerts.dedupeKey] })
    .returning({ id: heldAlerts.id });
  return held.map(({ id }) => id);
}

export async function listHeldOf(
  db: Db,
  workspaceId: string,
  conversionIds: readonly bigint[],
): Promise<HeldAlertRow[]> {
  if (conversionIds.length === 0) return [];
  return db
    .select()
    .from(heldAlerts)
    .where(and(eq(heldAlerts.workspaceId, workspaceId), inArray(heldAlerts.conversionId, [...conversionIds])))
    .orderBy(asc(heldAlerts.id));
}

/** One digest to make: everything that is due for one chat, topic and route. */
export interface DueGroup extends Record<string, unknown> {
  workspaceId: string;
  chatId: string;
  threadId: string | null;
  routeId: string | null;
  connectionId: string;
}

/**
 * Groups with something due, oldest first. A route's alerts of several connections go out together; without a route each
 * connection speaks for itself.
 */
export async function listDueGroups(db: Db, at: Date, limit: number): Promise<DueGroup[]> {
  const rows = await db.execute<DueGroup>(sql`
    select workspace_id as "workspaceId", chat_id as "chatId", thread_id::text as "threadId", route_id as "routeId",
      min(connection_id::text) as "connectionId"
    from held_alerts where state = 'held' and due_at <= ${at.toISOString()}::timestamptz
    group by workspace_id, chat_id, thread_id, route_id, case when route_id is null then connection_id end
    order by min(due_at) limit ${limit}`);
  return [...rows];
}

/** The due alerts of a group, oldest first, locked; what another worker has is left to it. */
export async function lockDueAlerts(db: Db, group: DueGroup, at: Date, limit: number): Promise<HeldAlertRow[]> {
  return db
    .select()
    .from(heldAlerts)
    .where(
      and(
        eq(heldAlerts.state, "held"),
        sql`${heldAlerts.dueAt} <= ${at.toISOString()}::timestamptz`,
        eq(heldAlerts.workspaceId, group.workspaceId),
        eq(heldAlerts.chatId, group.chatId),
        sql`${heldAlerts.threadId} is not distinct from ${group.threadId}::bigint`,
        sql`${heldAlerts.routeId} is not distinct from ${group.routeId}::uuid`,
        group.routeId === null ? eq(heldAlerts.connectionId, group.connectionId) : undefined,
      ),
    )
    .orderBy(asc(heldAlerts.id))
    .limit(limit)
    .for("update", { skipLocked: true });
}

export async function markTold(db: Db, ids: readonly bigint[], deliveryId: bigint | null): Promise<void> {
  await db
    .update(heldAlerts)
    .set({ state: "told", deliveryId })
    .where(inArray(heldAlerts.id, [...ids]));
}

/** Moves alerts to a later time: their chat was muted anew. */
export async function postponeHeld(db: Db, ids: readonly bigint[], dueAt: Date): Promise<void> {
  await db
    .update(heldAlerts)
    .set({ dueAt, reason: "mute" })
    .where(inArray(heldAlerts.id, [...ids]));
}

/** Makes what a mute holds back due at once. */
export async function releaseMuted(
  db: Db,
  at: { chatId: string; routeId: string | null; connectionId: string | null; now: Date },
): Promise<void> {
  await db
    .update(heldAlerts)
    .set({ dueAt: at.now })
    .where(
      and(
        eq(heldAlerts.chatId, at.chatId),
        eq(heldAlerts.state, "held"),
        eq(heldAlerts.reason, "mute"),
        at.routeId === null ? undefined : eq(heldAlerts.routeId, at.routeId),
        at.connectionId === null
          ? undefined
          : and(sql`${heldAlerts.routeId} is null`, eq(heldAlerts.connectionId, at.connectionId)),
      ),
    );
}

// ── Forgetting ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** A thousand of the oldest alerts that are settled; 0 when none is old enough. Those that still wait are kept however old. */
export async function deleteOldHeldSlice(db: Db, before: Date): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    with slice as (
      select id from held_alerts where state <> 'held' and created_at < ${before.toISOString()}::timestamptz
      order by id limit 1000
    ), gone as (delete from held_alerts h using slice s where h.id = s.id returning 1)
    select count(*)::int as count from gone`);
  return row?.count ?? 0;
}

export async function deleteEndedMutes(db: Db, at: Date): Promise<void> {
  await db.delete(alertMutes).where(sql`${alertMutes.until} <= ${at.toISOString()}::timestamptz`);
}

export async function deletePassedCounters(db: Db, at: Date): Promise<void> {
  await db.delete(alertCounters).where(sql`${alertCounters.windowEnds} <= ${at.toISOString()}::timestamptz`);
}
