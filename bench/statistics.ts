import { type ActionContext, systemActor } from "@backend/kit/context.ts";
import { createVault } from "@backend/kit/crypto.ts";
import { createLogger } from "@backend/kit/log.ts";
import { rollDays } from "@backend/modules/conversions/actions/roll-days.ts";
import { breakdowns } from "@backend/modules/conversions/index.ts";
import { makeApiKey } from "@backend/modules/identity/testing.ts";
import { addDays } from "@backend/modules/reports/domain/periods.ts";
import { openDatabase } from "@db/client.ts";
import { sql } from "drizzle-orm";
import { createRig } from "./product.ts";
import { ascending, atMost, type Bench, median, percentile, type Row, type RunOptions, row } from "./row.ts";
import { makeConversions } from "./statistics-data.ts";

/** What the statistics screen asks, over half a year of a busy team, and what counting the days ahead costs. */
export const statistics: Bench = {
  name: "statistics",
  what: "statistics over 5,000,000 conversions of 180 days: the screen's calls, every breakdown, and rolling the days",
  run: measure,
};

async function measure({ runs, isQuick, say }: RunOptions): Promise<Row[]> {
  const [rowCount, dayCount] = isQuick ? [200_000, 60] : [5_000_000, 180];
  const rig = await createRig();
  const long = openDatabase(rig.databaseUrl, { poolSize: 2, statementTimeoutMs: 0 });
  try {
    const api = await rig.start({ ROLE: "api" });
    const bot = await rig.platformBot();
    const { workspaceId } = bot;
    const now = new Date();
    await makeConversions(long.db, { workspaceId, rows: rowCount, days: dayCount, now }, say);

    const timed = async (work: () => Promise<unknown>) => {
      const startedAt = performance.now();
      await work();
      return performance.now() - startedAt;
    };
    const context = (at = new Date()): ActionContext => ({
      db: rig.database.db,
      actor: systemActor(workspaceId),
      now: at,
      log: createLogger("silent"),
      ports: {},
      requestId: "bench",
    });

    // ---- counting ahead ----
    const scanMs = await timed(() =>
      long.db.execute(sql`select campaign_id, status, count(*), sum(amount) from conversions group by 1, 2`),
    );
    let rolledDays = 0;
    const rollMs = await timed(async () => {
      for (let days = -1; days !== 0; rolledDays += days) days = await rollDays(context(), {});
    });
    say(`${rolledDays} days rolled in ${(rollMs / 1000).toFixed(0)} s`);
    await long.db.execute(sql`vacuum (analyze) conversion_days`);
    const today = now.toISOString().slice(0, 10);
    const lateDay = addDays(today, -3);
    const again: number[] = [];
    const dayScans: number[] = [];
    for (let n = 0; n < Math.max(3, runs); n++) {
      await long.db.execute(
        sql`update conversion_day_rolls set rolled_until = 'epoch' where workspace_id = ${workspaceId} and day = ${lateDay}::date`,
      );
      again.push(await timed(() => rollDays(context(), {})));
      dayScans.push(
        await timed(() =>
          long.db.execute(sql`
            select campaign_id, status, count(*), sum(amount) from conversions where workspace_id = ${workspaceId}
              and coalesce(happened_at, received_at) >= ${lateDay}::date and coalesce(happened_at, received_at) < ${addDays(lateDay, 1)}::date
            group by 1, 2`),
        ),
      );
    }

    // ---- asking ----
    const { headers } = await makeApiKey(
      rig.database.db,
      { workspaceId, botId: bot.id } as Parameters<typeof makeApiKey>[1],
      ["reports.read"],
      createVault(rig.secretsKey),
    );
    const ask = async (days: number, by: string) => {
      const query = new URLSearchParams({ from: addDays(today, 1 - days), to: today, by });
      const answer = await fetch(`http://127.0.0.1:${api.port}/api/v1/reports/statistics?${query}`, { headers });
      if (!answer.ok) throw new Error(`statistics answered ${answer.status}: ${await answer.text()}`);
      const told = (await answer.json()) as { totals: { conversions: number }; pendingDays: number };
      if (told.pendingDays > 0) throw new Error("days are missing in the answer");
      return told.totals.conversions;
    };
    const rounds = isQuick ? 5 : 20;
    const rows: Row[] = [];
    for (const days of isQuick ? [7, 30] : [7, 30, 180]) {
      const from = addDays(today, 1 - days);
      const floorMs = median(
        await several(3, () =>
          timed(() =>
            long.db.execute(sql`
              select count(*) from conversions where workspace_id = ${workspaceId}
                and coalesce(happened_at, received_at) >= ${from}::date and coalesce(happened_at, received_at) < now()`),
          ),
        ),
      );
      const floor = { what: "select count(*) of the range", value: floorMs };
      await ask(days, "campaign");
      const screen = ascending(
        await several(rounds, () => timed(() => Promise.all([ask(days, "day"), ask(days, "campaign")]))),
      );
      say(`${days} days: ${Math.round(percentile(screen, 0.5))} ms, count(*) ${Math.round(floorMs)} ms`);
      rows.push(
        row({ what: `the screen's two calls, ${days} days, p50`, value: percentile(screen, 0.5), unit: "ms", floor }),
        row({
          what: `the screen's two calls, ${days} days, p95`,
          value: percentile(screen, 0.95),
          unit: "ms",
          floor,
          target: atMost(400),
        }),
      );
      for (const by of ["hour_of_day", "status", "connection", ...breakdowns]) {
        const times = ascending(await several(Math.ceil(rounds / 2), () => timed(() => ask(days, by))));
        rows.push(
          row({ what: `by ${by}, ${days} days, p95`, value: percentile(times, 0.95), unit: "ms", target: atMost(400) }),
        );
      }
    }
    rows.push(
      row({
        what: "all days rolled for the first time",
        value: rollMs / 1000,
        unit: "s",
        floor: { what: "one group by over all conversions", value: scanMs / 1000 },
      }),
      row({
        what: "one late conversion: its day counted again, and its week",
        value: median(again),
        unit: "ms",
        floor: { what: "group by over that day", value: median(dayScans) },
      }),
    );
    return rows;
  } finally {
    await long.close();
    await rig.close();
  }
}

async function several(times: number, work: () => Promise<number>): Promise<number[]> {
  const all: number[] = [];
  for (let n = 0; n < times; n++) all.push(await work());
  return all;
}
