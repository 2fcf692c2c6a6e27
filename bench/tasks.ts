import { createVault } from "@backend/kit/crypto.ts";
import { makePackage, postAddress } from "@backend/modules/fulfilment/testing.ts";
import { makeApiKey } from "@backend/modules/identity/testing.ts";
import { persons, tasks } from "@db/schema/index.ts";
import { eq } from "drizzle-orm";
import { createRig } from "./product.ts";
import { ascending, atLeast, atMost, type Bench, median, percentile, type Row, type RunOptions, row } from "./row.ts";

const workers = 4;
/** Tasks of one question, as a worker that wants to be busy asks. */
const batch = 10;

/** Workers that do nothing but take tasks and say that they are done (L7 of the goals). */
export const taskClaims: Bench = {
  name: "tasks",
  what: "four workers take posts ten at a time and complete each with a call of its own",
  run: measure,
};

interface Worker {
  port: number;
  headers: Record<string, string>;
}

async function measure({ runs, isQuick, say }: RunOptions): Promise<Row[]> {
  const rig = await createRig();
  try {
    const api = await rig.start({ ROLE: "api", WORKER_CALLS_PER_MINUTE: "1000000" });
    const bot = await rig.platformBot();
    const { db } = rig.database;
    const space = { workspaceId: bot.workspaceId, botId: bot.id, botUsername: "", token: "" };
    const [person] = await db.insert(persons).values({ workspaceId: bot.workspaceId, telegramId: 1 }).returning();
    const personId = person?.id ?? "";
    const bought = await makePackage(db, space, personId);
    const vault = createVault(rig.secretsKey);
    const keys = await Promise.all(Array.from({ length: workers }, () => makeApiKey(db, space, ["tasks"], vault)));
    const count = isQuick ? 500 : 5_000;
    const perSecond: number[] = [];
    const claims: number[] = [];
    const words: number[] = [];
    for (let n = 0; n < runs; n++) {
      await db.delete(tasks).where(eq(tasks.workspaceId, bot.workspaceId));
      for (let at = 0; at < count; at += 500)
        await db.insert(tasks).values(
          Array.from({ length: 500 }, (_, i) => ({
            workspaceId: bot.workspaceId,
            personId,
            ...bought,
            platform: "telegram" as const,
            url: postAddress(at + i + 1),
            address: postAddress(at + i + 1),
            deadlineAt: new Date(Date.now() + 86_400_000),
          })),
        );
      const startedAt = performance.now();
      const done = await Promise.all(
        keys.map(({ headers }) => workUntilNothingWaits({ port: api.port, headers }, claims, words)),
      );
      const seconds = (performance.now() - startedAt) / 1000;
      const total = done.reduce((sum, one) => sum + one, 0);
      if (total !== count) throw new Error(`${total} of ${count} tasks were completed`);
      perSecond.push(total / seconds);
      say(
        `run ${n + 1}: ${Math.round(total / seconds)}/s, claims p99 ${percentile(ascending(claims), 0.99).toFixed(1)} ms`,
      );
    }
    return [
      row({ what: "tasks taken and completed", value: median(perSecond), unit: "/s", target: atLeast(200) }),
      row({
        what: "ten tasks taken, p99",
        value: percentile(ascending(claims), 0.99),
        unit: "ms",
        target: atMost(50),
      }),
      row({ what: "one task completed, p99", value: percentile(ascending(words), 0.99), unit: "ms" }),
    ];
  } finally {
    await rig.close();
  }
}

async function workUntilNothingWaits(at: Worker, claims: number[], words: number[]): Promise<number> {
  for (let done = 0; ; ) {
    const asked = performance.now();
    const { tasks: taken } = (await call(at, "GET", `pending?limit=${batch}`)) as {
      tasks: { task_id: string; lease: number }[];
    };
    claims.push(performance.now() - asked);
    if (taken.length === 0) return done;
    for (const { task_id, lease } of taken) {
      const said = performance.now();
      await call(at, "PUT", `${task_id}/status`, { status: "completed", lease, response_data: { views_added: 100 } });
      words.push(performance.now() - said);
    }
    done += taken.length;
  }
}

async function call({ port, headers }: Worker, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}/api/tasks/${path}`, {
    method,
    headers: { ...headers, ...(body ? { "content-type": "application/json" } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
