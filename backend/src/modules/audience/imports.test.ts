import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startTestProduct, type TestProduct } from "@backend/app/testing.ts";
import { findUpload, releaseUpload } from "@backend/kit/uploads.ts";
import { makePerson, makeWorkspace, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { registerChat } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import { audienceFields, audienceTags, optOuts, subscribers } from "@db/schema/audience.ts";
import { uploads } from "@db/schema/uploads.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { and, eq, sql } from "drizzle-orm";
import { runImport, tidyImports } from "./actions/run-import.ts";
import type { ImportContract, ImportPreview } from "./import-contracts.ts";
import { rowsPerBatch } from "./import-limits.ts";
import { beginBatch } from "./import-queries.ts";
import { caller, come, jobContext, storeFile } from "./import-testing.ts";

let database: TestDatabase;
let product: TestProduct;

beforeAll(async () => {
  database = await createTestDatabase();
  product = await startTestProduct(database);
});
afterAll(async () => {
  await product.close();
  await database.drop();
});

const consent = "Agreed on our site, 2026";

async function made() {
  const { db } = database;
  const at = await makeWorkspace(db, product.runtime.vault);
  const owner = await makePerson(db, at, { role: "owner" });
  const call = caller(product, owner.headers);
  const draft = async (content: string | Uint8Array, name?: string) =>
    call("POST", "/imports", { uploadId: await storeFile(db, at.workspaceId, content, name), botId: at.botId });
  const run = (importId: string, now?: Date) =>
    runImport(jobContext(db, at.workspaceId, now), { importId, workspaceId: at.workspaceId });
  /** From a file to the end, with what a draft is changed by. */
  async function whole(content: string | Uint8Array, change: object = {}): Promise<ImportContract> {
    const { body } = await draft(content);
    const changed = await call("PATCH", `/imports/${body.id}`, { consent, ...change });
    if (changed.status !== 200) throw new Error(JSON.stringify(changed.body));
    const started = await call("POST", `/imports/${body.id}/start`);
    if (started.status !== 200) throw new Error(JSON.stringify(started.body));
    await run(body.id);
    return (await call("GET", `/imports/${body.id}`)).body;
  }
  const people = () => peopleOf(at);
  return { at, owner, call, draft, run, whole, people };
}

const peopleOf = ({ workspaceId }: TestWorkspace) =>
  database.db.select().from(subscribers).where(eq(subscribers.workspaceId, workspaceId)).orderBy(subscribers.id);

/** Returns once so many transactions of this database wait for others. */
async function someWait(count: number): Promise<void> {
  const waiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await database.db.execute(waiting)).length < count) await Bun.sleep(5);
}

/** Somebody comes to the bot, as its edge records him: in one transaction. */
const pressStart = (at: TestWorkspace, telegramId: number): Promise<void> =>
  database.db.transaction(async (tx) => {
    await come(tx as unknown as Db, at, { telegramId });
  });

