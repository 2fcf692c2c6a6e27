import { type Translate, translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { type ExportColumn, exportResponse, type Row } from "@backend/kit/export.ts";
import { findWorkspace, recordAudit } from "@backend/modules/identity/index.ts";
import type { Order, OrderExportQuery } from "../order-contracts.ts";
import type { FoundOrders } from "../order-search.ts";
import { presentOrders } from "../present-orders.ts";
import { type AskedOrders, filterOf, readOrders } from "./orders.ts";

const rowsAtMost = 1_000_000;
const pageSize = 500;

interface Column extends ExportColumn {
  of(order: Order): Row[number];
}

const moment = (text: string | null) => (text === null ? null : new Date(text));

const columnsOf = (t: Translate): Column[] => {
  const text = (title: Parameters<Translate>[0], of: Column["of"]): Column => ({
    title: t.find(title) ?? title,
    kind: "text",
    of,
  });
  const number = (title: Parameters<Translate>[0], of: Column["of"]): Column => ({
    ...text(title, of),
    kind: "number",
  });
  const at = (title: Parameters<Translate>[0], of: Column["of"]): Column => ({ ...text(title, of), kind: "moment" });
  return [
    number("shop.export.number", ({ number: n }) => n),
    at("shop.export.created", ({ createdAt }) => moment(createdAt)),
    text("shop.export.state", ({ state }) => t.find(`shop.state.${state}`) ?? state),
    text("shop.export.person", ({ person }) => person.name),
    text("shop.export.username", ({ person }) => person.username),
    text("shop.export.product", ({ title }) => title),
    text("shop.export.method", ({ method }) => t.find(`shop.method.${method}`) ?? method),
    number("shop.export.price", ({ price }) => price),
    number("shop.export.discount", ({ discount }) => discount),
    number("shop.export.balance", ({ fromBalance }) => fromBalance),
    number("shop.export.due", ({ due }) => due),
    number("shop.export.refunded", ({ refunded }) => refunded),
    text("shop.export.currency", ({ currency }) => currency),
    at("shop.export.paid", ({ paidAt }) => moment(paidAt)),
    text("shop.export.id", ({ id }) => id),
  ];
};

/**
 * Orders as a file, newest first, with the filters of their list. Read by key while it is written: no connection of the pool is held, and
 * a reader who leaves ends it. Its beginning leaves an audit row.
 */
export async function exportOrders(ctx: ActionContext, input: OrderExportQuery): Promise<Response> {
  const { workspaceId, locale } = ctx.actor;
  const { format, separator, ...query } = input;
  const { timeZone } = await findWorkspace(ctx.db, workspaceId);
  await recordAudit(ctx, {
    action: "orders.exported",
    subjectKind: "workspace",
    subjectId: workspaceId,
    // What was searched for may be somebody's name: only that there was a search is kept.
    after: { format, ...query, ...(query.search === undefined ? {} : { search: "…" }) },
  });
  const columns = columnsOf(translator(locale));
  return exportResponse(`orders-${ctx.now.toISOString().slice(0, 10)}`, {
    format,
    ...(separator ? { separator } : {}),
    columns,
    pages: pages(ctx, columns, await filterOf(ctx, query)),
    timeZone,
    title: translator(locale)("shop.export.sheet"),
  });
}

async function* pages(ctx: ActionContext, columns: readonly Column[], asked: AskedOrders): AsyncGenerator<Row[]> {
  let before: readonly [string, string] | null = null;
  for (let left = rowsAtMost; left > 0; ) {
    const { rows, reached }: FoundOrders = await readOrders(ctx, asked, { before, limit: Math.min(pageSize, left) });
    const shown = await presentOrders(ctx, rows);
    yield shown.map((order) => columns.map((column) => column.of(order)));
    left -= rows.length;
    const last = rows.at(-1);
    before = reached ?? (last ? [last.createdAt.toISOString(), last.id] : null);
    if (before === null) return;
  }
}
