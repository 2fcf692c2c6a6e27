import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import {
  createTestServer,
  makePerson,
  makeWorkspace,
  type TestPerson,
  type TestWorkspace,
} from "@backend/modules/identity/testing.ts";
import { bots, botTexts } from "@db/schema/bots.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { startTelegramStandIn, type TelegramStandIn } from "@sandbox/telegram/index.ts";
import { and, eq } from "drizzle-orm";
import fc from "fast-check";
import { Api } from "grammy";
import { setUpBot } from "./actions/set-up-bot.ts";
import { tellTexts } from "./actions/tell-texts.ts";
import type { SaveTexts } from "./contracts.ts";
import { mergeCommands, readCommands, repeatedCommand, writeCommands } from "./domain/texts.ts";
import { botRoutes } from "./routes.ts";
import { testContext, testPorts } from "./testing.ts";

let database: TestDatabase;
let telegram: TelegramStandIn;
let at: TestWorkspace;
let owner: TestPerson;
let clock = Date.now();

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  clock = Date.now();
  telegram = await startTelegramStandIn({ now: () => clock });
  at = await makeWorkspace(database.db);
  owner = await makePerson(database.db, at, { role: "owner" });
  telegram.addBot({ token: at.token, username: "texts_bot", firstName: "First name" });
});
afterEach(() => telegram.stop());

const ports = () => testPorts(telegram.apiRoot);
const context = () => testContext(database.db, at.workspaceId, ports(), new Date(clock));
const empty: SaveTexts = {
  name: null,
  description: null,
  shortDescription: null,
  menuButton: null,
  commands: null,
  welcome: null,
};
const path = (language: string) => `/bots/${at.botId}/texts/${language}`;
const call = (method: string, language: string, body?: unknown) =>
  createTestServer(database.db, [botRoutes], ports()).call(method, path(language), { headers: owner.headers, body });
const save = (language: string, texts: Partial<SaveTexts>) => call("PUT", language, { ...empty, ...texts });
const tell = async () => {
  await setUpBot(context(), { botId: at.botId });
  await tellTexts(context(), { botId: at.botId });
};
const api = () => new Api(at.token, { apiRoot: telegram.apiRoot });

