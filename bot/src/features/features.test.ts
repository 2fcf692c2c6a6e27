import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { translator } from "@backend/i18n/index.ts";
import { randomToken } from "@backend/kit/crypto.ts";
import type { Content } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import { invitations, members, persons, type Role } from "@db/schema/identity.ts";
import { chats, chatTopics } from "@db/schema/messaging.ts";
import { createTestDatabase, rolledBack, type TestDatabase } from "@db/testing.ts";
import { and, eq } from "drizzle-orm";
import { sealInvitation } from "../intake/keep-update.ts";
import { createFeeder, makeWorkspaceBot, owed, testVault, type WorkspaceBot } from "../testing.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const inside = (work: (db: Db, at: WorkspaceBot) => Promise<void>) =>
  rolledBack(database.db, async (db) => work(db, await makeWorkspaceBot(db)));

let updateId = 10_000;
const oksana = { id: 700000001, is_bot: false, first_name: "Oksana", username: "oksana", language_code: "uk" };
const privateChat = { id: 700000001, first_name: "Oksana", username: "oksana", type: "private" };
const said = (text: string, over: object = {}) => ({
  update_id: updateId++,
  message: {
    message_id: 5,
    from: oksana,
    chat: privateChat,
    date: 1760000000,
    text,
    entities: [{ offset: 0, length: text.split(" ")[0]?.length ?? 0, type: "bot_command" }],
    ...over,
  },
});
const club = { id: -1001112223335, title: "Club", type: "supergroup", is_forum: true };
const channel = { id: -1001112223334, title: "News", username: "news_ch", type: "channel" };
const botMember = (at: WorkspaceBot, over: object) => ({
  user: { id: at.bot.telegramId, is_bot: true, first_name: "Acme", username: at.bot.username },
  ...over,
});
const membership = (at: WorkspaceBot, chat: object, from: object, oldStatus: string, now: object) => ({
  update_id: updateId++,
  my_chat_member: {
    chat,
    from,
    date: 1760000100,
    old_chat_member: botMember(at, { status: oldStatus }),
    new_chat_member: botMember(at, now),
  },
});
const admin = { status: "administrator", can_post_messages: true, can_edit_messages: true };

const chatRow = async (db: Db, at: WorkspaceBot, telegramChatId: number) =>
  (
    await db
      .select()
      .from(chats)
      .where(and(eq(chats.botId, at.bot.id), eq(chats.telegramChatId, telegramChatId)))
  )[0];
const texts = async (db: Db, at: WorkspaceBot) =>
  (await owed(db, at)).map(({ content }) => (content as Extract<Content, { kind: "text" }>).html);

async function makeMember(db: Db, at: WorkspaceBot, telegramId: number, role: Role) {
  const [person] = await db
    .insert(persons)
    .values({ workspaceId: at.workspace.id, telegramId, firstName: "Member" })
    .returning();
  await db.insert(members).values({ workspaceId: at.workspace.id, personId: person?.id ?? "", role });
  return person?.id ?? "";
}

async function makeInvitation(db: Db, at: WorkspaceBot, over: Partial<typeof invitations.$inferInsert> = {}) {
  const token = randomToken();
  const createdBy = await makeMember(db, at, 600000000 + Math.floor(Math.random() * 1e8), "owner");
  await db.insert(invitations).values({
    workspaceId: at.workspace.id,
    role: "manager",
    tokenHash: testVault.lookupHash("invitation", token),
    createdBy,
    expiresAt: new Date(Date.now() + 3_600_000),
    ...over,
  });
  return token;
}