describe("a draft", () => {
  test("knows how the file is read and what its columns are, in three languages", async () => {
    const { draft, at } = await made();
    await database.db
      .insert(audienceFields)
      .values({ workspaceId: at.workspaceId, key: "city", name: "Город", kind: "text" });
    const files: [string, object, string[]][] = [
      [
        "Telegram ID,Name,Phone\n7000000001,Ann,123\n",
        { separator: ",", encoding: "utf-8" },
        ["telegram_id", "first_name", "skip"],
      ],
      [
        "Имя;Фамилия;Телеграм ID;город\nОля;Б;7000000001;Киев\n",
        { separator: ";" },
        ["first_name", "last_name", "telegram_id", "field:city"],
      ],
      [
        "ім'я\tмова\tтеги\tід\nОля\tuk\tа, б\t7000000001\n",
        { separator: "\t" },
        ["first_name", "language", "tags", "telegram_id"],
      ],
      ["Ann,7000000001\nBen,7000000002\n", { hasHeading: false }, ["skip", "telegram_id"]],
    ];
    for (const [content, reading, targets] of files) {
      const { status, body } = await draft(content);
      expect(status).toBe(200);
      expect(body.reading).toMatchObject(reading);
      expect(body.columns.map(({ target }) => target)).toEqual(targets);
    }
  });

  test("is read in another way when the operator says so", async () => {
    const { draft, call } = await made();
    const cyrillic = Uint8Array.from(Buffer.from("e8ec2c69640a", "hex"));
    const { body } = await draft(Buffer.concat([cyrillic, Buffer.from("x,7000000001\n")]));
    expect(body.reading.encoding).toBe("windows-1251");
    expect(body.columns[0]?.title).toBe("им");
    const changed = await call("PATCH", `/imports/${body.id}`, { reading: { separator: ";", hasHeading: false } });
    expect(changed.body.columns).toHaveLength(1);
    expect(changed.body.columns[0]).toMatchObject({ letter: "A", title: null, samples: ["им,id", "x,7000000001"] });
  });

  test("is refused for files that are no tables, with a sentence", async () => {
    const { draft } = await made();
    const cases: [Uint8Array | string, string][] = [
      [Buffer.from("d0cf11e0a1b11ae100", "hex"), "imports.problem.old_excel"],
      [Buffer.from("%PDF-1.7"), "imports.problem.not_a_table"],
      [Buffer.from("PK\x03\x04nothing", "latin1"), "imports.problem.damaged"],
      ["\n\n\n", "imports.problem.empty"],
    ];
    for (const [content, code] of cases) {
      const { status, body } = await draft(content);
      expect([status, body.error?.code]).toEqual([422, code]);
      expect(body.error?.message).not.toContain("imports.");
    }
  });

  test("shows the first rows as they would be stored, and what is wrong with each cell", async () => {
    const { draft, call } = await made();
    const { body } = await draft(
      "id,name,username,birthday\n7000000001,'=Ann,https://t.me/ann,31.01.1990\nabc,Ben,,\n7000000001,Cid,,2026-02-30\n7000000001,Dan,,\n",
    );
    await call("PATCH", `/imports/${body.id}`, { newFields: [{ column: 3, name: "Birthday", kind: "date" }] });
    const preview = (await call<ImportPreview>("GET", `/imports/${body.id}/preview`)).body;
    expect(preview.missing).toEqual(["Say where these people agreed to be written to."]);
    const [ann, ben, cid, dan] = preview.rows;
    expect(ann).toEqual({
      line: 2,
      problem: null,
      cells: [
        { name: "Telegram ID", value: "7000000001", problem: null },
        { name: "First name", value: "=Ann", problem: null },
        { name: "Username", value: "@ann", problem: null },
        { name: "Birthday", value: "1990-01-31", problem: null },
      ],
    });
    expect(ben?.cells[0]).toMatchObject({ value: "abc", problem: "This is no Telegram ID: it has digits only." });
    expect(cid?.cells.find(({ name }) => name === "Birthday")?.problem).toStartWith("This is no date.");
    expect(dan?.problem).toBe("This ID already stands in line 2.");
  });

  test("makes a field under a key of its own while values of a deleted one are still in rows", async () => {
    const { draft, call, whole } = await made();
    await whole("id,City\n7000000001,Kyiv\n", { newFields: [{ column: 1, name: "City", kind: "text" }] });
    const [city] = (await call<{ fields: { id: string; key: string }[] }>("GET", "/fields")).body.fields;
    expect(city?.key).toBe("city");
    await call("DELETE", `/fields/${city?.id}`);
    const { body } = await draft("id,City\n7000000001,3\n");
    const changed = await call("PATCH", `/imports/${body.id}`, {
      newFields: [{ column: 1, name: "City", kind: "number" }],
    });
    expect(changed.body.columns[1]?.target).toBe("field:city_2");
  });

  test("takes the field that there is for a new one of its name and kind, and refuses a second of its name and another kind", async () => {
    const { draft, call } = await made();
    const existing = await call<{ key: string }>("POST", "/fields", { name: "City", kind: "text" });
    const { body } = await draft("id,Where,When\n7000000001,Kyiv,3\n");
    const patch = (...newFields: object[]) => call("PATCH", `/imports/${body.id}`, { newFields });
    const other = await patch({ column: 1, name: "CITY", kind: "number" });
    expect([other.status, other.body.error?.code]).toEqual([409, "audience.field_taken"]);
    const twice = await patch({ column: 1, name: "Age", kind: "number" }, { column: 2, name: "age", kind: "date" });
    expect([twice.status, twice.body.error?.code]).toEqual([409, "audience.field_taken"]);
    const same = await patch({ column: 1, name: "city", kind: "text" });
    expect(same.body.columns[1]?.target).toBe(`field:${existing.body.key}`);
    const { fields } = (await call<{ fields: { name: string }[] }>("GET", "/fields")).body;
    expect(fields.map(({ name }) => name)).toEqual(["City"]);
  });

  test("does not start without an id, without a source of consent, or without its file", async () => {
    const { draft, call, at } = await made();
    const { body } = await draft("id,name\n7000000001,Ann\n");
    const start = () => call("POST", `/imports/${body.id}/start`);
    expect((await start()).body.error?.code).toBe("imports.consent_missing");
    await call("PATCH", `/imports/${body.id}`, { mapping: ["skip", "first_name"], consent });
    expect((await start()).body.error?.code).toBe("imports.id_column_missing");
    const twice = await call("PATCH", `/imports/${body.id}`, { mapping: ["first_name", "first_name"] });
    expect(twice.body.error?.code).toBe("imports.column_twice");
    for (const mapping of [["telegram_id"], ["telegram_id", "field:nowhere"], ["telegram_id", "person_id"]])
      expect((await call("PATCH", `/imports/${body.id}`, { mapping })).status).toBe(422);
    await call("PATCH", `/imports/${body.id}`, { mapping: ["telegram_id", "skip"] });
    await database.db.delete(uploads).where(eq(uploads.workspaceId, at.workspaceId));
    expect((await start()).body.error?.code).toBe("imports.file_gone");
    expect((await call("GET", `/imports/${body.id}/preview`)).body.error?.code).toBe("imports.file_gone");
  });

  test("is made of files and bots of one's own workspace only", async () => {
    const mine = await made();
    const theirs = await made();
    const uploadId = await storeFile(database.db, theirs.at.workspaceId, "id\n7000000001\n");
    const foreign = await mine.call("POST", "/imports", { uploadId, botId: mine.at.botId });
    expect([foreign.status, foreign.body.error?.code]).toEqual([404, "imports.file_not_found"]);
    const own = await storeFile(database.db, mine.at.workspaceId, "id\n7000000001\n");
    const bot = await mine.call("POST", "/imports", { uploadId: own, botId: theirs.at.botId });
    expect([bot.status, bot.body.error?.code]).toEqual([404, "imports.bot_not_found"]);
  });
});

