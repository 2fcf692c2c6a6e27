import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type BotRow, welcomeFor } from "@backend/modules/bots/index.ts";
import type { Content } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import { subscribers } from "@db/schema/audience.ts";
import { botTexts } from "@db/schema/bots.ts";
import { members, persons } from "@db/schema/identity.ts";
import { createTestDatabase, rolledBack, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";
import { createFeeder, makeWorkspaceBot, owed, type WorkspaceBot } from "./testing.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const inside = (work: (db: Db, at: WorkspaceBot) => Promise<void>) =>
  rolledBack(database.db, async (db) => work(db, await makeWorkspaceBot(db)));
const write = (db: Db, bot: Pick<BotRow, "id">, language: string, welcome: Content | null) =>
  db.insert(botTexts).values({ botId: bot.id, language, welcome });
const text = (html: string, over: object = {}): Content => ({ kind: "text", html, ...over });

let updateId = 90_000;
const start = (language: string | undefined, id = 700_000_050) => ({
  update_id: updateId++,
  message: {
    message_id: 5,
    from: { id, is_bot: false, first_name: "Olha", ...(language ? { language_code: language } : {}) },
    chat: { id, first_name: "Olha", type: "private" },
    date: 1760000000,
    text: "/start spring",
    entities: [{ offset: 0, length: 6, type: "bot_command" }],
  },
});
const answers = async (db: Db, at: WorkspaceBot) => (await owed(db, at)).map(({ content }) => content as Content);

describe("the welcome message", () => {
  test("answers /start in the person's language, else with the general one, and opens the app", () =>
    inside(async (db, at) => {
      await write(db, at.bot, "", text("General"));
      await write(db, at.bot, "uk", text("Вітаємо"));
      // A language with texts but without a welcome of its own has the general one.
      await write(db, at.bot, "ru", null);
      const feed = createFeeder(db, at);
      for (const language of ["uk", "uk-UA", "ru", "de", undefined]) await feed(start(language));
      const got = await answers(db, at);
      expect(got.map((content) => content.kind === "text" && content.html)).toEqual([
        "Вітаємо",
        "Вітаємо",
        "General",
        "General",
        "General",
      ]);
      expect(got[0]).toMatchObject({ buttons: [[{ app: "" }]] });
    }));

  test("keeps its own buttons, and adds none to a full message or an album", () =>
    inside(async (db, at) => {
      const button = { text: "Site", url: "https://example.com" };
      await write(db, at.bot, "en", text("A", { buttons: [[button]] }));
      await write(db, at.bot, "uk", text("B", { buttons: Array.from({ length: 20 }, () => [button]) }));
      const photo = { kind: "photo" as const, media: "https://example.com/a.jpg" };
      await write(db, at.bot, "ru", { kind: "album", items: [photo, photo] });
      const feed = createFeeder(db, at);
      for (const language of ["en", "uk", "ru"]) await feed(start(language));
      const [one, full, album] = await answers(db, at);
      expect(one).toMatchObject({ buttons: [[button], [{ app: "" }]] });
      expect(full?.kind === "text" && full.buttons).toHaveLength(20);
      expect(album).not.toHaveProperty("buttons");
    }));

  test("is filled in as a letter is: names, where he came from, and what the workspace keeps of him", () =>
    inside(async (db, at) => {
      const html = "{first_name}, {field:city|nowhere}, {source|nothing}";
      const buttons = [[{ text: "For {first_name}", url: "https://x.example/?c={field:city}" }]];
      await write(db, at.bot, "", { kind: "photo", media: "https://x.example/a.jpg", caption: html, buttons });
      const feed = createFeeder(db, at);
      await feed(start("en"));
      await db
        .update(subscribers)
        .set({ fields: { city: "Lviv & co" } })
        .where(eq(subscribers.botId, at.bot.id));
      await feed(start("en"));
      const got = await answers(db, at);
      expect(got.map((content) => content.kind === "photo" && content.caption)).toEqual([
        "Olha, nowhere, spring",
        "Olha, Lviv &amp; co, spring",
      ]);
      expect(got[1]).toMatchObject({
        buttons: [[{ text: "For Olha", url: "https://x.example/?c=Lviv%20%26%20co" }], [{ app: "" }]],
      });
    }));

  test("is for people outside the team: members hear who they are", () =>
    inside(async (db, at) => {
      await write(db, at.bot, "", text("General"));
      const [person] = await db
        .insert(persons)
        .values({ workspaceId: at.workspace.id, telegramId: 700_000_051, firstName: "Olha" })
        .returning();
      await db.insert(members).values({ workspaceId: at.workspace.id, personId: person?.id ?? "", role: "manager" });
      await createFeeder(db, at)(start("en", 700_000_051));
      const [greeting] = await answers(db, at);
      expect(greeting?.kind === "text" && greeting.html).not.toContain("General");
    }));

  test("is nothing where nothing was written, and never another bot's", () =>
    inside(async (db, at) => {
      const other = await makeWorkspaceBot(db);
      await write(db, other.bot, "", text("Theirs"));
      expect(await welcomeFor(db, at.bot.id, "en")).toBeNull();
      await createFeeder(db, at)(start("en"));
      expect(JSON.stringify(await answers(db, at))).not.toContain("Theirs");
    }));
});
