import { countAnswers } from "@backend/modules/broadcasts/actions/count-answers.ts";
import { makeApiKey } from "@backend/modules/identity/testing.ts";
import { openDatabase } from "@db/client.ts";
import { makeRecipients } from "./broadcast-data.ts";
import { createRig } from "./product.ts";
import { atMost, type Bench, median, type Row, type RunOptions, row } from "./row.ts";

/** What the screens of results ask of a broadcast to very many. */
export const results: Bench = {
  name: "results",
  what: "results of one broadcast to 1,000,000 people: figures, the log of recipients and its filters, and counting answers",
  run: measure,
};

async function measure({ runs, isQuick, say }: RunOptions): Promise<Row[]> {
  const people = isQuick ? 20_000 : 1_000_000;
  const rig = await createRig();
  const long = openDatabase(rig.databaseUrl, { poolSize: 2, statementTimeoutMs: 0 });
  try {
    const api = await rig.start({ ROLE: "api" });
    const bot = await rig.platformBot();
    const { workspaceId } = bot;
    const made = await makeRecipients(long.db, { workspaceId, botId: bot.id, people, secretsKey: rig.secretsKey });
    say(`${people} recipients written`);
    const { vault } = made.context.ports;
    const key = await makeApiKey(long.db, { workspaceId } as never, ["broadcasts.read"], vault);
    const base = `http://127.0.0.1:${api.port}/api/v1/broadcasts/${made.broadcastId}`;
    const timed = async (path: string) => {
      const times: number[] = [];
      for (let n = 0; n < runs * 5; n++) {
        const startedAt = performance.now();
        const answer = await fetch(`${base}${path}`, { headers: key.headers });
        await answer.arrayBuffer();
        if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
        times.push(performance.now() - startedAt);
      }
      return median(times);
    };
    const asked = {
      "figures of the whole broadcast": ["/results", 1_000],
      "the log, its first page": ["/recipients", 200],
      "the log, those who clicked": ["/recipients?answer=clicked", 200],
      "the log, a reason": ["/recipients?state=failed&reason=messaging.failed.chat_blocked", 200],
      "the log, a name that many have": ["/recipients?search=Person", 200],
      "the log, a name that few have": ["/recipients?search=user_3000000777", 200],
      "the log, a Telegram id": ["/recipients?search=3000000777", 200],
    } as const;
    const rows: Row[] = [];
    for (const [what, [path, limit]] of Object.entries(asked))
      rows.push(row({ what, value: await timed(path), unit: "ms", target: atMost(limit) }));
    const times: number[] = [];
    for (let n = 0; n < runs; n++) {
      const startedAt = performance.now();
      await countAnswers({ ...made.context, db: long.db }, { workspaceId, broadcastId: made.broadcastId });
      times.push(performance.now() - startedAt);
    }
    rows.push(
      row({
        what: `answers of ${people / 5} who clicked, counted anew`,
        value: median(times),
        unit: "ms",
        target: atMost(500),
      }),
    );
    return rows;
  } finally {
    await long.close();
    await rig.close();
  }
}