describe("imported people", () => {
  test("are unreachable until they come, have what the file says, and the tags of everybody", async () => {
    const { whole, people, at } = await made();
    const result = await whole(
      "id,name,surname,username,lang,tz,tags,source,note,Age,VIP,City\n" +
        '7000000001,Олена,Їжак,@olena,uk-UA,Europe/Kyiv,"vip; new","ads","two\nlines","1 234,5",так,Київ\n' +
        "7000000002,,,,,,,,,,,\n",
      {
        newFields: [
          { column: 9, name: "Age", kind: "number" },
          { column: 10, name: "VIP", kind: "boolean" },
          { column: 11, name: "Город", kind: "text" },
        ],
        tags: ["Import May"],
      },
    );
    expect(result).toMatchObject({ state: "done", total: 2, done: 2, added: 2, updated: 0, refused: 0 });
    const tags = await database.db.select().from(audienceTags).where(eq(audienceTags.workspaceId, at.workspaceId));
    const tagIds = (...names: string[]) => names.map((name) => tags.find((tag) => tag.name === name)?.id ?? 0);
    const [olena, empty] = await people();
    expect(olena).toMatchObject({
      telegramId: 7000000001,
      state: "unreachable",
      origin: "import",
      subscribedAt: null,
      firstName: "Олена",
      lastName: "Їжак",
      username: "olena",
      language: "uk",
      timeZone: "Europe/Kyiv",
      source: "ads",
      note: "two\nlines",
      fields: { age: 1234.5, vip: true, gorod: "Київ" },
      isOptedOut: false,
    });
    expect(olena?.tags.toSorted()).toEqual(tagIds("Import May", "vip", "new").toSorted());
    expect(empty).toMatchObject({ telegramId: 7000000002, firstName: null, tags: tagIds("Import May"), fields: {} });
    expect([olena?.chatId, empty?.chatId]).toEqual([null, null]);
  });

  test("who are known keep what is known of them; only what is empty is filled, tags are added, fields written over", async () => {
    const { whole, people, at } = await made();
    const chat = await registerChat(database.db, { ...at, telegramChatId: 7000000001, kind: "private", title: "Ann" });
    const [tag] = await database.db
      .insert(audienceTags)
      .values({ ...at, name: "Old" })
      .returning();
    await database.db.insert(subscribers).values({
      ...at,
      chatId: chat.id,
      telegramId: 7000000001,
      origin: "start",
      state: "active",
      firstName: "Ann",
      source: "promo",
      tags: [tag?.id ?? 0],
      fields: { city: "Lviv", age: 5 },
    });
    const result = await whole("id,name,surname,source,tags,city\n7000000001,Anna,Bee,file,old;new,Kyiv\n", {
      newFields: [{ column: 5, name: "city", kind: "text" }],
    });
    expect(result).toMatchObject({ added: 0, updated: 1 });
    const [ann] = await people();
    expect(ann).toMatchObject({
      state: "active",
      origin: "start",
      firstName: "Ann",
      lastName: "Bee",
      source: "promo",
      fields: { city: "Kyiv", age: 5 },
    });
    expect(ann?.tags).toHaveLength(2);
  });

  test("whose chat is known are as reachable as their chat, and are linked with the person they are", async () => {
    const { whole, people, at } = await made();
    const person = await makePerson(database.db, at);
    await registerChat(database.db, { ...at, telegramChatId: person.telegramId, kind: "private", title: "Ann" });
    await whole(`id,name\n${person.telegramId},Ann\n7000000009,Ben\n`);
    const found = (await people()).toSorted((a, b) => a.telegramId - b.telegramId);
    expect(found.map(({ telegramId, state, personId }) => [telegramId, state, personId])).toEqual([
      [7000000009, "unreachable", null],
      [person.telegramId, "active", person.personId],
    ]);
  });

  test("have tags whatever the script, and each of them once", async () => {
    const { whole, people, call } = await made();
    await whole("id,tags\n7000000001,İstanbul\n7000000002,ΟΔΟΣ\n", { tags: ["ΦΩΣ"] });
    const { tags } = (await call<{ tags: { id: number; name: string }[] }>("GET", "/tags")).body;
    const named = new Map(tags.map(({ id, name }) => [id, name]));
    expect((await people()).map((row) => row.tags.map((id) => named.get(id)))).toEqual([
      ["ΦΩΣ", "İstanbul"],
      ["ΦΩΣ", "ΟΔΟΣ"],
    ]);
  });

  test("who said stop stay stopped, in whatever bot and however long ago they did", async () => {
    const { whole, people, at } = await made();
    const refuse = (telegramId: number, categoryId: number, endedAt: Date | null = null) =>
      database.db.insert(optOuts).values({ ...at, telegramId, categoryId, via: "command", endedAt });
    await refuse(7000000001, 0);
    await refuse(7000000002, 4);
    await refuse(7000000003, 0, new Date());
    await whole("id\n7000000001\n7000000002\n7000000003\n");
    expect((await people()).map(({ isOptedOut, optedOutOf }) => [isOptedOut, optedOutOf])).toEqual([
      [true, []],
      [false, [4]],
      [false, []],
    ]);
  });

  test("of a workspace are nobody's in another, though they have the same ids", async () => {
    const mine = await made();
    const theirs = await made();
    await mine.whole("id,name\n7000000001,Ann\n");
    await theirs.whole("id,name\n7000000001,Other\n");
    expect((await mine.people()).map(({ firstName }) => firstName)).toEqual(["Ann"]);
    expect((await theirs.people()).map(({ firstName }) => firstName)).toEqual(["Other"]);
  });

  test("twice from the same file are there once, and the second time changes nothing", async () => {
    const { whole, people } = await made();
    const file = "id,name,tags\n7000000001,Ann,a\n7000000002,Ben,b\n";
    expect(await whole(file)).toMatchObject({ added: 2 });
    const before = await people();
    expect(await whole(file)).toMatchObject({ state: "done", done: 2, added: 0, updated: 0, refused: 0 });
    expect(await people()).toEqual(before);
  });
});

