/** The open door `/l/<code>`, through the whole server and a real database. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startTestProduct, type TestProduct } from "@backend/app/testing.ts";
import { systemActor } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { untilLimited } from "@backend/kit/testing.ts";
import { noteConversions } from "@backend/modules/audience/index.ts";
import { makeWorkspace, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import type { Content } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import { subscribers } from "@db/schema/audience.ts";
import { broadcastClicks, broadcastLinks, broadcastRecipients, broadcasts } from "@db/schema/broadcasts.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq, sql } from "drizzle-orm";
import fc from "fast-check";
import { countAnswers } from "./actions/count-answers.ts";
import type { Options } from "./contracts.ts";
import { clickCodesOf, keepLinks, linkerOf } from "./links.ts";
import { countAnswersJob, countAnswersSoon } from "./result-jobs.ts";
import { makeSentBroadcast, sampleVariants } from "./result-testing.ts";

let database: TestDatabase;
let product: TestProduct;
let mine: TestWorkspace;
beforeAll(async () => {
  database = await createTestDatabase();
  product = await startTestProduct(database);
  mine = await makeWorkspace(database.db, product.runtime.vault);
});
afterAll(async () => {
  await product.close();
  await database.drop();
});

const browser = "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36";
const message = sampleVariants[0]?.letter.messages.en as Content;

let sender = 0;
const visit = (path: string, init: RequestInit & { from?: string } = {}) =>
  product.server.handle(
    new Request(`http://localhost${path}`, {
      ...init,
      headers: {
        "user-agent": browser,
        "x-forwarded-for": init.from ?? `198.51.100.${sender++ % 250}`,
        ...init.headers,
      },
    }),
  );

const contextOf = (workspaceId: string) => product.runtime.contextFor(systemActor(workspaceId), "test");

/** A broadcast whose links are kept, and the path of each link as its first recipient got it. */
async function launched(options: Options = {}, at = mine) {
  const sent = await makeSentBroadcast(database.db, at, { options });
  const ctx = contextOf(at.workspaceId);
  await keepLinks(ctx, { id: sent.broadcastId, options, variants: sampleVariants });
  const write = await linkerOf(ctx, sent.broadcastId);
  const pathsFor = (recipientId: bigint) => {
    const said = JSON.stringify(write(message, recipientId));
    return [...said.matchAll(/https:\/\/switchboard\.example(\/l\/[\w-]+)/g)].map(([, path]) => path ?? "");
  };
  return { ...sent, pathsFor, paths: pathsFor(sent.recipients[0]?.id ?? 0n) };
}

const linksOf = (broadcastId: string) =>
  database.db
    .select()
    .from(broadcastLinks)
    .where(eq(broadcastLinks.broadcastId, broadcastId))
    .orderBy(broadcastLinks.number);
const recipient = async (id: bigint | undefined) => {
  const [row] = await database.db
    .select()
    .from(broadcastRecipients)
    .where(eq(broadcastRecipients.id, id ?? 0n));
  return row;
};

describe("links of a broadcast", () => {
  test("are kept once however often it is launched, and numbers keep their meaning", async () => {
    const { broadcastId } = await launched();
    const ctx = contextOf(mine.workspaceId);
    const [first] = sampleVariants;
    if (!first) throw new Error("no sample");
    await keepLinks(ctx, { id: broadcastId, options: {}, variants: sampleVariants });
    const more = {
      ...first,
      letter: { fallback: "en", messages: { en: { kind: "text", html: '<a href="https://new.example">n</a>' } } },
    };
    await keepLinks(ctx, { id: broadcastId, options: {}, variants: [more as never, first] });
    expect((await linksOf(broadcastId)).map(({ number, url }) => [number, url])).toEqual([
      [1, "https://shop.example/a?x=1&y=2"],
      [2, "https://shop.example/b"],
      [3, "https://tracker.example/c?sub_id_9={click}"],
      [4, "https://new.example"],
    ]);
  });

  test("stay as they were written when clicks are not to be counted", async () => {
    const { broadcastId, paths } = await launched({ countsClicks: false });
    expect(await linksOf(broadcastId)).toEqual([]);
    expect(paths).toEqual([]);
    const written = (await linkerOf(contextOf(mine.workspaceId), broadcastId))(message, 1n);
    expect(JSON.stringify(written)).toBe(JSON.stringify(message).replaceAll("{click}", ""));
  });

  test("are everybody's own", async () => {
    const { recipients, pathsFor } = await launched();
    const all = recipients.flatMap(({ id }) => pathsFor(id));
    expect(new Set(all).size).toBe(9);
  });
});