describe("/start", () => {
  test("makes the person and the chat known and greets in the person's language, escaped, with a button for the app", () =>
    inside(async (db, at) => {
      const reading = await createFeeder(db, at)(said("/start ref_Ab-12", { from: { ...oksana, first_name: "<b>O" } }));
      expect(reading).toMatchObject({ status: "handled", outcome: { command: "start", payload: "ref_Ab-12" } });
      const [delivery] = await owed(db, at);
      expect(delivery).toMatchObject({ rank: 0, state: "queued" });
      const content = delivery?.content as Extract<Content, { kind: "text" }>;
      expect(content.html).toStartWith("Вітаємо, &lt;b&gt;O!");
      expect(content.html).toContain("«Acme &lt;Traffic&gt;»");
      expect(content.buttons).toEqual([[{ text: "Відкрити застосунок", app: "" }]]);
      const chat = await chatRow(db, at, oksana.id);
      expect(chat).toMatchObject({ kind: "private", state: "active", locale: "uk" });
      expect(chat?.personId).not.toBeNull();
    }));

  test("speaks the language chosen in the app, not Telegram's", () =>
    inside(async (db, at) => {
      await db
        .insert(persons)
        .values({ workspaceId: at.workspace.id, telegramId: oksana.id, telegramLocale: "uk", locale: "ru" });
      await createFeeder(db, at)(said("/start"));
      expect((await texts(db, at))[0]).toStartWith("Здравствуйте, Oksana!");
    }));

  test("has no button while Telegram would not take one", () =>
    inside(async (db, at) => {
      await createFeeder(db, at, { canLaunchApp: false })(said("/start"));
      expect((await owed(db, at))[0]?.content).not.toHaveProperty("buttons");
    }));

  test("of a blocked person is met with silence and changes nothing", () =>
    inside(async (db, at) => {
      await db
        .insert(persons)
        .values({ workspaceId: at.workspace.id, telegramId: oksana.id, firstName: "Old", blockedAt: new Date() });
      const feed = createFeeder(db, at);
      for (const text of ["/start", "/help", "/stats", "hello"])
        expect(await feed(said(text))).toMatchObject({ status: "ignored" });
      expect(await owed(db, at)).toEqual([]);
      expect(await chatRow(db, at, oksana.id)).toBeUndefined();
      const [person] = await db.select().from(persons).where(eq(persons.telegramId, oksana.id));
      expect(person?.firstName).toBe("Old");
    }));

  test("of a bot is met with silence", () =>
    inside(async (db, at) => {
      expect(await createFeeder(db, at)(said("/start", { from: { ...oksana, is_bot: true } }))).toMatchObject({
        status: "ignored",
      });
      expect(await db.select().from(persons).where(eq(persons.workspaceId, at.workspace.id))).toEqual([]);
    }));
});

describe("/start with an invitation", () => {
  test("makes a member once; the second use is refused in words", () =>
    inside(async (db, at) => {
      const token = await makeInvitation(db, at);
      const feed = createFeeder(db, at);
      expect(await feed(said(`/start inv_${token}`))).toMatchObject({ outcome: { joinedAs: "manager" } });
      const other = { ...oksana, id: 700000002, language_code: "en" };
      const chat = { ...privateChat, id: 700000002 };
      expect(await feed(said(`/start inv_${token}`, { from: other, chat }))).toMatchObject({
        outcome: { refused: "identity.invitation_used" },
      });
      const [welcome, refusal] = await texts(db, at);
      expect(welcome).toContain("менеджер");
      expect(refusal).toBe("This invitation has already been used. Ask for a new one.");
      const joined = await db.select().from(members).where(eq(members.workspaceId, at.workspace.id));
      expect(joined.map(({ role }) => role).sort()).toEqual(["manager", "owner"]);
    }));

  test("stored sealed by the intake works, and the inspector is told no token", () =>
    inside(async (db, at) => {
      const token = await makeInvitation(db, at);
      const stored = sealInvitation(said(`/start inv_${token}`), testVault.seal);
      expect(JSON.stringify(stored)).not.toContain(token);
      const reading = await createFeeder(db, at)(stored);
      expect(reading).toMatchObject({ outcome: { joinedAs: "manager" } });
      expect(JSON.stringify(reading)).not.toContain(token);
    }));

  test("bound to somebody else, or unknown, is not valid", () =>
    inside(async (db, at) => {
      const bound = await makeInvitation(db, at, { forTelegramId: 1 });
      const feed = createFeeder(db, at);
      for (const token of [bound, randomToken()])
        expect(await feed(said(`/start inv_${token}`))).toMatchObject({
          outcome: { refused: "identity.invitation_not_found" },
        });
      expect(await db.select().from(members).where(eq(members.workspaceId, at.workspace.id))).toHaveLength(1);
    }));

  test("a payload that only looks like one is a plain start", () =>
    inside(async (db, at) => {
      const feed = createFeeder(db, at);
      for (const payload of ["inv_", "inv_../../etc", `inv_${"x".repeat(5000)}`, "'; drop table persons; --"])
        expect(await feed(said(`/start ${payload}`))).toMatchObject({ status: "handled" });
      expect(await owed(db, at)).toHaveLength(4);
    }));
});

