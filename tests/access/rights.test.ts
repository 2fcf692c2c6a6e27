/** What a bot may do in a chat: who hears that it may not, and what happens when it may again. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { systemActor } from "@backend/kit/context.ts";
import { listOverdue } from "@backend/modules/access/queries.ts";
import { checkAlerts } from "@backend/modules/operations/actions/check-alerts.ts";
import { bots } from "@db/schema/bots.ts";
import { auditEntries } from "@db/schema/identity.ts";
import { and, eq } from "drizzle-orm";
import { type AccessRig, createAccessRig, dayMs } from "./rig.ts";

let rig: AccessRig;
beforeAll(async () => {
  rig = await createAccessRig();
});
afterAll(() => rig.close());

type Rights = Record<string, boolean>;
/** As somebody changes it in the chat's settings: the bot is told. */
async function give(telegramChatId: number, rights: Rights): Promise<void> {
  rig.telegram.people.promoteBot(telegramChatId, rig.botTelegramId, rig.ownerTelegramId, rights);
  await rig.work();
}
const all = { can_invite_users: true, can_restrict_members: true };
const problemsOf = async (productId: string) => {
  const { body } = await rig.call("GET", `/products/${productId}/chats`);
  return body.items.map((item: { problem: { code: string } | null }) => item.problem?.code ?? null);
};

describe("a product takes a chat", () => {
  test("only when its bot may invite and ban, and says which right is missing and where to give it", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([]);
    const put = () => rig.call("PUT", `/products/${productId}/chats/${chat.id}`);
    const cases: [Rights, string, string][] = [
      [{ ...all, can_invite_users: false }, "access.problem.invite", "“Invite users via link”"],
      [{ ...all, can_restrict_members: false }, "access.problem.remove", "“Ban users”"],
      [{ can_invite_users: false, can_restrict_members: false }, "access.problem.rights", rig.space.botUsername],
    ];
    for (const [rights, code, words] of cases) {
      await give(chat.telegramChatId, rights);
      const { status, body } = await put();
      expect([status, body.error.code, body.error.message.includes(words)]).toEqual([409, code, true]);
    }
    await give(chat.telegramChatId, all);
    expect((await put()).status).toBe(200);
    expect((await put()).body.items).toHaveLength(1);
    const entries = await rig.database.db
      .select()
      .from(auditEntries)
      .where(and(eq(auditEntries.action, "product.chat_added"), eq(auditEntries.subjectId, productId)));
    expect(entries.map(({ after }) => after)).toEqual([{ chatId: chat.id }]);
  });

  test("asks Telegram where nobody was told, and believes it", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([]);
    const { world } = rig.telegram;
    const group = world.group(chat.telegramChatId);
    // As if the update was lost.
    world.setMember(group, world.bot(rig.botTelegramId).user, "administrator", { can_restrict_members: false });
    const { body } = await rig.call("PUT", `/products/${productId}/chats/${chat.id}`);
    expect(body.error.code).toBe("access.problem.remove");
    const { body: choices } = await rig.call("GET", "/closable-chats");
    const shown = choices.items.find(({ chatId }: { chatId: string }) => chatId === chat.id);
    expect([shown.name, shown.problem.code]).toEqual(["Northlight Club", "remove"]);
  });

  test("later, in words, when Telegram does not answer at that moment", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([]);
    const put = () => rig.call("PUT", `/products/${productId}/chats/${chat.id}`);
    for (const kind of ["server_error", "flood"] as const) {
      const down = rig.telegram.addFault({ kind, methods: ["getChatMember"], retryAfterS: 7 });
      const { status, body } = await put();
      expect([status, body.error.code]).toEqual([503, "access.not_now"]);
      down.remove();
    }
    rig.pass(8_000);
    expect((await put()).status).toBe(200);
  });

  test("unless it is money, or more chats than a buyer looks through; ten who add one at once add one", async () => {
    const chat = await rig.channel();
    const topup = await rig.sell([], { kind: "topup", durationDays: null });
    const { body } = await rig.call("PUT", `/products/${topup}/chats/${chat.id}`);
    expect(body.error.code).toBe("access.opens_nothing");
    const productId = await rig.sell([]);
    const put = () => rig.call("PUT", `/products/${productId}/chats/${chat.id}`);
    const answers = await Promise.all(Array.from({ length: 10 }, put));
    expect(answers.map(({ status, body: { items } }) => [status, items.length])).toEqual(Array(10).fill([200, 1]));
  });

  test("that is an ordinary group is refused with what makes a supergroup of it", async () => {
    const { people } = rig.telegram;
    const { id } = people.addChat({ type: "group", title: "Friends", ownerId: rig.ownerTelegramId });
    people.promoteBot(id, rig.botTelegramId, rig.ownerTelegramId);
    await rig.work();
    const productId = await rig.sell([]);
    const { body: choices } = await rig.call("GET", "/closable-chats");
    const group = choices.items.find(({ name }: { name: string }) => name === "Friends");
    const { body } = await rig.call("PUT", `/products/${productId}/chats/${group.chatId}`);
    expect([group.problem.code, body.error.code]).toEqual(["group", "access.problem.group"]);
  });
});