describe("refused rows", () => {
  const report = async (space: Awaited<ReturnType<typeof made>>, id: string) => {
    const { body } = await space.call<{ bytes: Uint8Array }>("GET", `/imports/${id}/refusals?format=csv`);
    return new TextDecoder().decode(body.bytes).trim().split("\r\n");
  };

  test("are in a report with line and reason, as they stood in the file, and no cell of it runs", async () => {
    const space = await made();
    const result = await space.whole(
      'id,name\n7000000001,Ann\n,NoId\n-1001234567890,Group\n"=HYPERLINK(""http://x"")",Evil\n7000000001,Twice\n7000000002,"open\n7000000003,a\0b\n99999999999999999999,Long\n',
    );
    expect(result).toMatchObject({ state: "done", total: 8, done: 8, added: 1, refused: 7, reported: 7 });
    expect(await report(space, result.id)).toEqual([
      "Line,Reason,id,name",
      "3,id: There is no Telegram ID.,,NoId",
      "4,id: This is the ID of a group or a channel.,'-1001234567890,Group",
      '5,id: This is no Telegram ID: it has digits only.,"\'=HYPERLINK(""http://x"")",Evil',
      "6,This ID already stands in line 2.,7000000001,Twice",
      '7,A quotation mark is not closed.,7000000002,"""open"',
      "8,There are characters that cannot be read: look at the encoding.,7000000003,a\ufffdb",
      "9,id: This is no Telegram ID: it has digits only.,99999999999999999999,Long",
    ]);
  });

  test("may hold half of a character, where a long text was cut, and the import ends", async () => {
    const space = await made();
    const result = await space.whole(`id,name\n7000000001,Ann\nx,x${"😀".repeat(3000)}\n`);
    expect(result).toMatchObject({ state: "done", added: 1, refused: 1 });
    expect((await report(space, result.id))[1]).toEndWith("😀\ufffd…");
  });

  test("are deleted after a month, and the numbers stay", async () => {
    const space = await made();
    const { id } = await space.whole("id\nx\n");
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
    await tidyImports(jobContext(database.db, space.at.workspaceId, inDays(29)), {});
    expect((await space.call("GET", `/imports/${id}`)).body.reported).toBe(1);
    await tidyImports(jobContext(database.db, space.at.workspaceId, inDays(31)), {});
    expect((await space.call("GET", `/imports/${id}`)).body).toMatchObject({ refused: 1, reported: 0 });
  });
});