describe("commands of the team", () => {
  const today = {
    conversions: [{ status: "sale", count: 1240, amounts: [{ currency: "USD", amount: "15.50" }] }],
    deliveries: { sent: 7, waiting: 0, failed: 2, unknown: 0 },
    sales: { orders: 5, paid: 3, revenue: [{ currency: "USD", amount: "299.97" }] },
  };

  test("/stats tells a member the numbers of today in his zone", () =>
    inside(async (db, at) => {
      await makeMember(db, at, oksana.id, "media_buyer");
      const asked: string[] = [];
      const feed = createFeeder(db, at, {
        readToday: (_, { timeZone }) => {
          asked.push(timeZone);
          return Promise.resolve(today);
        },
      });
      await feed(said("/stats", { from: { ...oksana, language_code: "en" } }));
      expect(asked).toEqual(["Europe/Kyiv"]);
      const [text] = await texts(db, at);
      expect(text).toContain("Sale: 1,240 · $15.50");
      expect(text).toContain("New: 5");
      expect(text).toContain("Paid: 3 · $299.97");
      expect(text).toContain("Sent: 7");
      expect(text).toContain("Failed: 2");
      expect(text).not.toContain("Waiting");
    }));

  test("/stats and /admin tell strangers nothing but whom they are for", () =>
    inside(async (db, at) => {
      const feed = createFeeder(db, at, { readToday: () => Promise.reject(new Error("must not be asked")) });
      for (const command of ["/stats", "/admin", "/broadcast"])
        expect(await feed(said(command))).toMatchObject({ outcome: { refused: true } });
      for (const text of await texts(db, at)) expect(text).toContain("для команди");
    }));

  test("/stats needs the right to see reports", () =>
    inside(async (db, at) => {
      await makeMember(db, at, oksana.id, "support");
      const feed = createFeeder(db, at, { readToday: () => Promise.reject(new Error("must not be asked")) });
      await feed(said("/stats"));
      expect((await texts(db, at))[0]).toBe(translator("uk")("common.forbidden"));
    }));

  test("/admin shows the screens that the role opens", () =>
    inside(async (db, at) => {
      await makeMember(db, at, oksana.id, "media_buyer");
      await createFeeder(db, at)(said("/admin"));
      const content = (await owed(db, at))[0]?.content as Extract<Content, { kind: "text" }>;
      const apps = content.buttons?.flat().map((button) => ("app" in button ? button.app : ""));
      expect(apps).toEqual(["traffic", "connections", "broadcasts", "audience", "control/chats"]);
    }));

  test("/broadcast leads whoever may write one to where it is written, and nobody else", () =>
    inside(async (db, at) => {
      await makeMember(db, at, oksana.id, "media_buyer");
      await createFeeder(db, at)(said("/broadcast"));
      const content = (await owed(db, at))[0]?.content as Extract<Content, { kind: "text" }>;
      expect(content.buttons?.flat().map((button) => ("app" in button ? button.app : ""))).toEqual(["broadcasts/new"]);
    }));

  test("/stats in a group is not answered: strangers read there", () =>
    inside(async (db, at) => {
      await makeMember(db, at, oksana.id, "owner");
      const reading = await createFeeder(db, at)(said(`/stats@${at.bot.username}`, { chat: club }));
      expect(reading.status).toBe("ignored");
      expect(await owed(db, at)).toEqual([]);
    }));
});