describe("a click", () => {
  test("leads to the address, lets nobody keep or refer to it, and is counted everywhere", async () => {
    const { broadcastId, recipients, paths } = await launched();
    const answer = await visit(paths[0] ?? "");
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "https://shop.example/a?x=1&y=2"]);
    expect([answer.headers.get("cache-control"), answer.headers.get("referrer-policy")]).toEqual([
      "no-store",
      "no-referrer",
    ]);
    expect(await answer.text()).toBe("");
    await visit(paths[0] ?? "");
    await visit(paths[1] ?? "");

    expect((await linksOf(broadcastId)).map(({ clicks, people }) => [clicks, people])).toEqual([
      [2, 1],
      [1, 1],
      [0, 0],
    ]);
    const clicked = await recipient(recipients[0]?.id);
    expect([clicked?.clicks, clicked?.clickedAt instanceof Date]).toEqual([3, true]);
    const [person] = await database.db
      .select()
      .from(subscribers)
      .where(eq(subscribers.id, BigInt(clicked?.subscriberId ?? 0)));
    expect([person?.clicks, person?.lastClickAt instanceof Date]).toEqual([3, true]);

    await countAnswers(contextOf(mine.workspaceId), { workspaceId: mine.workspaceId, broadcastId });
    const [broadcast] = await database.db.select().from(broadcasts).where(eq(broadcasts.id, broadcastId));
    expect(broadcast?.clicked).toBe(1);
  });

  test("waits for a person before it touches the job of the broadcast, as a conversion does", async () => {
    const { broadcastId, recipients, paths } = await launched();
    const clicked = await recipient(recipients[0]?.id);
    const { workspaceId } = mine;
    await visit(paths[0] ?? "");
    let answer: Promise<unknown> = Promise.resolve();
    await database.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      await noteConversions(tx, Number(clicked?.subscriberId), 1, new Date());
      answer = visit(paths[0] ?? "");
      await Bun.sleep(300);
      await tx.execute(sql`set local lock_timeout = '300ms'`);
      await enqueue(tx, countAnswersJob, { workspaceId, broadcastId }, { runAt: countAnswersSoon(new Date()) });
    });
    await answer;
    expect((await recipient(recipients[0]?.id))?.clicks).toBe(2);
  });

  test("makes one job of many clicks, whose time they do not put off", async () => {
    const { broadcastId, recipients, pathsFor } = await launched();
    await Promise.all(recipients.map(({ id }) => visit(pathsFor(id)[0] ?? "")));
    const jobs = await database.db.execute<{ run_at: string }>(
      sql`select run_at from graphile_worker.jobs where key = ${`broadcasts.count-answers:${broadcastId}`}`,
    );
    await visit(pathsFor(recipients[0]?.id ?? 0n)[0] ?? "");
    const later = await database.db.execute<{ run_at: string }>(
      sql`select run_at from graphile_worker.jobs where key = ${`broadcasts.count-answers:${broadcastId}`}`,
    );
    expect(jobs).toHaveLength(1);
    expect([...later]).toEqual([...jobs]);
  });

  test("fifty times at once counts its recipient once", async () => {
    const { broadcastId, recipients, paths } = await launched();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, at) => visit(paths[at % 2] ?? "")));
    expect(answers.every(({ status }) => status === 302)).toBe(true);
    expect((await linksOf(broadcastId)).slice(0, 2).map(({ clicks, people }) => [clicks, people])).toEqual([
      [25, 1],
      [25, 1],
    ]);
    expect((await recipient(recipients[0]?.id))?.clicks).toBe(50);
    await countAnswers(contextOf(mine.workspaceId), { workspaceId: mine.workspaceId, broadcastId });
    const [broadcast] = await database.db.select().from(broadcasts).where(eq(broadcasts.id, broadcastId));
    expect(broadcast?.clicked).toBe(1);
  });

  test("in two processes at once loses none either", async () => {
    const other = await startTestProduct(database);
    const { broadcastId, recipients, pathsFor } = await launched();
    const paths = recipients.flatMap(({ id }) => pathsFor(id));
    const request = (path: string) => new Request(`http://localhost${path}`, { headers: { "user-agent": browser } });
    await Promise.all(
      Array.from({ length: 10 }, () => paths).flatMap((round, n) =>
        round.map((path) => (n % 2 ? other : product).server.handle(request(path))),
      ),
    );
    expect((await linksOf(broadcastId)).map(({ clicks, people }) => [clicks, people])).toEqual([
      [30, 3],
      [30, 3],
      [30, 3],
    ]);
    await other.close();
  });

  test("leads there even when it cannot be counted", async () => {
    const { paths } = await launched();
    await database.db.execute(sql`alter table broadcast_clicks rename to away`);
    const answer = await visit(paths[0] ?? "");
    await database.db.execute(sql`alter table away rename to broadcast_clicks`);
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "https://shop.example/a?x=1&y=2"]);
  });

  test("of a robot, or for the head only, leads there and leaves no trace", async () => {
    const { broadcastId, paths } = await launched();
    const robot = await visit(paths[0] ?? "", { headers: { "user-agent": "TelegramBot (like TwitterBot)" } });
    const head = await visit(paths[0] ?? "", { method: "HEAD" });
    expect([robot.status, head.status]).toEqual([302, 302]);
    expect(robot.headers.get("location")).toBe("https://shop.example/a?x=1&y=2");
    expect((await linksOf(broadcastId))[0]?.clicks).toBe(0);
  });

  test("hands itself over where the address or the workspace wants it, and names the campaign", async () => {
    const { paths } = await launched({ utm: true, clickParam: "sub_id_5" });
    const code = (path: string | undefined) => path?.slice("/l/".length);
    const utm = "utm_source=telegram&utm_medium=broadcast&utm_campaign=spring-sale-50";
    expect((await visit(paths[1] ?? "")).headers.get("location")).toBe(
      `https://shop.example/b?${utm}&sub_id_5=sb_${code(paths[1])}`,
    );
    expect((await visit(paths[2] ?? "")).headers.get("location")).toBe(
      `https://tracker.example/c?sub_id_9=sb_${code(paths[2])}&${utm}`,
    );
  });
});

