/** Who comes into a closed chat and who goes out of it, the whole way from the order to Telegram. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { makePerson, makeWorkspace } from "@backend/modules/identity/testing.ts";
import { registerChat } from "@backend/modules/messaging/index.ts";
import { moveRefund } from "@backend/modules/payments/actions/move-refund.ts";
import { refundOrder } from "@backend/modules/shop/actions/refund-order.ts";
import type { Db } from "@db/client.ts";
import { chatAccesses } from "@db/schema/access.ts";
import { persons } from "@db/schema/identity.ts";
import { eq } from "drizzle-orm";
import { type AccessRig, createAccessRig, dayMs } from "./rig.ts";

let rig: AccessRig;
beforeAll(async () => {
  rig = await createAccessRig();
});
afterAll(() => rig.close());

const opened = (chat: string) => new RegExp(`^What opened “${chat}” for you has ended`);

describe("whoever bought", () => {
  test("gets a link of his own, the same at every tap, asks to join by it and is in", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([chat]);
    const ann = await rig.customer();
    expect(await rig.mine(ann)).toEqual([]);
    await rig.buy(ann, productId);
    const row = {
      chatId: chat.id,
      name: "Northlight Club",
      kind: "channel" as const,
      isShut: false,
      productIds: [productId],
    };
    expect(await rig.mine(ann)).toEqual([{ ...row, isIn: false }]);
    const link = await rig.linkFor(ann, chat);
    expect(await rig.linkFor(ann, chat)).toBe(link);
    const kept = rig.telegram.world.group(chat.telegramChatId).invites.get(link);
    const id = (await rig.accessOf(ann, chat))?.id ?? "";
    expect([kept?.creates_join_request, kept?.name]).toEqual([true, id.replaceAll("-", "")]);
    await rig.follow(ann, link);
    expect([rig.standing(ann, chat), await rig.stateOf(ann, chat)]).toEqual(["member", "joined"]);
    expect(await rig.mine(ann)).toEqual([{ ...row, isIn: true }]);
    const { body } = await rig.call("GET", `/products/${productId}/chats`);
    expect(body.items).toMatchObject([{ chatId: chat.id, inside: 1, overdue: 0, problem: null }]);
    const seen = await rig.call("GET", `/persons/${ann.personId}/access`);
    expect(seen.body.items).toMatchObject([{ name: "Northlight Club", state: "joined", isOverdue: false }]);
  });

  test("gets one link however many taps come at once; the others are revoked", async () => {
    const chat = await rig.channel();
    const ann = await rig.customer();
    await rig.buy(ann, await rig.sell([chat]));
    const links = await Promise.all(Array.from({ length: 5 }, () => rig.linkFor(ann, chat)));
    expect(new Set(links).size).toBe(1);
    const alive = [...rig.telegram.world.group(chat.telegramChatId).invites.values()].filter((one) => !one.is_revoked);
    expect(alive.map(({ invite_link }) => invite_link)).toEqual([links[0] ?? ""]);
  });

  test("is in once when he asks twice, and when an answer is lost or late", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([chat]);
    const ann = await rig.customer();
    await rig.buy(ann, productId);
    const link = await rig.linkFor(ann, chat);
    rig.telegram.people.followInvite(ann.telegramId, link);
    rig.telegram.people.followInvite(ann.telegramId, link);
    const lost = rig.telegram.addFault({ kind: "lost_answer", methods: ["approveChatJoinRequest"], count: 1 });
    await rig.work();
    rig.pass(61_000);
    await rig.work();
    expect([lost.struck(), rig.standing(ann, chat), await rig.stateOf(ann, chat)]).toEqual([1, "member", "joined"]);
    const { body } = await rig.call("GET", `/products/${productId}/chats`);
    expect(body.items[0].inside).toBe(1);
  });

  test("comes in although Telegram failed ten times when it was to let him in", async () => {
    const chat = await rig.channel();
    const ann = await rig.customer();
    await rig.buy(ann, await rig.sell([chat]));
    const down = rig.telegram.addFault({ kind: "server_error", methods: ["approveChatJoinRequest"], count: 10 });
    await rig.follow(ann, await rig.linkFor(ann, chat));
    for (let n = 0; n < 10; n++) {
      rig.pass(61_000);
      await rig.work();
    }
    expect([down.struck(), rig.standing(ann, chat)]).toEqual([10, "member"]);
  });

  test("hears on the notice of his order what it opens", async () => {
    const chat = await rig.channel("Evening <Club>");
    const ann = await rig.customer();
    await rig.buy(ann, await rig.sell([chat]));
    const rows = await rig.database.db.query.deliveries.findMany({
      where: (row, { eq }) => eq(row.workspaceId, rig.space.workspaceId),
      orderBy: (row, { desc }) => desc(row.id),
    });
    const buttons = rows.flatMap(
      ({ content }) => (content as { buttons?: { text: string }[][] }).buttons?.flat() ?? [],
    );
    expect(buttons.map(({ text }) => text)).toContain("Open Evening <Club>");
  });
});

describe("whoever did not buy", () => {
  test("is declined at a forwarded link, once, and hears where to buy even if he never started the bot", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([chat]);
    const ann = await rig.customer();
    await rig.buy(ann, productId);
    const link = await rig.linkFor(ann, chat);
    const stranger = rig.telegram.people.addPerson({ firstName: "Stranger" });
    rig.telegram.people.followInvite(stranger.id, link);
    await rig.work();
    const group = rig.telegram.world.group(chat.telegramChatId);
    expect([group.members.get(stranger.id)?.status, group.joinRequests.has(stranger.id)]).toEqual([undefined, false]);
    const said = [...rig.telegram.world.privateChat(rig.botTelegramId, stranger.id).messages.values()];
    expect(said.map(({ text }) => text)).toEqual([
      "“Northlight Club” is open to those who have bought access. You can get it here, and then ask to join again.",
    ]);
    expect(said[0]?.reply_markup?.inline_keyboard?.flat()[0]?.url).toContain(`startapp=shop_${productId}`);
    // The link is as good as before for whom it is.
    await rig.follow(ann, link);
    expect(rig.standing(ann, chat)).toBe("member");
  });

  test("hears it once although Telegram's answer to declining him was lost, and not when somebody let him in meanwhile", async () => {
    const chat = await rig.channel();
    const [ann, bob] = [await rig.customer(), await rig.customer()];
    await rig.buy(ann, await rig.sell([chat]));
    const link = await rig.linkFor(ann, chat);
    const { people, world } = rig.telegram;
    const stranger = people.addPerson({ firstName: "Unlucky" });
    for (const id of [stranger.id, bob.telegramId]) {
      const lost = rig.telegram.addFault({ kind: "lost_answer", methods: ["declineChatJoinRequest"], count: 1 });
      people.followInvite(id, link);
      await rig.work();
      expect(lost.struck()).toBe(1);
      rig.pass(61_000);
      await rig.work();
    }
    const said = () => [...world.privateChat(rig.botTelegramId, stranger.id).messages.values()];
    expect(said()).toHaveLength(1);
    expect((await rig.toldTo(bob)).filter((html) => html.includes("is open to those"))).toHaveLength(1);
    people.followInvite(stranger.id, link);
    const group = world.group(chat.telegramChatId);
    group.joinRequests.delete(stranger.id);
    world.setMember(group, world.person(stranger.id).user, "member");
    await rig.work();
    expect(said()).toHaveLength(1);
  });

  test("hears it no second time when Telegram's answer to those words was lost", async () => {
    const chat = await rig.channel();
    const ann = await rig.customer();
    await rig.buy(ann, await rig.sell([chat]));
    const stranger = rig.telegram.people.addPerson({ firstName: "Twice" });
    const lost = rig.telegram.addFault({ kind: "lost_answer", methods: ["sendMessage"], count: 1 });
    rig.telegram.people.followInvite(stranger.id, await rig.linkFor(ann, chat));
    await rig.work();
    rig.pass(61_000);
    await rig.work();
    expect(lost.struck()).toBe(1);
    expect(rig.telegram.world.privateChat(rig.botTelegramId, stranger.id).messages.size).toBe(1);
  });

  test("is written to no more than five minutes after he asked", async () => {
    const chat = await rig.channel();
    const ann = await rig.customer();
    await rig.buy(ann, await rig.sell([chat]));
    const link = await rig.linkFor(ann, chat);
    const stranger = rig.telegram.people.addPerson({ firstName: "Late" });
    rig.telegram.people.followInvite(stranger.id, link);
    await rig.read();
    rig.pass(6 * 60_000);
    await rig.work();
    expect(rig.telegram.world.group(chat.telegramChatId).joinRequests.has(stranger.id)).toBe(false);
    expect(rig.telegram.world.privateChat(rig.botTelegramId, stranger.id).messages.size).toBe(0);
  });

  test("hears it as everything else when he has started the bot, and once however often his request is told", async () => {
    const chat = await rig.channel();
    const [ann, bob] = [await rig.customer(), await rig.customer()];
    await rig.buy(ann, await rig.sell([chat]));
    const link = await rig.linkFor(ann, chat);
    rig.telegram.people.followInvite(bob.telegramId, link);
    rig.telegram.people.followInvite(bob.telegramId, link);
    await rig.work();
    expect((await rig.toldTo(bob)).filter((html) => html.includes("is open to those"))).toHaveLength(1);
  });

  test("is left to the administrators when he comes by a link of theirs; who bought is let in by any", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([chat]);
    const [ann, bob] = [await rig.customer(), await rig.customer()];
    rig.telegram.people.askToJoin(chat.telegramChatId, bob.telegramId);
    await rig.work();
    const group = rig.telegram.world.group(chat.telegramChatId);
    expect(group.joinRequests.has(bob.telegramId)).toBe(true);
    expect((await rig.toldTo(bob)).some((html) => html.includes("is open to those"))).toBe(false);
    await rig.buy(ann, productId);
    rig.telegram.people.askToJoin(chat.telegramChatId, ann.telegramId);
    await rig.work();
    expect([rig.standing(ann, chat), await rig.stateOf(ann, chat)]).toEqual(["member", "joined"]);
  });

  test("gets no link, nor one to a chat that nobody sells; one of another workspace is not there", async () => {
    const [sold, free] = [await rig.channel(), await rig.channel("Free")];
    const productId = await rig.sell([sold]);
    const other = await makeWorkspace(rig.database.db, rig.product.runtime.vault);
    const theirs = await registerChat(rig.database.db, {
      ...other,
      telegramChatId: -1_009_000_000_000 - Math.floor(Math.random() * 1e9),
      kind: "channel",
      title: "Theirs",
    });
    const ann = await rig.customer();
    for (const { id } of [sold, free]) {
      const { status, body } = await rig.call("POST", `/my/access/${id}/link`, ann);
      expect([status, body.error.code]).toEqual([409, "access.nothing_opens"]);
    }
    const foreign = await rig.call("POST", `/my/access/${theirs.id}/link`, ann);
    expect([foreign.status, foreign.body.error.code]).toEqual([404, "access.chat_not_found"]);
    const put = await rig.call("PUT", `/products/${productId}/chats/${theirs.id}`);
    expect([put.status, put.body.error.code]).toEqual([404, "access.chat_not_found"]);
    const stranger = await makePerson(rig.database.db, other, { role: "owner" });
    for (const [method, path] of [
      ["GET", `/products/${productId}/chats`],
      ["PUT", `/products/${productId}/chats/${theirs.id}`],
      ["DELETE", `/products/${productId}/chats/${sold.id}`],
      ["GET", `/persons/${ann.personId}/access`],
    ] as const)
      expect((await rig.call(method, path, stranger)).status).toBe(404);
  });
});

describe("whose time is over", () => {
  test("is shown out, told once, and may come back", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([chat]);
    const ann = await rig.customer();
    await rig.enter(ann, productId, chat);
    rig.pass(31 * dayMs);
    await rig.tick();
    await rig.tick();
    expect([rig.standing(ann, chat), await rig.stateOf(ann, chat)]).toEqual(["left", "removed"]);
    expect((await rig.toldTo(ann)).filter((html) => opened("Northlight Club").test(html))).toHaveLength(1);
    await expect(rig.linkFor(ann, chat)).rejects.toThrow("access.nothing_opens");
    await rig.enter(ann, productId, chat);
    expect([rig.standing(ann, chat), await rig.stateOf(ann, chat)]).toEqual(["member", "joined"]);
  });

  test("stays when he renewed, and when another product opens the same chat", async () => {
    const chat = await rig.channel();
    const [month, year] = [await rig.sell([chat]), await rig.sell([chat], { durationDays: 365 })];
    const [ann, bob] = [await rig.customer(), await rig.customer()];
    await rig.enter(ann, month, chat);
    await rig.buy(ann, month);
    await rig.enter(bob, month, chat);
    await rig.buy(bob, year);
    rig.pass(31 * dayMs);
    await rig.tick();
    expect([rig.standing(ann, chat), rig.standing(bob, chat)]).toEqual(["member", "member"]);
    rig.pass(30 * dayMs);
    await rig.tick();
    expect([rig.standing(ann, chat), rig.standing(bob, chat)]).toEqual(["left", "member"]);
  });

  test("goes after a refund, and whoever had only a link loses it", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([chat]);
    const [ann, bob] = [await rig.customer(), await rig.customer()];
    const paid = await rig.enter(ann, productId, chat);
    const unused = await rig.buy(bob, productId);
    const link = await rig.linkFor(bob, chat);
    await rig.refund(paid);
    await rig.refund(unused);
    expect([rig.standing(ann, chat), await rig.stateOf(ann, chat), await rig.stateOf(bob, chat)]).toEqual([
      "left",
      "removed",
      null,
    ]);
    expect(rig.telegram.world.group(chat.telegramChatId).invites.get(link)?.is_revoked).toBe(true);
    expect((await rig.toldTo(bob)).some((html) => opened("Northlight Club").test(html))).toBe(false);
  });

  test("is not let in by a request that waited meanwhile", async () => {
    const chat = await rig.channel();
    const ann = await rig.customer();
    const orderId = await rig.buy(ann, await rig.sell([chat]));
    const link = await rig.linkFor(ann, chat);
    rig.telegram.people.followInvite(ann.telegramId, link);
    await rig.refund(orderId);
    expect([rig.standing(ann, chat), rig.telegram.world.group(chat.telegramChatId).joinRequests.size]).toEqual([
      "left",
      0,
    ]);
  });

  test("is shown out though it ended in the moment in which he was let in", async () => {
    const chat = await rig.channel();
    const ann = await rig.customer();
    const orderId = await rig.buy(ann, await rig.sell([chat]));
    rig.telegram.people.followInvite(ann.telegramId, await rig.linkFor(ann, chat));
    await rig.read();
    // Let in at Telegram, and the process dies before it can write that down.
    rig.telegram.addFault({ kind: "lost_answer", methods: ["approveChatJoinRequest"], count: 1 });
    await rig.only("access.answer-request");
    expect(rig.standing(ann, chat)).toBe("member");
    await rig.refund(orderId);
    rig.pass(61_000);
    await rig.work();
    expect(rig.standing(ann, chat)).toBe("left");
  });

  test("is not let in while the refund of it is under way", async () => {
    const chat = await rig.channel();
    const ann = await rig.customer();
    const orderId = await rig.buy(ann, await rig.sell([chat]));
    rig.telegram.people.followInvite(ann.telegramId, await rig.linkFor(ann, chat));
    await rig.read();
    await rig.database.db.delete(chatAccesses).where(eq(chatAccesses.personId, ann.personId));
    const { refunds } = await refundOrder(rig.context(), { orderId, to: "balance" });
    let answering = Promise.resolve();
    await rig.database.db.transaction(async (tx) => {
      const at = { ...rig.context(), db: tx as unknown as Db };
      await moveRefund(at, { workspaceId: rig.space.workspaceId, refundId: refunds[0]?.id ?? "" });
      answering = rig.only("access.answer-request").then(() => rig.only("access.settle"));
      await Promise.race([answering, Bun.sleep(1_500)]);
    });
    await answering;
    await rig.work();
    expect([rig.standing(ann, chat), await rig.stateOf(ann, chat)]).toEqual(["left", null]);
  });

  test("is not let in once he was erased or blocked, though his request waited and what he had paid for lasts", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([chat]);
    const [ann, bob] = [await rig.customer(), await rig.customer()];
    for (const who of [ann, bob]) {
      await rig.buy(who, productId);
      rig.telegram.people.followInvite(who.telegramId, await rig.linkFor(who, chat));
    }
    await rig.read();
    expect((await rig.call("DELETE", `/persons/${ann.personId}`)).status).toBe(200);
    const now = rig.now();
    await rig.database.db.update(persons).set({ blockedAt: now }).where(eq(persons.id, bob.personId));
    await rig.work();
    for (const who of [ann, bob]) expect(rig.standing(who, chat)).toBe("left");
    expect(await rig.accessOf(ann, chat)).toBeNull();
    expect(rig.telegram.world.group(chat.telegramChatId).joinRequests.size).toBe(0);
  });

  test("stays banned by the team, whether he has himself erased or the bot had tried to remove him before", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([chat]);
    const [ann, bob] = [await rig.customer(), await rig.customer()];
    await rig.enter(ann, productId, chat);
    const orderId = await rig.enter(bob, productId, chat);
    const down = rig.telegram.addFault({ kind: "server_error", methods: ["banChatMember"] });
    await rig.refund(orderId);
    expect(down.struck()).toBeGreaterThan(0);
    down.remove();
    const { world } = rig.telegram;
    const group = world.group(chat.telegramChatId);
    for (const who of [ann, bob]) world.setMember(group, world.person(who.telegramId).user, "kicked");
    expect((await rig.call("DELETE", "/me", ann)).status).toBe(200);
    rig.pass(10 * 60_000);
    await rig.work();
    expect([rig.standing(ann, chat), rig.standing(bob, chat)]).toEqual(["kicked", "kicked"]);
    expect(await rig.stateOf(bob, chat)).toBe("left");
  });

  test("leaves alone whom the team added, whoever rules there, and whom the team banned", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([chat]);
    const { people, world } = rig.telegram;
    const [added, ruler, banned] = [await rig.customer(), await rig.customer(), await rig.customer()];
    people.join(chat.telegramChatId, added.telegramId);
    await rig.buy(added, productId);
    await rig.linkFor(added, chat);
    await rig.enter(ruler, productId, chat);
    await rig.enter(banned, productId, chat);
    const group = world.group(chat.telegramChatId);
    world.setMember(group, world.person(ruler.telegramId).user, "administrator");
    world.setMember(group, world.person(banned.telegramId).user, "kicked");
    rig.pass(31 * dayMs);
    await rig.tick();
    expect([added, ruler, banned].map((who) => rig.standing(who, chat))).toEqual(["member", "administrator", "kicked"]);
    expect([await rig.stateOf(ruler, chat), await rig.stateOf(banned, chat)]).toEqual(["kept", "left"]);
    for (const who of [added, ruler, banned])
      expect((await rig.toldTo(who)).some((html) => opened("Northlight Club").test(html))).toBe(false);
  });

  test("is out, once, wherever the process dies on the way", async () => {
    for (const method of ["getChatMember", "banChatMember", "unbanChatMember"]) {
      const chat = await rig.channel();
      const productId = await rig.sell([chat]);
      const ann = await rig.customer();
      const orderId = await rig.enter(ann, productId, chat);
      const lost = rig.telegram.addFault({ kind: "lost_answer", methods: [method], count: 1 });
      await rig.refund(orderId);
      expect([method, lost.struck()]).toEqual([method, 1]);
      rig.pass(61_000);
      await rig.work();
      expect([method, rig.standing(ann, chat), await rig.stateOf(ann, chat)]).toEqual([method, "left", "removed"]);
      expect((await rig.toldTo(ann)).filter((html) => opened("Northlight Club").test(html))).toHaveLength(1);
      await rig.enter(ann, productId, chat);
      expect([method, rig.standing(ann, chat)]).toEqual([method, "member"]);
    }
  });

  test("keeps what a product opened when it was bought: unlinking shuts the door and shows nobody out", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([chat]);
    const [ann, bob] = [await rig.customer(), await rig.customer()];
    await rig.enter(ann, productId, chat);
    await rig.buy(bob, productId);
    const link = await rig.linkFor(bob, chat);
    const { body } = await rig.call("DELETE", `/products/${productId}/chats/${chat.id}`);
    expect(body.items).toEqual([]);
    await rig.refund(await rig.buy(ann, await rig.sell([])));
    await rig.follow(bob, link);
    expect([rig.standing(ann, chat), rig.standing(bob, chat)]).toEqual(["member", "left"]);
    rig.pass(31 * dayMs);
    await rig.tick();
    expect(rig.standing(ann, chat)).toBe("left");
  });

  test("is forgotten ninety days later, and erasure shows out at once whoever is in", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([chat]);
    const [ann, bob] = [await rig.customer(), await rig.customer()];
    await rig.refund(await rig.enter(ann, productId, chat));
    await rig.enter(bob, productId, chat);
    const exported = await rig.call("GET", "/me/export", bob);
    expect(JSON.stringify(exported.body)).toContain(chat.id);
    expect((await rig.call("DELETE", `/persons/${bob.personId}`)).status).toBe(200);
    await rig.work();
    expect([rig.standing(bob, chat), await rig.stateOf(bob, chat)]).toEqual(["left", null]);
    rig.pass(91 * dayMs);
    await rig.tick();
    expect(await rig.accessOf(ann, chat)).toBeNull();
  });
});