describe("membership", () => {
  test("blocking ends what waits, unblocking makes the chat writable again", () =>
    inside(async (db, at) => {
      const feed = createFeeder(db, at);
      await feed(said("/start"));
      await feed(membership(at, privateChat, oksana, "member", { status: "kicked", until_date: 0 }));
      expect((await chatRow(db, at, oksana.id))?.state).toBe("blocked");
      expect((await owed(db, at)).map(({ state }) => state)).toEqual(["failed"]);
      await feed(membership(at, privateChat, oksana, "kicked", { status: "member" }));
      expect((await chatRow(db, at, oksana.id))?.state).toBe("active");
      expect(await owed(db, at)).toHaveLength(1);
    }));

  test("a group: registered with who added the bot, greeted once with what to do next", () =>
    inside(async (db, at) => {
      const feed = createFeeder(db, at);
      await feed(membership(at, club, oksana, "left", { status: "member" }));
      await feed(membership(at, club, oksana, "member", { ...admin, can_manage_topics: true }));
      const chat = await chatRow(db, at, club.id);
      expect(chat).toMatchObject({ kind: "supergroup", title: "Club", isForum: true, state: "active" });
      expect(chat?.addedBy).not.toBeNull();
      const greetings = await texts(db, at);
      expect(greetings).toHaveLength(1);
      expect(greetings[0]).toContain("тем");
    }));

  test("a channel without the right to post is known and not written to", () =>
    inside(async (db, at) => {
      const feed = createFeeder(db, at);
      await feed(membership(at, channel, oksana, "left", { status: "administrator", can_edit_messages: true }));
      expect((await chatRow(db, at, channel.id))?.state).toBe("no_rights");
      expect(await owed(db, at)).toEqual([]);
      await feed(membership(at, channel, oksana, "administrator", admin));
      expect((await chatRow(db, at, channel.id))?.state).toBe("active");
      expect(await owed(db, at)).toHaveLength(1);
    }));

  test("removal is recorded even when a blocked person did it; being added by one is not", () =>
    inside(async (db, at) => {
      const feed = createFeeder(db, at);
      await feed(membership(at, club, oksana, "left", { status: "member" }));
      await db.update(persons).set({ blockedAt: new Date() }).where(eq(persons.telegramId, oksana.id));
      await feed(membership(at, club, oksana, "member", { status: "kicked", until_date: 0 }));
      expect((await chatRow(db, at, club.id))?.state).toBe("kicked");
      await feed(membership(at, club, oksana, "kicked", { status: "member" }));
      await feed(membership(at, channel, oksana, "left", admin));
      expect((await chatRow(db, at, club.id))?.state).toBe("kicked");
      expect(await chatRow(db, at, channel.id)).toBeUndefined();
    }));
});