describe("a code", () => {
  test("that is tampered with, forged, or of a link that its broadcast does not have gets the same friendly page", async () => {
    const { recipients, paths } = await launched();
    const path = paths[0] ?? "";
    const codes = clickCodesOf(product.runtime.vault);
    const id = recipients[0]?.id ?? 0n;
    const wrong = [
      `${path.slice(0, -1)}${path.endsWith("A") ? "B" : "A"}`,
      "/l/AAAAAAAAAAAAAAAAAAAAAAAA",
      "/l/x",
      `/l/${codes.write({ recipientId: id, link: 0 })}`,
      `/l/${codes.write({ recipientId: id, link: 99 })}`,
      `/l/${codes.write({ recipientId: 2n ** 47n, link: 1 })}`,
    ];
    const pages = await Promise.all(
      wrong.map(async (one) => {
        const answer = await visit(one, { headers: { "accept-language": "uk" } });
        return [answer.status, answer.headers.get("location"), await answer.text()];
      }),
    );
    for (const page of pages) expect(page).toEqual(pages[0] as never);
    expect(pages[0]?.[0]).toBe(404);
    expect(pages[0]?.[2]).toContain("Це посилання більше не працює");
  });

  test("never leads anywhere that its broadcast did not keep, whatever is put into the address", async () => {
    const { paths } = await launched();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("", "?", "/", "//", "?next=", "?url=", "#", "%2f", "@", "?x&"),
        fc.oneof(fc.webUrl(), fc.string({ maxLength: 40 })),
        fc.boolean(),
        async (between, text, isReal) => {
          const path = `${isReal ? paths[0] : "/l/"}${between}${encodeURI(text.toWellFormed())}`;
          const { status, headers } = await visit(path);
          expect([302, 404, 429]).toContain(status);
          if (status === 302) expect(headers.get("location")).toBe("https://shop.example/a?x=1&y=2");
          else expect(headers.get("location")).toBeNull();
        },
      ),
      { numRuns: 150 },
    );
  });

  test("of a broadcast that was deleted, or a recipient who is gone from it, leads nowhere", async () => {
    const { broadcastId, recipients, pathsFor } = await launched();
    const [first, second] = recipients.map(({ id }) => pathsFor(id)[0] ?? "");
    await database.db.delete(broadcastRecipients).where(eq(broadcastRecipients.id, recipients[0]?.id ?? 0n));
    expect([(await visit(first ?? "")).status, (await visit(second ?? "")).status]).toEqual([404, 302]);
    await database.db.delete(broadcasts).where(eq(broadcasts.id, broadcastId));
    expect((await visit(second ?? "")).status).toBe(404);
    expect(await database.db.$count(broadcastClicks, eq(broadcastClicks.recipientId, recipients[1]?.id ?? 0n))).toBe(0);
  });

  test("of an erased subscriber still leads there and is counted for the broadcast", async () => {
    const { broadcastId, recipients, paths } = await launched();
    await database.db.delete(subscribers).where(eq(subscribers.id, BigInt(recipients[0]?.subscriberId ?? 0)));
    expect((await visit(paths[0] ?? "")).status).toBe(302);
    expect((await linksOf(broadcastId))[0]?.people).toBe(1);
  });

  test("is guessed at by one address only so often", async () => {
    const { paths } = await launched();
    const server = await startTestProduct(database, { TRUSTED_PROXIES: "127.0.0.1" });
    const from = (path: string) =>
      server.server.handle(new Request(`http://localhost${path}`, { headers: { "user-agent": browser } }));
    let n = 1000;
    const answers = await untilLimited(() => from(`/l/${"A".repeat(20)}${n++}`));
    answers.pop();
    expect(answers.length).toBeGreaterThanOrEqual(60);
    expect(answers.every((answer) => answer.status === 404)).toBe(true);
    // Whoever has a right one behind the same address is let through.
    expect((await from(paths[0] ?? "")).status).toBe(302);
    await server.close();
  });
});
