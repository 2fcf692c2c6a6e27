/** The port TrackerLog over Keitaro's `POST /conversions/log`. */
import type { LogDialect, LoggedConversion, TrackerAccess, TrackerLog } from "@backend/modules/conversions/ports.ts";
import { trackerAddressOf } from "./address.ts";
import { type KeitaroClient, trackerFailure } from "./client.ts";
import { inDialect } from "./dialect.ts";
import { readLogRow, readTable, writeLogMoment } from "./transform.ts";
import { type LogRequest, logColumns, oldLogColumns } from "./types.ts";

const dayMs = 86_400_000;
/** A conversion is logged with the time of its click, and `range` selects by it: clicks convert for two weeks. */
const clickDays = 14;
/** A person waits for the check; the server gives a request fifteen seconds. */
const checkTimeoutMs = 10_000;

export interface KeitaroLogOptions {
  pageSize?: number;
  /** Rows of one reading. They are held in memory at once. */
  maxRows?: number;
}

export function keitaroLog(client: KeitaroClient, options: KeitaroLogOptions = {}): TrackerLog {
  const pageSize = options.pageSize ?? 1_000;
  const maxRows = options.maxRows ?? 50_000;

  const ask = (access: TrackerAccess, body: LogRequest) =>
    client.read(access, { method: "POST", path: "/conversions/log", body });

  return {
    addressOf: trackerAddressOf,
    async check(access) {
      const call = { method: "GET", path: "/groups?type=campaigns", tries: 1, timeoutMs: checkTimeoutMs } as const;
      const { data } = await client.read(access, call);
      if (!Array.isArray(data)) throw trackerFailure("not_a_tracker");
    },
    async readLog(access, question) {
      const rows = new Map<string, LoggedConversion>();
      let dialect = question.dialect;
      let clockAheadMs: number | null = null;
      let received = 0;
      for (;;) {
        const page = { offset: received, limit: pageSize };
        const asked = await inDialect(dialect, (spelling) => ask(access, requestIn(spelling, question, page)));
        dialect = asked.dialect;
        const { data, serverTime, receivedAt } = asked.answer;
        if (serverTime) clockAheadMs = serverTime.getTime() - receivedAt.getTime();
        const answer = readTable(data);
        if (!answer) throw trackerFailure("unreadable");
        const before = rows.size;
        for (const raw of answer.rows) {
          const row = readLogRow(raw);
          if (row) rows.set(`${row.trackerId} ${row.status}`, row);
        }
        received += answer.rows.length;
        // An old build may ignore the offset and answer with the first page for ever: a page without news is the last.
        const hasMore = answer.total === null ? answer.rows.length >= pageSize : received < answer.total;
        const isLast = answer.rows.length === 0 || rows.size === before || !hasMore;
        if (isLast || rows.size >= maxRows) {
          const sorted = [...rows.values()].sort((left, right) =>
            left.at < right.at ? -1 : left.at > right.at ? 1 : 0,
          );
          return { rows: sorted, isCut: !isLast, dialect, clockAheadMs };
        }
      }
    },
  };
}

function requestIn(
  dialect: LogDialect,
  { from, until }: { from: Date; until: Date },
  page: { offset: number; limit: number },
): LogRequest {
  const range = {
    from: writeLogMoment(new Date(from.getTime() - clickDays * dayMs)).slice(0, 16),
    to: writeLogMoment(new Date(until.getTime() + dayMs)).slice(0, 16),
    timezone: "UTC",
  };
  const filters = [
    {
      name: "postback_datetime",
      operator: "BETWEEN",
      expression: [writeLogMoment(from), writeLogMoment(until)],
    },
  ];
  // Oldest first: what is logged meanwhile comes at the end and shifts no page.
  return dialect === "new"
    ? { range, ...page, columns: logColumns, filters, sort: [{ name: "postback_datetime", order: "ASC" }] }
    : { range, ...page, columns: oldLogColumns, filters, order: [["postback_datetime", "ASC"]] };
}
