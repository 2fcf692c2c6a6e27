/** What the routes tell of a broadcast, as a member of the workspace asks them. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startTestProduct, type TestProduct } from "@backend/app/testing.ts";
import { makePerson, makeWorkspace, type TestPerson, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { subscribers } from "@db/schema/audience.ts";
import { broadcastConversions, broadcastLinks, broadcastRecipients, broadcasts } from "@db/schema/broadcasts.ts";
import { auditEntries, workspaces } from "@db/schema/identity.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq, sql } from "drizzle-orm";
import { broadcastsPersonData } from "./person-data.ts";
import { makeSentBroadcast, type SentBroadcast, sampleVariants } from "./result-testing.ts";

let database: TestDatabase;
let product: TestProduct;
let mine: TestWorkspace;
let owner: TestPerson;
let sent: SentBroadcast;
const sentAt = new Date("2026-11-20T08:00:00Z");
const clickedAt = new Date("2026-11-20T10:30:00Z");

const people = [
  { firstName: "Olena", lastName: "Ґудзь", username: "olena_g" },
  { firstName: "=HYPERLINK(1)", username: "formula" },
  { firstName: "Ann" },
  { firstName: "Іван" },
  { firstName: "Bo" },
];
/** One clicked and bought, one clicked and replied, one blocked the bot, one was skipped, one waits. */
const became: Partial<typeof broadcastRecipients.$inferInsert>[] = [
  { clickedAt, clicks: 2, convertedAt: clickedAt },
  { clickedAt, clicks: 1, repliedAt: clickedAt },
  { state: "failed", reason: "messaging.failed.chat_blocked" },
  { state: "skipped", reason: "nobody knows", doneAt: null },
  { state: "planned", doneAt: null, dueAt: clickedAt },
];

let nextConversion = 1n;
const earn = (
  of: SentBroadcast,
  index: number,
  amount: string,
  currency = "USD",
  isEarned = true,
  country: string | null = null,
) =>
  database.db.insert(broadcastConversions).values({
    conversionId: nextConversion++,
    recipientId: of.recipients[index]?.id ?? 0n,
    broadcastId: of.broadcastId,
    status: "sale",
    isEarned,
    amount,
    currency,
    country,
    at: clickedAt,
  });

beforeAll(async () => {
  database = await createTestDatabase();
  product = await startTestProduct(database);
  mine = await makeWorkspace(database.db, product.runtime.vault);
  owner = await makePerson(database.db, mine, { role: "owner" });
  sent = await makeSentBroadcast(database.db, mine, {
    people,
    sentAt,
    recipient: (index) => became[index] ?? {},
    variants: [...sampleVariants, { ...sampleVariants[0], key: "B" } as (typeof sampleVariants)[number]],
  });
  await database.db
    .insert(broadcastLinks)
    .values({ broadcastId: sent.broadcastId, number: 1, url: "https://a.example/Ї", clicks: 3, people: 2 });
  await earn(sent, 0, "0.1");
  await earn(sent, 0, "0.2");
  await earn(sent, 0, "99", "USD", false);
  await earn(sent, 1, "5", "EUR");
});
afterAll(async () => {
  await product.close();
  await database.drop();
});

/** Another workspace with its owner. */
async function spaceOf() {
  const space = await makeWorkspace(database.db, product.runtime.vault);
  const { headers } = await makePerson(database.db, space, { role: "owner" });
  return { space, headers };
}

async function ask(path: string, headers = owner.headers) {
  const answer = await product.server.handle(new Request(`http://localhost/api/v1/broadcasts${path}`, { headers }));
  return { status: answer.status, answer, body: async () => (await answer.json()) as never };
}
const read = async <T>(path: string): Promise<T> => {
  const { status, body } = await ask(path);
  expect(status).toBe(200);
  return body();
};
interface Row {
  name: string | null;
  state: string;
  problem: string | null;
  money: unknown[];
}
const namesIn = (page: { items: Row[] }) => page.items.map(({ name }) => name);