describe("an import that runs", () => {
  test("is cancelled behind the batch it is at; what is imported stays, and the file is let go", async () => {
    const { draft, call, run, people, at } = await made();
    const { body } = await draft("id\n7000000001\n");
    await call("PATCH", `/imports/${body.id}`, { consent });
    await call("POST", `/imports/${body.id}/start`);
    for (const change of [{ consent: "x" }, { mapping: ["skip"] }])
      expect((await call("PATCH", `/imports/${body.id}`, change)).body.error?.code).toBe("imports.begun");
    for (let n = 0; n < 2; n++) expect((await call("POST", `/imports/${body.id}/cancel`)).body.state).toBe("cancelled");
    await run(body.id);
    expect(await people()).toEqual([]);
    const [upload] = await database.db.select().from(uploads).where(eq(uploads.workspaceId, at.workspaceId));
    expect(upload?.expiresAt).not.toBeNull();
    expect((await call("POST", `/imports/${body.id}/start`)).body.error?.code).toBe("imports.begun");
  });

  test("keeps its file, and ends with a sentence when that is gone all the same", async () => {
    const { draft, call, run, at } = await made();
    const { body } = await draft("id\n7000000001\n");
    await call("PATCH", `/imports/${body.id}`, { consent });
    await call("POST", `/imports/${body.id}/start`);
    const [stored] = await database.db.select().from(uploads).where(eq(uploads.workspaceId, at.workspaceId));
    expect((await findUpload(database.db, at.workspaceId, stored?.id ?? ""))?.expiresAt).toBeNull();
    await releaseUpload(database.db, at.workspaceId, stored?.id ?? "", new Date());
    await database.db.delete(uploads).where(eq(uploads.workspaceId, at.workspaceId));
    await run(body.id);
    const failed = (await call("GET", `/imports/${body.id}`)).body;
    expect(failed).toMatchObject({ state: "failed", problem: expect.stringContaining("nobody is imported twice") });
  });

  test("puts on nobody what is deleted while it runs", async () => {
    const { draft, call, run, people } = await made();
    const { db } = database;
    const { body } = await draft("id,City,tags\n7000000001,Kyiv,from the file\n");
    const newFields = [{ column: 1, name: "City", kind: "text" }];
    await call("PATCH", `/imports/${body.id}`, { consent, newFields, tags: ["vip", "kept"] });
    await call("POST", `/imports/${body.id}/start`);
    const [city] = (await call<{ fields: { id: string }[] }>("GET", "/fields")).body.fields;
    const idOf = async (wanted: string) => {
      const { tags } = (await call<{ tags: { id: number; name: string }[] }>("GET", "/tags")).body;
      return tags.find(({ name }) => name === wanted)?.id;
    };
    let running: Promise<void> | null = null;
    await db.transaction(async (tx) => {
      await beginBatch(tx as unknown as Db, body.id, 0);
      running = run(body.id);
      await someWait(1);
      await call("DELETE", `/fields/${city?.id}`);
      for (const name of ["vip", "from the file"]) await call("DELETE", `/tags/${await idOf(name)}`);
    });
    await running;
    const stored = (await people()).map(({ fields, tags: ids }) => ({ fields, ids }));
    expect(stored).toEqual([{ fields: {}, ids: [Number(await idOf("kept"))] }]);
  });

  test("commits in the order of the file, and a batch that is ahead is taken back when it is cancelled", async () => {
    const { draft, call, run, people, at } = await made();
    const { db } = database;
    const ids = Array.from({ length: 2 * rowsPerBatch }, (_, n) => 7000000001 + n);
    for (const isCancelled of [true, false]) {
      const { body } = await draft(`id,tags\n${ids.map((id) => `${id},new ${isCancelled}`).join("\n")}\n`);
      await call("PATCH", `/imports/${body.id}`, { consent });
      await call("POST", `/imports/${body.id}/start`);
      let running: Promise<void> | null = null;
      const before = (await people()).length;
      await db.transaction(async (tx) => {
        // Somebody of the first batch comes by himself, and is not there yet.
        await come(tx as unknown as Db, at, { telegramId: ids[before] ?? 0 });
        running = run(body.id);
        await someWait(2);
        expect(await people()).toHaveLength(before);
        expect((await call("GET", `/imports/${body.id}`)).body).toMatchObject({ state: "running", done: 0, added: 0 });
        if (isCancelled) await call("POST", `/imports/${body.id}/cancel`);
      });
      await running;
      const ended = (await call("GET", `/imports/${body.id}`)).body;
      const known = before + 1;
      expect(ended).toMatchObject(
        isCancelled
          ? { state: "cancelled", done: 0, added: 0 }
          : { state: "done", done: ids.length, added: ids.length - known, updated: known },
      );
      const there = isCancelled ? known : ids.length;
      expect((await people()).map(({ telegramId }) => telegramId).toSorted()).toEqual(ids.slice(0, there));
    }
  });

  test("keeps what was imported before a problem", async () => {
    const { whole, people } = await made();
    const rows = Array.from({ length: rowsPerBatch }, (_, n) => `${7000000001 + n},a`);
    const more = Array.from({ length: 600 }, (_, n) => `${8000000001 + n},tag ${n}`);
    expect(await whole(`id,tags\n${[...rows, ...more].join("\n")}\n`)).toMatchObject({
      state: "failed",
      done: rowsPerBatch,
      added: rowsPerBatch,
    });
    expect(await people()).toHaveLength(rowsPerBatch);
  });

  test("beside people who press Start at that moment has each of them once, and whoever came can be written to", async () => {
    const { draft, call, run, people, at } = await made();
    const ids = Array.from({ length: 3 * rowsPerBatch }, (_, n) => 7000000001 + n);
    const { body } = await draft(`id,name\n${ids.map((id) => `${id},From file`).join("\n")}\n`);
    await call("PATCH", `/imports/${body.id}`, { consent });
    await call("POST", `/imports/${body.id}/start`);
    const running = run(body.id);
    const came = ids.filter((_, n) => n % 500 === 7);
    for (const telegramId of came) await pressStart(at, telegramId);
    await running;
    expect((await call("GET", `/imports/${body.id}`)).body).toMatchObject({ state: "done", done: ids.length });
    const all = await people();
    expect(all.map(({ telegramId }) => telegramId).toSorted()).toEqual(ids);
    expect(
      all
        .filter(({ state }) => state === "active")
        .map(({ telegramId }) => telegramId)
        .toSorted(),
    ).toEqual(came);
  });

  test("of more tags than there can be stops and makes none of the rest", async () => {
    const { whole, at } = await made();
    const rows = Array.from({ length: 600 }, (_, n) => `${7000000001 + n},tag ${n}`).join("\n");
    expect(await whole(`id,tags\n${rows}\n`)).toMatchObject({ state: "failed", done: 0 });
    const [tags] = await database.db.execute<{ count: number }>(
      sql`select count(*)::int as count from audience_tags where workspace_id = ${at.workspaceId}`,
    );
    expect(tags?.count).toBe(0);
  });

  test("run by two workers at once imports everybody once", async () => {
    const { draft, call, run, people, at } = await made();
    const ids = Array.from({ length: 25_000 }, (_, n) => 7000000001 + n);
    const { body } = await draft(`id\n${ids.join("\n")}\n`);
    await call("PATCH", `/imports/${body.id}`, { consent });
    await call("POST", `/imports/${body.id}/start`);
    await Promise.all([run(body.id), run(body.id)]);
    await run(body.id);
    expect((await call("GET", `/imports/${body.id}`)).body).toMatchObject({
      state: "done",
      done: 25_000,
      added: 25_000,
    });
    expect(await people()).toHaveLength(25_000);
    const [chats] = await database.db.execute<{ count: number }>(
      sql`select count(*)::int as count from chats where bot_id = ${at.botId}`,
    );
    expect(chats?.count).toBe(0);
  });
});

