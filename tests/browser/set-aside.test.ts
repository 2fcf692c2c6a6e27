/** Work that fails every time, where people see it: why it ended, and what they may do. */
import { beforeAll, describe, expect, test } from "bun:test";
import { audienceChanges, bots, broadcastChanges, broadcasts } from "@db/schema/index.ts";
import { poison } from "@db/testing.ts";
import { href } from "@miniapp/app/paths.ts";
import { eq } from "drizzle-orm";
import { productOfThisFile, until } from "./product.ts";
import { testSights } from "./sights.ts";
import { openApp, settled } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");
let paused: string;
let changed: string;

const rowOf = async (id: string) =>
  (await product().db.select().from(broadcasts).where(eq(broadcasts.id, id)))[0] ?? null;

beforeAll(async () => {
  const { db, call, botId } = product();
  const draft = (name: string) =>
    call<{ id: string }>("owner", "POST", "/broadcasts", {
      name,
      botIds: [botId],
      variants: [
        { key: "A", share: 100, letter: { fallback: "uk", messages: { uk: { kind: "text", html: "Привіт" } } } },
      ],
    });
  paused = (await draft("Новини тижня")).id;
  // Its steps fail in the database, until it is resumed in a test.
  const mend = await poison(db, "broadcast_recipients", `new.broadcast_id = '${paused}'`, { on: "insert" });
  await call("owner", "POST", `/broadcasts/${paused}/launch`);
  // The growing pauses between the tries are filled as the sweep would.
  await until(
    "the broadcast to pause by itself",
    async () => {
      await db.execute(
        `update graphile_worker._private_jobs set run_at = now() where key = 'broadcasts.step:${paused}' and locked_at is null`,
      );
      return (await rowOf(paused))?.stateReason === "broadcasts.paused.stumbled";
    },
    60_000,
  );
  await mend();
  const [bot] = await db.select().from(bots).where(eq(bots.id, botId));
  const workspaceId = bot?.workspaceId ?? "";
  changed = (await draft("Розпродаж")).id;
  await db
    .update(broadcasts)
    .set({ state: "sent", total: 900, sent: 900, startedAt: new Date(), finishedAt: new Date() })
    .where(eq(broadcasts.id, changed));
  const ended = { workspaceId, state: "failed" as const, finishedAt: new Date() };
  await db
    .insert(broadcastChanges)
    .values({ ...ended, broadcastId: changed, act: "delete", variants: [0], ceiling: 1n, total: 900, done: 300 });
  await db.insert(audienceChanges).values({ ...ended, kind: "tags", total: 12_000, done: 4_000, ceilingId: 1 });
}, 120_000);

describe("the screens of what was set aside", () => {
  testSights(product, async () => ({
    "set-aside-broadcast": { path: href("broadcast", { broadcastId: paused }) },
    "set-aside-change": { path: href("broadcast", { broadcastId: changed }) },
    "set-aside-audience": { path: href("audience") },
  }));
});

test("a broadcast that paused because it failed says why, and once it is mended it is resumed and ends", async () => {
  const app = await openApp(product(), { path: href("broadcast", { broadcastId: paused }), size: [320, 568] });
  await settled(app.page);
  await app.page.getByText(/кожна спроба продовжити завершується збоєм/).waitFor();
  await until("going on to be offered", async () => (await app.mainText()) === t("app.broadcast.resume"));
  await app.pressMain();
  await until("its end", async () => (await rowOf(paused))?.state === "sent", 60_000);
  expect((await rowOf(paused))?.stateReason).toBeNull();
  expect(app.problems).toEqual([]);
  await app.close();
});