describe("what a bot says of itself", () => {
  test("reaches Telegram in its language, and is told again only where it differs", async () => {
    await save("default", { name: "Shop", description: "Everything", shortDescription: "All", menuButton: "Menu" });
    await save("uk", { name: "Крамниця" });
    await tell();
    expect((await api().getMyName()).name).toBe("Shop");
    expect((await api().getMyName({ language_code: "uk" })).name).toBe("Крамниця");
    expect((await api().getMyDescription()).description).toBe("Everything");
    expect((await api().getMyShortDescription()).short_description).toBe("All");
    expect(await api().getChatMenuButton()).toMatchObject({ text: "Menu" });
    const calls = () => ["setmyname", "setmydescription", "setmyshortdescription", "setmycommands"].map(telegram.calls);
    const before = calls();
    for (let n = 0; n < 3; n++) await tell();
    expect(calls()).toEqual(before);
    expect((await call("GET", "uk")).body).toMatchObject({ language: "uk", name: "Крамниця", problem: null });
    expect((await call("GET", "de")).body).toEqual({ ...empty, language: "de", problem: null, nextTryAt: null });
  });

  test("own commands never take the built-in ones away, in any language", async () => {
    await save("default", { commands: [{ command: "price", description: "Prices" }] });
    await save("de", {
      commands: [
        { command: "preis", description: "Preise" },
        { command: "help", description: "Hilfe" },
      ],
    });
    await tell();
    const names = async (language?: "en" | "ru" | "de") =>
      (await api().getMyCommands(language ? { language_code: language } : {})).map(({ command }) => command);
    for (const language of [undefined, "en", "ru"] as const)
      expect((await names(language)).slice(0, 2)).toEqual(["price", "start"]);
    expect(await names("de")).toEqual([
      "preis",
      "help",
      "start",
      "app",
      "stats",
      "admin",
      "subscriptions",
      "stop",
      "paysupport",
      "terms",
    ]);
  });

  test("commands that Telegram refuses keep nothing else from it, not even the built-in ones; the reason stands where they were written", async () => {
    await save("default", { name: "Shop", menuButton: "Menu" });
    await save("uk", { name: "Крамниця" });
    await save("de", { commands: [{ command: "preis", description: "Preise" }], name: "Laden" });
    // Written past our check, as before there was one.
    await database.db
      .update(botTexts)
      .set({ commands: [{ command: "preis", description: " " }] })
      .where(and(eq(botTexts.botId, at.botId), eq(botTexts.language, "de")));
    await tell();
    const names = async (language?: "uk" | "de") =>
      (await api().getMyCommands(language ? { language_code: language } : {})).map(({ command }) => command);
    for (const language of [undefined, "uk", "de"] as const) expect(await names(language)).toContain("stop");
    expect(await names("de")).not.toContain("preis");
    expect(await api().getChatMenuButton()).toMatchObject({ text: "Menu" });
    expect((await api().getMyName({ language_code: "de" })).name).toBe("Laden");
    expect((await call("GET", "de")).body.problem).toContain("BOT_COMMAND_DESCRIPTION_INVALID");
    for (const language of ["default", "uk"]) expect((await call("GET", language)).body.problem).toBeNull();
    const [bot] = await database.db.select().from(bots).where(eq(bots.id, at.botId));
    expect(bot?.health?.problem).toBeNull();
    // Mended, the reason goes.
    await save("de", { commands: [{ command: "preis", description: "Preise" }] });
    await tell();
    expect([await names("de"), (await call("GET", "de")).body.problem]).toEqual([
      expect.arrayContaining(["preis"]),
      null,
    ]);
  });

  test("general commands that Telegram refuses are told of at the general texts", async () => {
    await save("default", { commands: [{ command: "price", description: "Prices" }] });
    // It has the general commands, and none of its own that could be mended there.
    await save("uk", { name: "Крамниця" });
    await database.db
      .update(botTexts)
      .set({ commands: [{ command: "price", description: " " }] })
      .where(and(eq(botTexts.botId, at.botId), eq(botTexts.language, "")));
    await tell();
    expect((await call("GET", "uk")).body.problem).toBeNull();
    expect((await call("GET", "default")).body.problem).toContain("BOT_COMMAND_DESCRIPTION_INVALID");
    expect((await api().getMyCommands({ language_code: "ru" })).map(({ command }) => command)).toContain("stop");
  });

  test("a command says what it does: blanks around it are nothing, and nothing but blanks is refused", async () => {
    const blank = await save("default", { commands: [{ command: "price", description: " \n " }] });
    expect([blank.status, blank.body.error]).toEqual([
      422,
      expect.objectContaining({ code: "bots.command_blank", params: { command: "price" } }),
    ]);
    const { body } = await save("default", { commands: [{ command: "price", description: "  Prices " }] });
    expect(body.commands).toEqual([{ command: "price", description: "Prices" }]);
  });

  test("emptied is taken away from Telegram, once; the general name stays as it is", async () => {
    await save("default", { name: "Shop", description: "Everything" });
    await save("uk", { name: "Крамниця" });
    await tell();
    await save("default", {});
    await save("uk", {});
    await tell();
    expect((await api().getMyName({ language_code: "uk" })).name).toBe("Shop");
    expect((await api().getMyDescription()).description).toBe("");
    const before = telegram.calls("setmyname");
    await tell();
    expect(telegram.calls("setmyname")).toBe(before);
  });

  test("a name changed too often waits as long as Telegram asks, and everything else goes on", async () => {
    for (let n = 0; n < 20; n++) await api().setMyName(`Name ${n}`);
    await save("default", { name: "Shop", description: "Everything" });
    await tell();
    expect((await api().getMyDescription()).description).toBe("Everything");
    const { body } = await call("GET", "default");
    const waitMs = new Date(body.nextTryAt).getTime() - clock;
    expect(waitMs).toBeGreaterThan(3_600_000);
    const before = telegram.calls("setmyname");
    await tell();
    expect(telegram.calls("setmyname")).toBe(before);
    clock += waitMs + 1_000;
    await tellTexts(context(), { botId: at.botId });
    expect((await api().getMyName()).name).toBe("Shop");
    expect((await call("GET", "default")).body.nextTryAt).toBeNull();
  });

  test("what Telegram refuses is shown in its words until it is written anew", async () => {
    await save("default", { name: "Shop" });
    // Longer than Telegram takes: written past our check, as a limit that changes there would be.
    await database.db
      .update(botTexts)
      .set({ shortDescription: "x".repeat(121) })
      .where(eq(botTexts.botId, at.botId));
    await tell();
    const [stored] = await database.db.select().from(botTexts).where(eq(botTexts.botId, at.botId));
    expect(stored?.problem).toContain("BOT_SHORT_DESCRIPTION_TOO_LONG");
    expect((await api().getMyName()).name).toBe("Shop");
    expect((await save("default", { name: "Shop", shortDescription: "x" })).body.problem).toBeNull();
  });

  test.each([
    ["a name", { name: "x".repeat(65) }],
    ["a description", { description: "x".repeat(513) }],
    ["a short description", { shortDescription: "x".repeat(121) }],
    ["a command", { commands: [{ command: "Big", description: "x" }] }],
    ["a command's description", { commands: [{ command: "a", description: "x".repeat(257) }] }],
    ["a command twice", { commands: Array.from({ length: 2 }, () => ({ command: "a", description: "x" })) }],
    ["markup that Telegram refuses", { welcome: { kind: "text", html: "<b>unclosed" } }],
    ["a caption that Telegram refuses", { welcome: { kind: "photo", media: "https://x.example/a", caption: "<x>" } }],
    ["a variable that nobody knows", { welcome: { kind: "text", html: "Hi {field:street}" } }],
    ["a button that leads nowhere", { welcome: { kind: "text", html: "Hi", buttons: [[{ text: "x", url: "ftp" }]] } }],
    ["a file from nowhere", { welcome: { kind: "video", media: "not a file" } }],
  ])("refuses %s beyond Telegram's limits, and stores nothing", async (_, texts) => {
    expect((await save("default", texts as Partial<SaveTexts>)).status).toBe(422);
    expect(await database.db.select().from(botTexts).where(eq(botTexts.botId, at.botId))).toEqual([]);
  });

  test("knows languages of two letters and the general one", async () => {
    for (const language of ["english", "e", "EN", "%27"]) expect((await call("GET", language)).status).toBe(422);
  });

  test("takes a text of the greatest length", async () => {
    const { status, body } = await save("default", {
      name: "н".repeat(64),
      description: "д".repeat(512),
      shortDescription: "к".repeat(120),
      welcome: { kind: "text", html: "Hello, <b>{first_name|there}</b>!" },
    });
    expect([status, body.name.length]).toEqual([200, 64]);
    await tell();
    expect((await call("GET", "default")).body.problem).toBeNull();
  });
});