test("who may: people of the team without the right see neither imports nor files of people", async () => {
  const { at, draft } = await made();
  const { body } = await draft("id\n7000000001\n");
  for (const role of ["support", "media_buyer", "finance"] as const) {
    const call = caller(product, (await makePerson(database.db, at, { role })).headers);
    for (const path of [
      "/imports",
      `/imports/${body.id}`,
      `/imports/${body.id}/refusals?format=csv`,
      "/export?format=csv",
    ])
      expect((await call("GET", path)).status).toBe(403);
  }
  const [trace] = await database.db.execute<{ count: number }>(
    sql`select count(*)::int as count from audit_entries where workspace_id = ${at.workspaceId}`,
  );
  expect(trace?.count).toBe(0);
});

describe("a file of people", () => {
  test("that was exported is imported again as it was, in every format and language", async () => {
    for (const [format, locale] of [
      ["csv", "uk"],
      ["csv&separator=semicolon", "en"],
      ["xlsx", "ru"],
    ] as const) {
      const space = await made();
      await space.whole(
        "id,name,surname,username,lang,tz,tags,source,note,Num,Day,Ok,Text\n" +
          '7000000001,"\'=1+1",Їжак,ann,uk,Europe/Kyiv,"a, b",ads,"x ""y""\nz",-5.25,2026-01-31,yes,"\'-плюс"\n7000000002,Ben,,,,,,,,,,,\n',
        {
          newFields: [
            { column: 9, name: "Num", kind: "number" },
            { column: 10, name: "Day", kind: "date" },
            { column: 11, name: "Ok", kind: "boolean" },
            { column: 12, name: "Text", kind: "text" },
          ],
        },
      );
      const reader = await makePerson(database.db, space.at, { role: "manager" });
      await database.db.execute(sql`update persons set locale = ${locale} where id = ${reader.personId}`);
      const exported = await caller(product, reader.headers)<{ bytes: Uint8Array }>("GET", `/export?format=${format}`);
      const before = await space.people();
      const copy = await made();
      await database.db.execute(sql`
        insert into audience_fields (workspace_id, key, name, kind)
        select ${copy.at.workspaceId}, key, name, kind from audience_fields where workspace_id = ${space.at.workspaceId}`);
      const result = await copy.whole(exported.body.bytes);
      expect([format, result.refused, result.added]).toEqual([format, 0, 2]);
      const facts = (rows: typeof before) =>
        rows.map(({ telegramId, firstName, lastName, username, language, timeZone, source, note, fields, tags }) => ({
          telegramId,
          firstName,
          lastName,
          username,
          language,
          timeZone,
          source,
          note,
          fields,
          tags: tags.length,
        }));
      expect(facts(await copy.people())).toEqual(facts(before));
      expect(before[0]).toMatchObject({
        firstName: "=1+1",
        fields: { num: -5.25, day: "2026-01-31", ok: true, text: "-плюс" },
      });
    }
  });

  test("has whom the filter asks for and nobody of another workspace, and leaves a trace", async () => {
    const mine = await made();
    const theirs = await made();
    await theirs.whole("id,name\n7000000001,Stranger\n");
    await mine.whole("id,name,tags\n7000000001,Ann,vip\n7000000002,Ben,\n");
    const file = async (query: string) => {
      const { body } = await mine.call<{ bytes: Uint8Array }>("GET", `/export?format=csv${query}`);
      return new TextDecoder().decode(body.bytes);
    };
    const [tag] = await database.db
      .select()
      .from(audienceTags)
      .where(and(eq(audienceTags.workspaceId, mine.at.workspaceId), eq(audienceTags.name, "vip")));
    const lines = async (query: string) => (await file(query)).trim().split("\r\n").length - 1;
    expect(await lines("")).toBe(2);
    expect(await file("")).not.toContain("Stranger");
    expect(await lines(`&tagId=${tag?.id}`)).toBe(1);
    expect(await lines("&state=active")).toBe(0);
    expect(await lines("&search=ben")).toBe(1);
    expect(await lines("&search=7000000001")).toBe(1);
    expect(await lines("&search=%25")).toBe(0);
    expect(await lines(`&botId=${theirs.at.botId}`)).toBe(0);
    const list = await mine.call<{ items: unknown[] }>("GET", "/subscribers?search=700%20ann");
    expect(list.body.items).toHaveLength(1);
    expect(await lines("&search=700%20ann")).toBe(1);
    const segment = await mine.call("GET", `/export?format=csv&segmentId=${crypto.randomUUID()}`);
    expect(segment.status).toBe(404);
    const [trace] = await database.db.execute<{ count: number }>(sql`
      select count(*)::int as count from audit_entries where workspace_id = ${mine.at.workspaceId} and action = 'audience.exported'`);
    expect(trace?.count).toBe(9);
  });

  test("has exactly whom a condition of one's own means, with words and all else that the list is narrowed by", async () => {
    const mine = await made();
    const theirs = await made();
    await theirs.whole("id,name,lang\n7000000001,Ann,uk\n");
    await mine.whole(
      "id,name,lang,tags\n7000000001,Ann,uk,vip\n7000000002,Anna,ru,vip\n7000000003,Annika,uk,\n7000000004,Ben,uk,vip\n",
    );
    const [vip] = (await mine.call<{ tags: { id: number }[] }>("GET", "/tags")).body.tags;
    const condition = {
      kind: "all",
      of: [
        { kind: "language", test: "is", values: ["uk"] },
        { kind: "none", of: [{ kind: "moment", fact: "seen", test: "ever" }] },
      ],
    };
    const idsOf = async (filter: object) => {
      const { status, body } = await mine.call<{ bytes: Uint8Array }>("POST", "/export", { format: "csv", ...filter });
      expect(status).toBe(200);
      return [...new TextDecoder().decode(body.bytes).matchAll(/^\uFEFF?(7\d{9}),/gm)].map(([, id]) => Number(id));
    };
    const filters = [
      {},
      { condition },
      { condition, search: "ann" },
      { condition, search: "ann", tagId: String(vip?.id), state: "unreachable", botId: mine.at.botId },
      { condition, state: "active" },
      { condition, botId: theirs.at.botId },
    ];
    const found: number[][] = [];
    for (const filter of filters) {
      const list = await mine.call<{ items: { telegramId: number }[] }>("POST", "/subscribers/find", filter);
      const ids = await idsOf(filter);
      expect(ids).toEqual(list.body.items.map(({ telegramId }) => telegramId).sort());
      found.push(ids.map((id) => id - 7_000_000_000));
    }
    expect(found).toEqual([[1, 2, 3, 4], [1, 3, 4], [1, 3], [1], [], []]);
    const traces = await database.db.execute<{ after: Record<string, unknown> }>(sql`
      select after from audit_entries where workspace_id = ${mine.at.workspaceId} and action = 'audience.exported' order by id`);
    expect(traces[2]?.after).toEqual({ format: "csv", condition: "…", search: "…" });
    expect(traces).toHaveLength(filters.length);
  });

  test("by a condition is refused to whoever may not manage the audience, and for what is gone or somebody else's", async () => {
    const { at, call, whole } = await made();
    const theirs = await made();
    await theirs.whole("id,tags\n7000000001,vip\n");
    await whole("id\n7000000001\n");
    const [vip] = (await theirs.call<{ tags: { id: number }[] }>("GET", "/tags")).body.tags;
    const withTag = (kind: "all" | "none") => ({ kind, of: [{ kind: "tag", test: "any", values: [vip?.id] }] });
    for (const kind of ["all", "none"] as const) {
      const { status, body } = await call("POST", "/export", { format: "csv", condition: withTag(kind) });
      expect([status, body.error?.code]).toEqual([422, "segments.tag_gone"]);
    }
    const foreign = await theirs.call<{ id: string }>("POST", "/segments", { name: "VIP", condition: withTag("all") });
    const both = { format: "csv", segmentId: foreign.body.id };
    expect((await call("POST", "/export", both)).status).toBe(404);
    const twice = await call("POST", "/export", { ...both, condition: { kind: "username", test: "set" } });
    expect([twice.status, twice.body.error?.code]).toEqual([422, "segments.choose_one"]);
    const reader = await makePerson(database.db, at, { role: "support" });
    expect((await caller(product, reader.headers)("POST", "/export", { format: "csv" })).status).toBe(403);
    const [traces] = await database.db.execute<{ count: number }>(sql`
      select count(*)::int as count from audit_entries where workspace_id = ${at.workspaceId} and action = 'audience.exported'`);
    expect(traces?.count).toBe(0);
  });

  test("of a segment whose tag is gone is refused instead of holding everybody", async () => {
    const { whole, call } = await made();
    await whole("id,tags\n7000000001,vip\n7000000002,\n");
    const [vip] = (await call<{ tags: { id: number }[] }>("GET", "/tags")).body.tags;
    const condition = { kind: "none", of: [{ kind: "tag", test: "any", values: [vip?.id] }] };
    const { body: segment } = await call<{ id: string }>("POST", "/segments", { name: "Not VIP", condition });
    await call("DELETE", `/tags/${vip?.id}`);
    const file = await call("GET", `/export?format=csv&segmentId=${segment.id}`);
    expect([file.status, file.body.error?.code]).toEqual([422, "segments.tag_gone"]);
  });
});