describe("results", () => {
  test("add up: every recipient is in one state, money is exact and what was taken back is not in it", async () => {
    const results = await read<Record<string, unknown> & { failures: unknown; clicks: { items: { at: string }[] } }>(
      `/${sent.broadcastId}/results`,
    );
    expect(results.counts).toEqual({
      total: 5,
      waiting: 1,
      sent: 2,
      failed: 1,
      blocked: 1,
      unknown: 0,
      skipped: 1,
      cancelled: 0,
      clicked: 2,
      replied: 1,
      converted: 1,
      optedOut: 0,
    });
    expect(results.rates).toEqual({ clicked: 1, replied: 0.5, converted: 0.5, optedOut: 0, blocked: 1 / 3 });
    expect(results.money).toEqual([
      { currency: "USD", amount: "0.3", perThousand: "150" },
      { currency: "EUR", amount: "5", perThousand: "2500" },
    ]);
    expect(results.failures).toEqual([
      { reason: "messaging.failed.chat_blocked", message: "The person blocked the bot.", count: 1 },
    ]);
    expect(results.skips).toEqual([{ reason: "nobody knows", message: "Another reason", count: 1 }]);
    expect(results.clicks.items).toEqual([
      { at: "2026-11-20T08:00:00.000Z", people: 0 },
      { at: "2026-11-20T09:00:00.000Z", people: 0 },
      { at: "2026-11-20T10:00:00.000Z", people: 2 },
    ] as never);
    expect((results.variants as { key: string; sent: number }[]).map(({ key, sent: count }) => [key, count])).toEqual([
      ["A", 2],
      ["B", 0],
    ]);
    expect(results.bots).toMatchObject([{ botId: mine.botId, name: mine.botUsername, sent: 2, failed: 1 }]);
  });

  test("by language and bot add up to the whole, and countries are those of purchases alone", async () => {
    const { headers, space } = await spaceOf();
    const languages = ["uk", "uk", "en", null, "uk"];
    const one = await makeSentBroadcast(database.db, space, {
      people: languages.map(() => ({})),
      sentAt,
      recipient: (index) => ({
        language: languages[index] ?? null,
        ...(index === 4 ? { state: "failed" as const, reason: "messaging.failed.chat_blocked" } : {}),
        ...(index < 3 ? { clickedAt, convertedAt: clickedAt } : {}),
      }),
    });
    await earn(one, 0, "0.1", "USD", true, "UA");
    await earn(one, 1, "0.2", "USD", true, "UA");
    await earn(one, 2, "7", "EUR", true, "PL");
    await earn(one, 2, "1", "USD");
    await earn(one, 2, "50", "USD", false, "DE");
    const found = await ask(`/${one.broadcastId}/results`, headers);
    const results = (await found.body()) as {
      counts: { sent: number };
      languages: { language: string | null; sent: number; clicked: number; blocked: number; money: unknown }[];
      countries: unknown;
      bots: { money: unknown }[];
    };
    expect(results.languages).toEqual([
      expect.objectContaining({
        ...{ language: "uk", sent: 2, failed: 1, blocked: 1, clicked: 2, converted: 2 },
        money: [{ currency: "USD", amount: "0.3", perThousand: "150" }],
      }),
      expect.objectContaining({
        ...{ language: "en", sent: 1, failed: 0, blocked: 0, clicked: 1, converted: 1 },
        money: [
          { currency: "EUR", amount: "7", perThousand: "7000" },
          { currency: "USD", amount: "1", perThousand: "1000" },
        ],
      }),
      expect.objectContaining({ language: null, sent: 1, clicked: 0, money: [] }),
    ]);
    expect(results.languages.reduce((sum, { sent: count }) => sum + count, 0)).toBe(results.counts.sent);
    expect(results.countries).toEqual([
      { country: "UA", conversions: 2, money: [{ currency: "USD", amount: "0.3" }] },
      { country: "PL", conversions: 1, money: [{ currency: "EUR", amount: "7" }] },
      { country: null, conversions: 1, money: [{ currency: "USD", amount: "1" }] },
    ]);
    expect(results.bots.map(({ money }) => money)).toEqual([
      [
        { currency: "USD", amount: "1.3", perThousand: "325" },
        { currency: "EUR", amount: "7", perThousand: "1750" },
      ],
    ]);
    const file = await ask(`/${one.broadcastId}/export?format=csv&separator=comma`, headers);
    const lines = (await file.answer.text()).trim().split("\r\n");
    expect(lines[0]).toContain(",Variant,Language,State,");
    expect(lines.filter((text) => text.includes(",A,uk,"))).toHaveLength(3);
    const report = await ask(`/${one.broadcastId}/export?format=pdf`, headers);
    expect(new TextDecoder("latin1").decode(await report.answer.bytes())).toStartWith("%PDF-");
  });

  test("of clicks begin an hour and a day when the clocks of the workspace do", async () => {
    const { space: other, headers } = await spaceOf();
    const clicksIn = async (timeZone: string, began: string, clicked: string) => {
      await database.db.update(workspaces).set({ timeZone }).where(eq(workspaces.id, other.workspaceId));
      const one = await makeSentBroadcast(database.db, other, {
        sentAt: new Date(began),
        people: [{}],
        recipient: () => ({ clickedAt: new Date(clicked) }),
      });
      const { clicks } = (await (await ask(`/${one.broadcastId}/results`, headers)).body()) as {
        clicks: { items: { at: string; people: number }[] };
      };
      return clicks.items.map(({ at, people: count }) => [at.slice(0, 16), count]);
    };
    expect(await clicksIn("Asia/Kolkata", "2026-11-20T08:00:00Z", "2026-11-20T09:40:00Z")).toEqual([
      ["2026-11-20T07:30", 0],
      ["2026-11-20T08:30", 0],
      ["2026-11-20T09:30", 1],
    ]);
    expect(await clicksIn("Europe/Kyiv", "2026-10-24T08:00:00Z", "2026-10-27T12:00:00Z")).toEqual([
      ["2026-10-23T21:00", 0],
      ["2026-10-24T21:00", 0],
      ["2026-10-25T22:00", 0],
      ["2026-10-26T22:00", 1],
    ]);
  });

  test("of clicks over weeks go by the day, without gaps", async () => {
    const long = await makeSentBroadcast(database.db, mine, {
      sentAt,
      people: [{}, {}],
      recipient: (index) => ({ clickedAt: new Date(sentAt.getTime() + index * 5 * 86_400_000) }),
    });
    const { clicks } = await read<{ clicks: { step: string; items: { people: number }[] } }>(
      `/${long.broadcastId}/results`,
    );
    expect([clicks.step, clicks.items.map((item) => item.people)]).toEqual(["day", [1, 0, 0, 0, 0, 1]]);
  });
});

