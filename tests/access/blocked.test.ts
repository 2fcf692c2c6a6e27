/** Whom the workspace refuses is in none of its closed chats, and comes back to what he still has. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type AccessRig, createAccessRig, dayMs } from "./rig.ts";

let rig: AccessRig;
beforeAll(async () => {
  rig = await createAccessRig();
});
afterAll(() => rig.close());

const block = async (personId: string) => {
  const { status } = await rig.call("POST", `/persons/${personId}/block`, rig.owner, {});
  expect(status).toBe(200);
};
const unblock = async (personId: string) => {
  const { status } = await rig.call("POST", `/persons/${personId}/unblock`);
  expect(status).toBe(200);
};
const backTo = /^“Northlight Club” is open to you again/;

describe("whoever is blocked", () => {
  test("is shown out at once though what he paid for lasts, and hears nothing; others stay", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([chat]);
    const [ann, bob] = [await rig.customer(), await rig.customer()];
    for (const who of [ann, bob]) await rig.enter(who, productId, chat);
    const told = (await rig.toldTo(ann)).length;
    await block(ann.personId);
    await rig.work();
    expect([rig.standing(ann, chat), await rig.stateOf(ann, chat)]).toEqual(["left", "removed"]);
    expect([rig.standing(bob, chat), await rig.stateOf(bob, chat)]).toEqual(["member", "joined"]);
    expect(await rig.toldTo(ann)).toHaveLength(told);
  });

  test("loses a link that he did not use, and is declined by any other", async () => {
    const chat = await rig.channel();
    const ann = await rig.customer();
    await rig.buy(ann, await rig.sell([chat]));
    const link = await rig.linkFor(ann, chat);
    await block(ann.personId);
    await rig.work();
    const group = rig.telegram.world.group(chat.telegramChatId);
    expect([group.invites.get(link)?.is_revoked, await rig.stateOf(ann, chat)]).toEqual([true, null]);
  });

  test("comes back when he is let in again: told once, by a link as good as before, to what lasts alone", async () => {
    const [lasting, over] = [await rig.channel(), await rig.channel("Short")];
    const [year, month] = [await rig.sell([lasting], { durationDays: 365 }), await rig.sell([over])];
    const ann = await rig.customer();
    await rig.enter(ann, year, lasting);
    await rig.enter(ann, month, over);
    await block(ann.personId);
    await rig.work();
    rig.pass(31 * dayMs);
    await rig.tick();
    await unblock(ann.personId);
    await unblock(ann.personId);
    await rig.work();
    expect([await rig.stateOf(ann, lasting), await rig.stateOf(ann, over)]).toEqual(["invited", "removed"]);
    expect((await rig.toldTo(ann)).filter((html) => html.includes("is open to you again"))).toHaveLength(1);
    expect((await rig.toldTo(ann)).filter((html) => backTo.test(html))).toHaveLength(1);
    await rig.follow(ann, await rig.linkFor(ann, lasting));
    expect([rig.standing(ann, lasting), await rig.stateOf(ann, lasting)]).toEqual(["member", "joined"]);
  });

  test("stays when he is let in again before the bot came to it, and is told nothing", async () => {
    const chat = await rig.channel();
    const ann = await rig.customer();
    await rig.enter(ann, await rig.sell([chat]), chat);
    await block(ann.personId);
    await unblock(ann.personId);
    await rig.work();
    expect([rig.standing(ann, chat), await rig.stateOf(ann, chat)]).toEqual(["member", "joined"]);
    expect((await rig.accessOf(ann, chat))?.dueSince).toBeNull();
    expect((await rig.toldTo(ann)).some((html) => backTo.test(html))).toBe(false);
  });

  test("who was shown out while somebody let him in again is told of it, once", async () => {
    const chat = await rig.channel();
    const ann = await rig.customer();
    await rig.enter(ann, await rig.sell([chat]), chat);
    await block(ann.personId);
    // Telegram has removed him, and the process dies before it can write that down.
    const lost = rig.telegram.addFault({ kind: "lost_answer", methods: ["unbanChatMember"], count: 1 });
    await rig.only("access.settle");
    expect([lost.struck(), await rig.stateOf(ann, chat)]).toEqual([1, "joined"]);
    await unblock(ann.personId);
    await rig.work();
    rig.pass(61_000);
    await rig.work();
    expect(await rig.stateOf(ann, chat)).toBe("invited");
    expect((await rig.toldTo(ann)).filter((html) => backTo.test(html))).toHaveLength(1);
    await rig.follow(ann, await rig.linkFor(ann, chat));
    expect(rig.standing(ann, chat)).toBe("member");
  });

  test("is out whichever comes first when he is blocked in the moment in which he is let in", async () => {
    for (let n = 0; n < 4; n++) {
      const chat = await rig.channel();
      const ann = await rig.customer();
      await rig.buy(ann, await rig.sell([chat]));
      rig.telegram.people.followInvite(ann.telegramId, await rig.linkFor(ann, chat));
      await rig.read();
      await Promise.all([block(ann.personId), rig.only("access.answer-request")]);
      await rig.work();
      expect(rig.standing(ann, chat)).toBe("left");
    }
  });

  test("waits inside, overdue, while the bot may not remove, and goes as soon as it may", async () => {
    const chat = await rig.channel();
    const ann = await rig.customer();
    await rig.enter(ann, await rig.sell([chat]), chat);
    const down = rig.telegram.addFault({ kind: "server_error", methods: ["banChatMember"] });
    await block(ann.personId);
    await rig.work();
    const seen = await rig.call("GET", `/persons/${ann.personId}/access`);
    expect(seen.body.items).toMatchObject([{ state: "joined", isOverdue: true }]);
    down.remove();
    rig.pass(11 * 60_000);
    await rig.tick();
    expect([rig.standing(ann, chat), await rig.stateOf(ann, chat)]).toEqual(["left", "removed"]);
  });
});