describe("groups", () => {
  const service = (fields: object, chat: object = club) => ({
    update_id: updateId++,
    message: { message_id: 7, from: oksana, chat, date: 1760000200, ...fields },
  });
  const topics = async (db: Db, at: WorkspaceBot) => {
    const chat = await chatRow(db, at, club.id);
    return db
      .select({ threadId: chatTopics.threadId, name: chatTopics.name, isClosed: chatTopics.isClosed })
      .from(chatTopics)
      .where(eq(chatTopics.chatId, chat?.id ?? crypto.randomUUID()));
  };

  test("a new title and a move to a supergroup are followed by the same chat", () =>
    inside(async (db, at) => {
      const feed = createFeeder(db, at);
      const small = { id: -5000001, title: "Team", type: "group" };
      await feed(membership(at, small, oksana, "left", { status: "member" }));
      const before = await chatRow(db, at, small.id);
      await feed(service({ new_chat_title: "Team 2" }, { ...small, title: "Team 2" }));
      expect((await chatRow(db, at, small.id))?.title).toBe("Team 2");
      await feed(service({ migrate_to_chat_id: -1009990001 }, small));
      const after = await chatRow(db, at, -1009990001);
      expect(after).toMatchObject({ kind: "supergroup", id: before?.id ?? "none" });
      await feed(service({ migrate_from_chat_id: small.id }, { ...small, id: -1009990001, type: "supergroup" }));
      expect((await chatRow(db, at, -1009990001))?.id).toBe(before?.id ?? "none");
    }));

  test("topics are learnt when made, renamed, closed, and from any message in them", () =>
    inside(async (db, at) => {
      const feed = createFeeder(db, at);
      await feed(membership(at, club, oksana, "left", { status: "member" }));
      const inTopic = { message_thread_id: 9, is_topic_message: true };
      await feed(service({ ...inTopic, forum_topic_created: { name: "Deposits", icon_color: 1 } }));
      await feed(service({ ...inTopic, forum_topic_edited: { name: "Deposits 2" } }));
      await feed(service({ ...inTopic, forum_topic_closed: {} }));
      expect(await topics(db, at)).toEqual([{ threadId: 9, name: "Deposits 2", isClosed: true }]);
      await feed(service({ ...inTopic, forum_topic_reopened: {} }));
      await feed(
        service({
          message_thread_id: 11,
          is_topic_message: true,
          reply_to_message: {
            message_id: 11,
            chat: club,
            date: 1,
            forum_topic_created: { name: "Leads", icon_color: 1 },
          },
        }),
      );
      const all = await topics(db, at);
      expect(all.sort((a, b) => a.threadId - b.threadId)).toEqual([
        { threadId: 9, name: "Deposits 2", isClosed: false },
        { threadId: 11, name: "Leads", isClosed: false },
      ]);
    }));

  test("a command for this bot is answered in its topic; one for another bot is not ours", () =>
    inside(async (db, at) => {
      const feed = createFeeder(db, at);
      const inTopic = { chat: club, message_thread_id: 9, is_topic_message: true };
      expect((await feed(said("/help@other_bot", { chat: club }))).status).toBe("ignored");
      expect((await feed(said(`/help@${at.bot.username}`, inTopic))).status).toBe("handled");
      expect((await owed(db, at)).map(({ threadId }) => threadId)).toEqual([9]);
    }));
});

describe("everything else", () => {
  test("unknown updates are ignored, not failed", () =>
    inside(async (db, at) => {
      const feed = createFeeder(db, at);
      for (const update of [
        { update_id: 1, poll: { id: "1" } },
        { update_id: 2, from_the_future: { x: 1 } },
        { update_id: 3 },
        { update_id: 4, channel_post: { message_id: 1, chat: channel, date: 1, text: "/start" } },
      ])
        expect((await feed(update)).status).toBe("ignored");
      expect(await owed(db, at)).toEqual([]);
    }));

  test("a pressed button is answered by a job, since nothing goes out from inside the transaction", () =>
    inside(async (db, at) => {
      const press = {
        update_id: 9,
        callback_query: { id: "42", from: oksana, chat_instance: "1", data: "forged:of:another:tenant" },
      };
      expect(await createFeeder(db, at)(press)).toMatchObject({ status: "handled" });
      expect(await owed(db, at)).toEqual([]);
    }));

  test("plain words in private prove that the bot may write, and are not answered", () =>
    inside(async (db, at) => {
      const feed = createFeeder(db, at);
      const plain = { ...said("hello"), message: { ...said("hello").message, entities: [] } };
      expect((await feed(plain)).status).toBe("handled");
      expect((await chatRow(db, at, oksana.id))?.state).toBe("active");
      expect(await owed(db, at)).toEqual([]);
    }));

  test("an update of a switched-off bot, or with a body that is none, makes nothing", () =>
    inside(async (db, at) => {
      const feed = createFeeder(db, at);
      expect((await feed(["not", "an", "update"])).status).toBe("malformed");
      expect((await feed({ update_id: "1" })).status).toBe("malformed");
    }));
});