describe("the welcome message", () => {
  const buttons = [
    [
      { text: "Site", url: "https://x.example/?name={first_name}" },
      { text: "App", app: "" },
    ],
  ];
  test.each<[string, NonNullable<SaveTexts["welcome"]>]>([
    [
      "formatting, variables and fields",
      { kind: "text", html: "<b>{first_name|friend}</b> of {field:city|here}", buttons },
    ],
    ["a photo", { kind: "photo", media: "https://x.example/a.jpg", caption: "<i>Look</i>", buttons, silent: true }],
    ["a video", { kind: "video", media: "https://x.example/a.mp4" }],
    ["a file", { kind: "document", media: "https://x.example/a.pdf", protect: true }],
    [
      "an album",
      {
        kind: "album",
        items: [
          { kind: "photo", media: "https://x.example/a.jpg", caption: "One" },
          { kind: "video", media: "https://x.example/b.mp4" },
        ],
      },
    ],
  ])("may have %s, apart for each language", async (_, welcome) => {
    expect((await save("uk", { welcome })).status).toBe(200);
    expect((await call("GET", "uk")).body.welcome).toEqual(welcome);
    expect((await call("GET", "default")).body.welcome).toBeNull();
  });

  test("says where something is wrong with it", async () => {
    const { status, body } = await save("default", { welcome: { kind: "text", html: "{nothing}" } });
    expect([status, body.error.code]).toEqual([422, "letters.unknown_variable"]);
  });
});

describe("merged commands", () => {
  const command = fc.record({ command: fc.stringMatching(/^[a-c]{1,2}$/), description: fc.constant("x") });
  test("hold every own and every built-in one, each once when own ones are, own ones first", () => {
    fc.assert(
      fc.property(fc.array(command), fc.uniqueArray(command, { selector: (one) => one.command }), (own, builtIn) => {
        const unique = own.filter((one, i) => own.findIndex(({ command: name }) => name === one.command) === i);
        const merged = mergeCommands(unique, builtIn);
        expect(repeatedCommand(merged)).toBeNull();
        expect(merged.slice(0, unique.length)).toEqual(unique);
        for (const one of [...unique, ...builtIn])
          expect(merged.map(({ command: name }) => name)).toContain(one.command);
        expect(repeatedCommand(own) === null).toBe(unique.length === own.length);
      }),
    );
  });
});

describe("commands as lines", () => {
  test("are read as @BotFather takes them, and read back as they were written", () => {
    expect(readCommands("/price - Our prices\n\n  help — What — to do ")).toEqual({
      ok: true,
      commands: [
        { command: "price", description: "Our prices" },
        { command: "help", description: "What — to do" },
      ],
    });
    const commands = fc.uniqueArray(
      fc.record({
        command: fc.stringMatching(/^[a-z0-9_]{1,32}$/),
        description: fc.stringMatching(/^[a-zа-я][a-zа-я :–-]{0,60}[a-zа-я]$/),
      }),
      { selector: ({ command }) => command },
    );
    fc.assert(
      fc.property(commands, (list) => {
        expect(readCommands(writeCommands(list))).toEqual({ ok: true, commands: list });
      }),
    );
  });

  test.each([
    ["no hyphen", 1],
    ["ok - fine\nBig - x", 2],
    ["a - x\na - y", 2],
    [`a - ${"x".repeat(257)}`, 1],
    ["a -", 1],
  ])("name the line that is wrong: %p", (text, line) => {
    expect(readCommands(text)).toEqual({ ok: false, line });
  });
});
