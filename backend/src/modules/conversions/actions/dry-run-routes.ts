import type { ActionContext } from "@backend/kit/context.ts";
import { type AlertBook, bookWith, readAlertBook } from "../alert-book.ts";
import type { DryRun, DryRunInput, Told } from "../alert-contracts.ts";
import { type Route, routeProblem } from "../domain/conditions.ts";
import { minuteOfDay } from "../domain/wall-clock.ts";
import { alertRouteNotFound } from "../errors.ts";
import { factsOf } from "../present.ts";
import { type ConversionRow, findConnectionsOf, findVisibleConversions, listVisibleConversions } from "../queries.ts";
import { planTelling, type Telling } from "../tell.ts";
import { showConversions } from "./list-conversions.ts";
import { alertRouteInvalid, regexProblem } from "./own-alert-route.ts";

const triedByDefault = 50;
/** Names a draft that has no id yet. */
const draftId = "draft";

/**
 * Who would have been told of real conversions, at the time when each came, by the routes as they are or with a draft in them.
 * It decides by the very function that tells; mutes and caps are of their moment and are left out.
 */
export async function dryRunRoutes(ctx: ActionContext, input: DryRunInput): Promise<DryRun> {
  const { db, actor } = ctx;
  const { workspaceId } = actor;
  const book = withDraft(await readAlertBook(db, workspaceId), input);
  const rows = input.conversionIds
    ? await findVisibleConversions(db, actor, input.conversionIds.map(BigInt))
    : await listVisibleConversions(db, actor, {}, { limit: (input.limit ?? triedByDefault) - 1 });
  const connections = await findConnectionsOf(db, [...new Set(rows.map((row) => row.connectionId))]);
  const shown = await showConversions(ctx, rows);

  const items: DryRun["items"] = [];
  for (const [index, row] of rows.entries()) {
    const connection = connections.get(row.connectionId);
    const conversion = shown[index];
    if (!connection || !conversion) continue;
    const tellings = await planTelling(
      db,
      book,
      { connection, alert: alertOf(row), receivedAt: row.receivedAt },
      row.receivedAt,
    );
    items.push({
      conversion,
      told: tellings.map(presentTelling),
      byDraft: input.draft !== undefined && isMatched(book, row, input.alertRouteId ?? draftId, tellings),
    });
  }
  return {
    items,
    matched: items.filter(({ byDraft }) => byDraft).length,
    toldCount: items.filter(({ told }) => told.some(({ outcome }) => outcome === "now" || outcome === "held")).length,
  };
}

export const alertOf = (row: ConversionRow) => ({
  facts: factsOf(row),
  correctedFrom: null,
  isRecovered: row.isRecovered,
  isTest: false,
});

/** Whether the draft itself speaks: its targets may all have been named by a route before it. */
const isMatched = (book: AlertBook, row: ConversionRow, routeId: string, tellings: readonly Telling[]): boolean =>
  tellings.some(({ addressee }) => addressee.route?.id === routeId) ||
  book.router
    .match({
      connectionId: row.connectionId,
      facts: factsOf(row),
      minuteOfDay: minuteOfDay(row.receivedAt, book.timeZone),
    })
    .some(({ id }) => id === routeId);

function withDraft(book: AlertBook, input: DryRunInput): AlertBook {
  const { draft, alertRouteId } = input;
  if (alertRouteId !== undefined && !book.routes.some(({ id }) => id === alertRouteId)) throw alertRouteNotFound();
  if (!draft) return book;
  // Targets may still be missing: a person first sees what his conditions match.
  const problem = routeProblem({ ...draft, name: draft.name || "x" }, regexProblem);
  if (problem && problem.field !== "targets") throw alertRouteInvalid(problem);
  const route: Route = { ...draft, id: alertRouteId ?? draftId, isOn: true };
  if (alertRouteId === undefined) return bookWith(book, [...book.routes, route]);
  return bookWith(
    book,
    book.routes.map((known) => (known.id === alertRouteId ? route : known)),
  );
}

export function presentTelling({ addressee, decision }: Telling): Told {
  return {
    routeId: addressee.route?.id ?? null,
    routeName: addressee.route?.name ?? null,
    chatId: addressee.chat?.id ?? null,
    name: addressee.name,
    threadId: addressee.threadId,
    outcome: decision.outcome,
    reason: decision.outcome === "held" ? decision.reason : null,
    dueAt: decision.outcome === "held" ? decision.dueAt.toISOString() : null,
    isSilent: addressee.target.isSilent,
  };
}