describe("a bot that loses its rights midway", () => {
  test("is seen on the product and told to the team; the customer hears that the team knows, and gets in afterwards", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([chat]);
    const [ann, bob] = [await rig.customer(), await rig.customer()];
    await rig.buy(ann, productId);
    await rig.buy(bob, productId);
    const link = await rig.linkFor(ann, chat);
    await give(chat.telegramChatId, { ...all, can_invite_users: false });
    expect(await problemsOf(productId)).toEqual(["invite"]);
    expect((await rig.mine(bob)).map(({ isShut }) => isShut)).toEqual([true]);
    await expect(rig.linkFor(bob, chat)).rejects.toThrow("access.team_told");
    await give(chat.telegramChatId, all);
    expect(await problemsOf(productId)).toEqual([null]);
    await rig.follow(ann, link);
    expect([rig.standing(ann, chat), (await rig.mine(bob))[0]?.isShut]).toEqual(["member", false]);
  });

  test("without being told of it learns it from the refusal, and answers who waited once it may again", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([chat]);
    const [ann, bob] = [await rig.customer(), await rig.customer()];
    await rig.buy(ann, productId);
    await rig.buy(bob, productId);
    const link = await rig.linkFor(ann, chat);
    rig.telegram.people.followInvite(ann.telegramId, link);
    const { world } = rig.telegram;
    const group = world.group(chat.telegramChatId);
    const own = world.bot(rig.botTelegramId).user;
    await rig.read();
    world.setMember(group, own, "administrator", { can_invite_users: false });
    await expect(rig.linkFor(bob, chat)).rejects.toThrow("access.team_told");
    await rig.work();
    expect([rig.standing(ann, chat), await rig.stateOf(ann, chat)]).toEqual(["left", "invited"]);
    expect(await problemsOf(productId)).toEqual(["invite"]);
    world.setMember(group, own, "administrator");
    rig.pass(11 * 60_000);
    await rig.work();
    expect([rig.standing(ann, chat), await rig.stateOf(ann, chat)]).toEqual(["member", "joined"]);
  });

  test("shows out whoever is overdue as soon as it may again, and no day later", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([chat]);
    const ann = await rig.customer();
    await rig.enter(ann, productId, chat);
    await give(chat.telegramChatId, { ...all, can_restrict_members: false });
    rig.pass(31 * dayMs);
    await rig.tick();
    expect([rig.standing(ann, chat), await rig.stateOf(ann, chat)]).toEqual(["member", "joined"]);
    const { body } = await rig.call("GET", `/products/${productId}/chats`);
    expect(body.items).toMatchObject([{ inside: 1, overdue: 1, problem: { code: "remove" } }]);
    await give(chat.telegramChatId, all);
    expect([rig.standing(ann, chat), await rig.stateOf(ann, chat)]).toEqual(["left", "removed"]);
  });

  test("and is switched off keeps no others waiting; back on, it shows out whoever is overdue", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([chat]);
    const ann = await rig.customer();
    await rig.enter(ann, productId, chat);
    const { db } = rig.database;
    const turn = (state: "active" | "inactive") => db.update(bots).set({ state }).where(eq(bots.id, rig.space.botId));
    await turn("inactive");
    rig.pass(31 * dayMs);
    await rig.tick();
    const overdue = async () => (await listOverdue(db, rig.now(), 500)).map(({ personId }) => personId);
    expect([(await rig.accessOf(ann, chat))?.dueSince === null, await overdue()]).toEqual([false, []]);
    await turn("active");
    expect(await overdue()).toEqual([ann.personId]);
    rig.pass(11 * 60_000);
    await rig.tick();
    expect([rig.standing(ann, chat), await rig.stateOf(ann, chat)]).toEqual(["left", "removed"]);
  });

  test("and is off when somebody asks answers him once it is on again, and forgets what is older than a day", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([chat]);
    const ann = await rig.customer();
    const { db } = rig.database;
    const turn = (state: "active" | "inactive") => db.update(bots).set({ state }).where(eq(bots.id, rig.space.botId));
    await rig.buy(ann, productId);
    rig.telegram.people.followInvite(ann.telegramId, await rig.linkFor(ann, chat));
    await rig.read();
    await turn("inactive");
    await rig.work();
    await turn("active");
    expect(rig.standing(ann, chat)).toBe("left");
    rig.pass(11 * 60_000);
    await rig.work();
    expect([rig.standing(ann, chat), await rig.stateOf(ann, chat)]).toEqual(["member", "joined"]);
    const bob = await rig.customer();
    await rig.buy(bob, productId);
    rig.telegram.people.followInvite(bob.telegramId, await rig.linkFor(bob, chat));
    await rig.read();
    await turn("inactive");
    await rig.work();
    rig.pass(1.1 * dayMs);
    await rig.work();
    await turn("active");
    rig.pass(11 * 60_000);
    await rig.work();
    expect(rig.standing(bob, chat)).toBe("left");
  });

  test("and is thrown out takes nobody with it, and the product says so", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([chat]);
    const ann = await rig.customer();
    await rig.enter(ann, productId, chat);
    rig.telegram.people.removeBot(chat.telegramChatId, rig.botTelegramId, rig.ownerTelegramId);
    await rig.work();
    expect(await problemsOf(productId)).toEqual(["away"]);
    rig.pass(31 * dayMs);
    await rig.tick();
    expect([rig.standing(ann, chat), await rig.stateOf(ann, chat)]).toEqual(["member", "joined"]);
  });

  test("is one alert for the owner, and another when it is over", async () => {
    const chat = await rig.channel("Alerting");
    await rig.sell([chat]);
    const { personId, telegramId } = rig.owner;
    await rig.customer();
    const look = async () => {
      const { runtime } = rig.product;
      const ctx = { ...runtime.contextFor(systemActor(rig.space.workspaceId), "test"), now: rig.now() };
      await checkAlerts(ctx, {});
      const told = await rig.toldTo({ ...rig.owner, personId, telegramId });
      return told.filter((html) => html.includes("Alerting"));
    };
    rig.telegram.people.start(rig.botTelegramId, telegramId);
    await rig.work();
    await give(chat.telegramChatId, { ...all, can_invite_users: false });
    for (let n = 0; n < 2; n++) expect(await look()).toHaveLength(1);
    await give(chat.telegramChatId, all);
    expect(await look()).toHaveLength(2);
  });
});
