/** What the team is told of the closed chats of one person. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { orders } from "@db/schema/shop.ts";
import { eq } from "drizzle-orm";
import { type AccessRig, createAccessRig, dayMs } from "./rig.ts";

let rig: AccessRig;
beforeAll(async () => {
  rig = await createAccessRig();
});
afterAll(() => rig.close());

const seen = async (personId: string) => (await rig.call("GET", `/persons/${personId}/access`)).body.items;

describe("the team sees of a person", () => {
  test("what he may enter before he asked for a link, by which order, and until when; then his link, then that he is in", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([chat]);
    const ann = await rig.customer();
    expect(await seen(ann.personId)).toEqual([]);
    const orderId = await rig.buy(ann, productId);
    const [order] = await rig.database.db.select().from(orders).where(eq(orders.id, orderId));
    const [may] = await seen(ann.personId);
    expect(may).toEqual({
      chatId: chat.id,
      name: "Northlight Club",
      kind: "channel",
      right: { orderId, orderNumber: order?.number, title: "Starter", endsAt: expect.any(String) },
      state: "invited",
      linkUntil: null,
      joinedAt: null,
      endedAt: null,
      isOverdue: false,
    });
    const left = Date.parse(may.right.endsAt) - rig.now().getTime();
    expect(Math.round(left / dayMs)).toBe(30);
    const link = await rig.linkFor(ann, chat);
    const [linked] = await seen(ann.personId);
    expect([linked.state, Date.parse(linked.linkUntil) > rig.now().getTime()]).toEqual(["invited", true]);
    await rig.follow(ann, link);
    const [inside] = await seen(ann.personId);
    expect([inside.state, typeof inside.joinedAt, inside.right.orderId]).toEqual(["joined", "string", orderId]);
  });

  test("the right that lasts longest of several, and one that keeps him in a chat that is sold no more", async () => {
    const chat = await rig.channel();
    const [month, year] = [await rig.sell([chat]), await rig.sell([chat], { durationDays: 365 })];
    const [ann, bob] = [await rig.customer(), await rig.customer()];
    await rig.enter(ann, month, chat);
    const long = await rig.buy(ann, year);
    expect((await seen(ann.personId))[0].right.orderId).toBe(long);
    const kept = await rig.enter(bob, month, chat);
    await rig.call("DELETE", `/products/${month}/chats/${chat.id}`);
    expect(await seen(bob.personId)).toMatchObject([{ state: "joined", right: { orderId: kept } }]);
  });

  test("that he may come back, when he bought again what he was shown out of", async () => {
    const chat = await rig.channel();
    const productId = await rig.sell([chat]);
    const ann = await rig.customer();
    await rig.refund(await rig.enter(ann, productId, chat));
    expect(await seen(ann.personId)).toMatchObject([{ state: "removed", right: null }]);
    const orderId = await rig.buy(ann, productId);
    expect(await seen(ann.personId)).toMatchObject([{ state: "invited", right: { orderId } }]);
  });

  test("nothing that he may enter while he is blocked; where he was, behind what he may enter again", async () => {
    const [club, hall] = [await rig.channel("Club"), await rig.channel("Annex")];
    const [one, other] = [await rig.sell([club]), await rig.sell([hall], { durationDays: 10 })];
    const ann = await rig.customer();
    await rig.enter(ann, one, club);
    await rig.enter(ann, other, hall);
    rig.pass(11 * dayMs);
    await rig.tick();
    expect(await seen(ann.personId)).toMatchObject([
      { name: "Club", state: "joined", endedAt: null },
      { name: "Annex", state: "removed", right: null },
    ]);
    await rig.call("POST", `/persons/${ann.personId}/block`, rig.owner, {});
    await rig.work();
    expect(await seen(ann.personId)).toMatchObject([
      { name: "Annex", state: "removed", right: null },
      { name: "Club", state: "removed", right: null },
    ]);
  });
});
