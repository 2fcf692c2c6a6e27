import { type MessageKey, type Translate, translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { type ExportColumn, exportResponse, type Row } from "@backend/kit/export.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { decodeIdCursor, defaultLimit, type Page, toPage } from "@backend/kit/paging.ts";
import { personRefsOf, recordAudit } from "@backend/modules/identity/index.ts";
import { type Provider, providers } from "@db/schema/payments.ts";
import Big from "big.js";
import {
  findCheck,
  type LedgerFilter,
  type LedgerRow,
  listBalancesOf,
  listEntries,
  sumAccounts,
} from "../books-queries.ts";
import type { Balances, Books, LedgerExportQuery, LedgerLine, LedgerQuery } from "../contracts.ts";
import { personNotFound } from "../errors.ts";
import { checkBooksJob } from "../jobs.ts";

const exportPage = 500;

/** What all accounts hold, and what the last check found. */
export async function readBooks(ctx: ActionContext): Promise<Books> {
  const { workspaceId } = ctx.actor;
  const check = await findCheck(ctx.db, workspaceId);
  return {
    accounts: await sumAccounts(ctx.db, workspaceId),
    check: check && { checkedAt: check.checkedAt.toISOString(), differences: check.differences },
  };
}

/** Has the books checked now. */
export async function requestCheck(ctx: ActionContext): Promise<{ ok: true }> {
  const { workspaceId } = ctx.actor;
  await enqueue(ctx.db, checkBooksJob, { workspaceId });
  return { ok: true };
}

/** What a person has. Throws `payments.person_not_found`. */
export async function readBalances(ctx: ActionContext, { personId }: { personId: string }): Promise<Balances> {
  const { workspaceId } = ctx.actor;
  const person = (await personRefsOf(ctx.db, workspaceId, [personId])).get(personId);
  if (!person) throw personNotFound();
  return { person, balances: await listBalancesOf(ctx.db, workspaceId, personId) };
}

const filterOf = ({ cursor: _, limit: __, from, to, ...filter }: LedgerQuery): LedgerFilter => ({
  ...filter,
  ...(from === undefined ? {} : { from: new Date(from) }),
  ...(to === undefined ? {} : { to: new Date(to) }),
});

const presentLine = (row: LedgerRow): LedgerLine => ({
  ...row,
  id: String(row.id),
  at: row.at.toISOString(),
  amount: new Big(row.amount).toFixed(),
});

/** Movements, newest first; of one person, kind of account or currency when asked for. */
export async function listLedger(ctx: ActionContext, query: LedgerQuery): Promise<Page<LedgerLine>> {
  const limit = query.limit ?? defaultLimit;
  const page = { before: decodeIdCursor(query.cursor), limit: limit + 1 };
  const rows = await listEntries(ctx.db, ctx.actor.workspaceId, filterOf(query), page);
  return toPage(rows, limit, ({ id }) => [id], presentLine);
}

/** The movements that match, as a file: a statement. Leaves an audit row. */
export async function exportLedger(
  ctx: ActionContext,
  { format, separator, ...query }: LedgerExportQuery,
): Promise<Response> {
  const { workspaceId, locale, timeZone } = ctx.actor;
  const t = translator(locale);
  await recordAudit(ctx, {
    action: "books.exported",
    subjectKind: "workspace",
    subjectId: workspaceId,
    after: { format },
  });
  const filter = filterOf(query);
  async function* pages(): AsyncGenerator<Row[]> {
    for (let before: bigint | null = null; ; ) {
      const rows: LedgerRow[] = await listEntries(ctx.db, workspaceId, filter, { before, limit: exportPage });
      yield await linesOf(ctx, t, rows);
      const last = rows.at(-1);
      if (!last || rows.length < exportPage) return;
      before = last.id;
    }
  }
  const text = (key: Extract<MessageKey, `payments.column.${string}`>): ExportColumn => ({
    title: t(key),
    kind: "text",
  });
  return exportResponse("books", {
    format,
    ...(separator ? { separator } : {}),
    title: t("payments.sheet.books"),
    timeZone,
    columns: [
      { title: t("payments.column.at"), kind: "moment" },
      text("payments.column.account"),
      text("payments.column.holder"),
      { title: t("payments.column.amount"), kind: "number" },
      text("payments.column.currency"),
      text("payments.column.cause"),
      text("payments.column.cause_id"),
    ],
    pages: pages(),
  });
}

const isProvider = (holder: string): holder is Provider => (providers as readonly string[]).includes(holder);

async function linesOf(ctx: ActionContext, t: Translate, rows: readonly LedgerRow[]): Promise<Row[]> {
  const people = rows.filter(({ kind }) => kind === "customer" || kind === "held").map(({ holder }) => holder);
  const refs = people.length === 0 ? null : await personRefsOf(ctx.db, ctx.actor.workspaceId, [...new Set(people)]);
  const holderOf = (holder: string) =>
    isProvider(holder) ? t(`payments.provider_name.${holder}`) : (refs?.get(holder)?.name ?? holder);
  return rows.map((row) => [
    row.at,
    t(`payments.account.${row.kind}`),
    holderOf(row.holder),
    new Big(row.amount).toFixed(),
    row.currency,
    row.cause,
    row.causeId,
  ]);
}
