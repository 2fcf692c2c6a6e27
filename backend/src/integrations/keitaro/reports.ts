/** The port TrackerReports over Keitaro's `POST /report/build`. */
import type { ReportQuestion, TrackerReports } from "@backend/modules/campaigns/ports.ts";
import { type KeitaroClient, trackerFailure } from "./client.ts";
import { type Dialect, inDialect } from "./dialect.ts";
import { readTable } from "./transform.ts";
import type { ReportRequest } from "./types.ts";
import { type Thing, textOf } from "./values.ts";

/** Reports are heavy on the server that also serves clicks: they may take long, and are not asked again and again. */
const reportTimeoutMs = 40_000;
const reportTries = 2;

export const keitaroReports = (client: KeitaroClient): TrackerReports => ({
  async build(access, question, known) {
    const { answer, dialect } = await inDialect(known, (spelling) =>
      client.read(access, {
        method: "POST",
        path: "/report/build",
        body: requestIn(spelling, question),
        timeoutMs: reportTimeoutMs,
        tries: reportTries,
      }),
    );
    const table = readTable(answer.data);
    if (!table) throw trackerFailure("unreadable");
    return { rows: table.rows.map(readRow), dialect };
  },
});

function requestIn(dialect: Dialect, question: ReportQuestion): ReportRequest {
  const { from, to, timeZone, dimensions, measures, filters = [] } = question;
  // Without a zone the edge of a day would be where the key's user has it.
  const asked = { range: { from, to, timezone: timeZone }, filters };
  return dialect === "new" ? { ...asked, dimensions, measures } : { ...asked, grouping: dimensions, metrics: measures };
}

const readRow = (row: Thing): Record<string, string | null> =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, textOf(value)]));