describe("the log of recipients", () => {
  test("is read page by page, each once, the newest first", async () => {
    const names: (string | null)[] = [];
    for (let cursor = ""; ; ) {
      const page = await read<{ items: Row[]; nextCursor: string | null }>(
        `/${sent.broadcastId}/recipients?limit=2${cursor && `&cursor=${cursor}`}`,
      );
      names.push(...namesIn(page));
      if (!page.nextCursor) break;
      cursor = page.nextCursor;
    }
    expect(names).toEqual(["Bo", "Іван", "Ann", "=HYPERLINK(1)", "Olena Ґудзь"]);
  });

  test("is narrowed by state, answer, variant and reason", async () => {
    const of = async (query: string) => namesIn(await read(`/${sent.broadcastId}/recipients?${query}`));
    expect(await of("state=failed")).toEqual(["Ann"]);
    expect(await of("answer=clicked")).toEqual(["=HYPERLINK(1)", "Olena Ґудзь"]);
    expect(await of("answer=converted&state=sent")).toEqual(["Olena Ґудзь"]);
    expect(await of("variant=B")).toEqual([]);
    expect(await of("reason=messaging.failed.chat_blocked")).toEqual(["Ann"]);
  });

  test("is searched by name, @username and Telegram id, within its own people, signs of patterns being letters", async () => {
    const of = async (search: string) =>
      namesIn(await read(`/${sent.broadcastId}/recipients?search=${encodeURIComponent(search)}`));
    const id = sent.recipients[2]?.telegramId;
    expect(await of("ґуд")).toEqual(["Olena Ґудзь"]);
    expect(await of("@OLENA_")).toEqual(["Olena Ґудзь"]);
    expect(await of(String(id))).toEqual(["Ann"]);
    expect([await of("%"), await of("nobody"), await of("Olen_")]).toEqual([[], [], []]);
    const elsewhere = await makeSentBroadcast(database.db, mine, { people: [{ firstName: "Zoe" }] });
    expect(await of("Zoe")).toEqual([]);
    expect(elsewhere.recipients).toHaveLength(1);
  });

  test("names an erased person no more, and keeps the row", async () => {
    const gone = await makeSentBroadcast(database.db, mine, { people: [{ firstName: "Gone" }] });
    await database.db.delete(subscribers).where(eq(subscribers.id, BigInt(gone.recipients[0]?.subscriberId ?? 0)));
    const page = await read<{ items: Row[] }>(`/${gone.broadcastId}/recipients`);
    expect(page.items).toMatchObject([{ name: null, username: null, telegramId: null, state: "sent" }]);
  });

  test("is told to the human whom it is about, and his number leaves it when he is erased", async () => {
    const { recipients } = await makeSentBroadcast(database.db, mine, {
      name: "Told",
      recipient: () => ({ clickedAt }),
    });
    const { workspaceId } = mine;
    const [one, other] = recipients.map(({ telegramId }) => ({ workspaceId, personId: "", telegramId }));
    if (!one || !other) throw new Error("no recipients");
    const told = (await broadcastsPersonData.exportPerson(database.db, one)) as { clickedAt: Date | null }[];
    expect(told).toMatchObject([{ broadcast: "Told", state: "sent" }]);
    expect(told[0]?.clickedAt).toEqual(clickedAt);
    await broadcastsPersonData.erasePerson(database.db, one);
    expect(await broadcastsPersonData.exportPerson(database.db, one)).toEqual([]);
    expect(await broadcastsPersonData.exportPerson(database.db, other)).toHaveLength(1);
    const rows = await database.db.$count(
      broadcastRecipients,
      eq(broadcastRecipients.broadcastId, recipients[0]?.broadcastId ?? ""),
    );
    expect(rows).toBe(recipients.length);
  });

  test("with a cursor that is none of ours is refused", async () => {
    expect((await ask(`/${sent.broadcastId}/recipients?cursor=xyz`)).status).toBe(422);
  });
});

describe("files", () => {
  test("of recipients hold everybody, begin no formula, and leave an audit row", async () => {
    const { answer } = await ask(`/${sent.broadcastId}/export?format=csv&separator=comma`);
    const lines = (await answer.text()).trim().split("\r\n");
    expect(lines).toHaveLength(6);
    expect(lines[4]).toStartWith("'=HYPERLINK(1),formula,");
    expect(lines[5]).toContain("Olena Ґудзь,olena_g,");
    expect(lines[5]).toEndWith("0.3 USD");
    const [entry] = await database.db
      .select()
      .from(auditEntries)
      .where(sql`${auditEntries.action} = 'broadcast.exported' and ${auditEntries.subjectId} = ${sent.broadcastId}`);
    expect(entry?.after).toEqual({ name: "Spring sale, 50 %", format: "csv" });
  });

  test("of recipients name the bot of a group, which is none of those that the broadcast is for", async () => {
    const { broadcastId } = await makeSentBroadcast(database.db, mine, { people: [{}] });
    await database.db.update(broadcasts).set({ botIds: [] }).where(eq(broadcasts.id, broadcastId));
    const { answer } = await ask(`/${broadcastId}/export?format=csv&separator=comma`);
    expect(await answer.text()).toContain(`,${mine.botUsername},A,`);
  });

  test("come as a sheet and as a report too", async () => {
    const sheet = await ask(`/${sent.broadcastId}/export?format=xlsx`);
    expect((await sheet.answer.bytes()).slice(0, 2)).toEqual(new TextEncoder().encode("PK"));
    const report = await ask(`/${sent.broadcastId}/export?format=pdf`);
    expect(report.answer.headers.get("content-type")).toBe("application/pdf");
    expect(new TextDecoder("latin1").decode(await report.answer.bytes())).toStartWith("%PDF-");
  });

  test("of more people than a page holds them all once", async () => {
    const many = await makeSentBroadcast(database.db, mine, {
      people: Array.from({ length: 1_203 }, (_, n) => ({ firstName: `Person ${n} end` })),
      recipient: (n) => (n % 3 === 0 ? { state: "failed" } : {}),
    });
    const { answer } = await ask(`/${many.broadcastId}/export?format=csv`);
    const names = new Set([...(await answer.text()).matchAll(/Person \d+ end/g)].map(([name]) => name));
    expect(names.size).toBe(1_203);
  });
});

describe("comparison and overview", () => {
  test("stand side by side in the order asked for; strangers' broadcasts are not found", async () => {
    const other = await makeSentBroadcast(database.db, mine, { name: "Other" });
    const { items } = await read<{ items: { name: string; money: unknown }[] }>(
      `/compare?ids=${other.broadcastId},${sent.broadcastId}`,
    );
    expect(items.map(({ name }) => name)).toEqual(["Other", "Spring sale, 50 %"]);
    const stranger = await makeWorkspace(database.db, product.runtime.vault);
    const theirs = await makeSentBroadcast(database.db, stranger);
    expect((await ask(`/compare?ids=${sent.broadcastId},${theirs.broadcastId}`)).status).toBe(404);
    for (const ids of ["", sent.broadcastId, `${sent.broadcastId},x`, Array(2).fill(sent.broadcastId).join(",")])
      expect((await ask(`/compare?ids=${ids}`)).status).toBe(422);
  });

  test("of the period sum what began in it, money by currency", async () => {
    const space = await makeWorkspace(database.db, product.runtime.vault);
    const member = await makePerson(database.db, space, { role: "owner" });
    const many = Array.from({ length: 60 }, () => ({}));
    const best = await makeSentBroadcast(database.db, space, { people: many, name: "Best" });
    await database.db.execute(sql`update broadcasts set clicked = 30 where id = ${best.broadcastId}`);
    await earn(best, 0, "10.05");
    await makeSentBroadcast(database.db, space, { sentAt: new Date(Date.now() - 40 * 86_400_000) });
    const { body } = await ask("/overview?days=30", member.headers);
    const overview = (await body()) as {
      broadcasts: number;
      counts: { sent: number };
      money: unknown;
      best: { name: string }[];
    };
    expect([overview.broadcasts, overview.counts.sent, overview.best.map(({ name }) => name)]).toEqual([
      1,
      60,
      ["Best"],
    ]);
    expect(overview.money).toEqual([{ currency: "USD", amount: "10.05", perThousand: "167.5" }]);
  });
});
