import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { AppError } from "@backend/kit/errors.ts";
import { heldAlerts } from "@db/schema/alerts.ts";
import { persons } from "@db/schema/identity.ts";
import { chats, deliveries } from "@db/schema/messaging.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { and, asc, eq } from "drizzle-orm";
import type { RouteDraftBody } from "../alert-contracts.ts";
import { readMutes } from "../alert-queries.ts";
import { createTestWorkspace, type TestWorkspace } from "../testing.ts";
import {
  changeAlertRoute,
  createAlertRoute,
  deleteAlertRoute,
  duplicateAlertRoute,
  orderAlertRoutes,
} from "./change-alert-routes.ts";
import { dryRunRoutes } from "./dry-run-routes.ts";
import { forgetAlerts } from "./forget-alerts.ts";
import { findAlertRoute, listAlertRoutes, listFieldValues, readRouteHistory } from "./list-alert-routes.ts";
import { findConversion, listConversions } from "./list-conversions.ts";
import { muteAlerts, readMuteData, unmuteAlerts } from "./mute-alerts.ts";
import { tellHeld } from "./tell-held.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 8 });
});
afterAll(() => database.drop());
const enter = () => createTestWorkspace(database.db, telegramMarkup);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
let telegramId = 5_000_000;

/** Another chat of the workspace; with a person it is his private one. */
async function chatIn(space: TestWorkspace, title: string, personId: string | null = null): Promise<string> {
  const [chat] = await database.db
    .insert(chats)
    .values({
      workspaceId: space.workspaceId,
      botId: space.botId,
      telegramChatId: personId ? telegramId++ : -telegramId++,
      kind: personId ? "private" : "supergroup",
      title,
      personId,
    })
    .returning();
  return chat?.id ?? "";
}
async function personIn(space: TestWorkspace, firstName: string, timeZone: string | null = null): Promise<string> {
  const [person] = await database.db
    .insert(persons)
    .values({ workspaceId: space.workspaceId, telegramId: telegramId++, firstName, timeZone, locale: "uk" })
    .returning();
  return person?.id ?? "";
}
const target = (chatId: string, some: object = {}) =>
  ({
    kind: "chat",
    chatId,
    threadId: null,
    templateId: null,
    locale: null,
    isSilent: false,
    ...some,
  }) as RouteDraftBody["targets"][number];
const draft = (some: Partial<RouteDraftBody>): RouteDraftBody => ({
  name: "Route",
  isOn: true,
  isFallback: false,
  stops: false,
  conditions: [],
  targets: [],
  pace: { digestMinutes: null, cap: null },
  quiet: null,
  ...some,
});
const is = (field: "status" | "country" | "sub", ...values: string[]): RouteDraftBody["conditions"][number] => ({
  kind: "text",
  field,
  ...(field === "sub" ? { sub: 1 } : {}),
  operator: "is",
  values,
  not: false,
});
const sentTo = async (space: TestWorkspace, chatId: string) => {
  const rows = await database.db
    .select()
    .from(deliveries)
    .where(and(eq(deliveries.workspaceId, space.workspaceId), eq(deliveries.chatId, chatId)))
    .orderBy(asc(deliveries.id));
  return rows.map((row) => (row.content as { html: string }).html);
};
const heldIn = (space: TestWorkspace) =>
  database.db
    .select()
    .from(heldAlerts)
    .where(eq(heldAlerts.workspaceId, space.workspaceId))
    .orderBy(asc(heldAlerts.id));
/** One call, stored and read at `now`. */
async function arrive(space: TestWorkspace, connectionId: string, query: string, now?: Date): Promise<void> {
  await space.receive(connectionId, query);
  await space.readInbox(1, now);
}

describe("a team with buyers, heads and a rest", () => {
  test("each hears what is his: buyers their deposits, heads the large ones, the rest goes to the connection's chat", async () => {
    const space = await enter();
    const connection = await space.connect();
    const denis = await personIn(space, "Denis");
    const [own, heads] = [await chatIn(space, "Denis", denis), await chatIn(space, "Heads")];
    await createAlertRoute(
      space.context(),
      draft({
        name: "Denis",
        conditions: [is("status", "deposit"), is("sub", "denis")],
        targets: [{ ...target(""), kind: "person", personId: denis } as never],
      }),
    );
    await createAlertRoute(
      space.context(),
      draft({
        name: "Large",
        conditions: [{ kind: "amount", min: "500", max: null, currency: "USD", not: false }],
        targets: [target(heads)],
      }),
    );
    await arrive(space, connection, "subid=1&status=deposit&payout=20&currency=USD&sub_id_1=Denis");
    await arrive(space, connection, "subid=2&status=deposit&payout=900&currency=USD&sub_id_1=denis");
    await arrive(space, connection, "subid=3&status=lead&sub_id_1=denis");
    expect(await sentTo(space, own)).toHaveLength(2);
    // By his own language, since he is told in person.
    expect((await sentTo(space, own))[0]).toStartWith("💰 <b>Депозит</b>");
    expect(await sentTo(space, heads)).toHaveLength(1);
    expect(await sentTo(space, space.chatId)).toHaveLength(1);
    expect((await sentTo(space, space.chatId))[0]).toStartWith("📝 <b>Lead</b>");
  });

  test("a chat that several routes name hears once; a person who never pressed Start is no error", async () => {
    const space = await enter();
    const connection = await space.connect();
    const stranger = await personIn(space, "Nobody");
    const first = draft({
      name: "a",
      targets: [target(space.chatId), { ...target(""), kind: "person", personId: stranger } as never],
    });
    await createAlertRoute(space.context(), first);
    await createAlertRoute(space.context(), draft({ name: "b", targets: [target(space.chatId)] }));
    await arrive(space, connection, "subid=1&status=sale");
    expect(await sentTo(space, space.chatId)).toHaveLength(1);
    const [shown] = (await listAlertRoutes(space.context(), {})).items;
    expect(shown?.targetStates).toMatchObject([
      { name: "Traffic", isWritable: true },
      { name: "Nobody", isWritable: false },
    ]);
  });

  test("whoever was blocked is not told", async () => {
    const space = await enter();
    const connection = await space.connect();
    const person = await personIn(space, "Former");
    const chat = await chatIn(space, "Former", person);
    await createAlertRoute(
      space.context(),
      draft({ targets: [{ ...target(""), kind: "person", personId: person } as never] }),
    );
    await createAlertRoute(space.context(), draft({ targets: [target(chat)] }));
    await database.db.update(persons).set({ blockedAt: new Date() }).where(eq(persons.id, person));
    await arrive(space, connection, "subid=1&status=sale");
    expect(await sentTo(space, chat)).toEqual([]);
  });

  test("a thousand readings of one call tell once, by route and by digest", async () => {
    const space = await enter();
    const connection = await space.connect();
    const other = await chatIn(space, "Digest");
    await createAlertRoute(space.context(), draft({ targets: [target(space.chatId)] }));
    await createAlertRoute(
      space.context(),
      draft({ targets: [target(other)], pace: { digestMinutes: 60, cap: null } }),
    );
    await space.receive(connection, ...Array.from({ length: 300 }, () => "subid=1&status=sale"));
    await space.readInbox(8);
    expect(await sentTo(space, space.chatId)).toHaveLength(1);
    expect(await heldIn(space)).toHaveLength(1);
  });
});

describe("what is held", () => {
  const noon = new Date("2026-11-21T12:20:00Z");
  const later = (minutes: number) => new Date(noon.getTime() + minutes * 60_000);

  test("leaves as one digest when its hour is over, once, however many workers look", async () => {
    const space = await enter();
    const connection = await space.connect();
    const rejects = draft({
      name: "Rejects",
      conditions: [is("status", "rejected")],
      targets: [target(space.chatId)],
      pace: { digestMinutes: 60, cap: null },
    });
    await createAlertRoute(space.context(), rejects);
    for (let n = 0; n < 5; n++) await arrive(space, connection, `subid=${n}&status=rejected`, noon);
    expect(await sentTo(space, space.chatId)).toEqual([]);
    await tellHeld(space.context(later(39)), {});
    expect(await sentTo(space, space.chatId)).toEqual([]);
    await Promise.all([1, 2, 3, 4].map(() => tellHeld(space.context(later(40)), {})));
    const [digest, ...others] = await sentTo(space, space.chatId);
    expect(others).toEqual([]);
    expect(digest).toBe("<b>Rejects: all together</b>\n\n❌ 5 rejected");
    expect((await heldIn(space)).every(({ state, deliveryId }) => state === "told" && deliveryId !== null)).toBe(true);
    const [conversion] = (await listConversions(space.context(), {})).items;
    const page = await findConversion(space.context(), { conversionId: conversion?.id ?? "" });
    expect(page.held).toMatchObject([{ reason: "digest", state: "told", chatName: "Traffic" }]);
  });

  test("is told in full when it is a single one", async () => {
    const space = await enter();
    const connection = await space.connect();
    await createAlertRoute(
      space.context(),
      draft({ targets: [target(space.chatId)], pace: { digestMinutes: 60, cap: null } }),
    );
    await arrive(space, connection, "subid=1&tid=T1&status=sale&payout=5&currency=USD", noon);
    await tellHeld(space.context(later(60)), {});
    expect((await sentTo(space, space.chatId))[0]).toContain("TX: <code>T1</code>");
  });

  test("waits for the morning by the clock of whom it is for, or is dropped where that was asked", async () => {
    const space = await enter();
    const connection = await space.connect();
    const [kyiv, york] = [await personIn(space, "K", "Europe/Kyiv"), await personIn(space, "N", "America/New_York")];
    await chatIn(space, "K", kyiv);
    await chatIn(space, "N", york);
    const quiet = { from: "22:00", to: "09:00", policy: "hold" as const };
    const to = (personId: string) => ({ ...target(""), kind: "person", personId }) as never;
    await createAlertRoute(space.context(), draft({ targets: [to(kyiv), to(york)], quiet }));
    await createAlertRoute(
      space.context(),
      draft({ name: "drop", targets: [target(space.chatId)], quiet: { from: "00:00", to: "23:59", policy: "drop" } }),
    );
    await arrive(space, connection, "subid=1&status=sale", new Date("2026-11-21T21:00:00Z"));
    expect((await heldIn(space)).map(({ dueAt, reason }) => [dueAt.toISOString(), reason])).toEqual([
      ["2026-11-22T07:00:00.000Z", "quiet"],
    ]);
    expect(await sentTo(space, space.chatId)).toEqual([]);
  });

  test("above a cap everything is gathered, and exactly the cap goes out at once", async () => {
    const space = await enter();
    const connection = await space.connect();
    await createAlertRoute(
      space.context(),
      draft({
        name: "Sales",
        targets: [target(space.chatId)],
        pace: { digestMinutes: null, cap: { count: 3, minutes: 60 } },
      }),
    );
    await space.receive(
      connection,
      ...Array.from({ length: 20 }, (_, n) => `subid=${n}&status=sale&payout=1&currency=USD`),
    );
    await space.readInbox(6, noon);
    expect(await sentTo(space, space.chatId)).toHaveLength(3);
    expect(await heldIn(space)).toHaveLength(17);
    await tellHeld(space.context(later(40)), {});
    expect((await sentTo(space, space.chatId))[3]).toContain("+17 sales: <b>$17.00</b>");
    await arrive(space, connection, "subid=next&status=sale", later(41));
    expect(await sentTo(space, space.chatId)).toHaveLength(5);
  });

  test("a mute holds for an hour, ends early when asked, and loses nothing when its route is deleted", async () => {
    const space = await enter();
    const connection = await space.connect();
    const route = await createAlertRoute(space.context(), draft({ name: "Sales", targets: [target(space.chatId)] }));
    const about = { chatId: space.chatId, routeId: route.id, connectionId: null };
    await muteAlerts(space.context(noon), about);
    await arrive(space, connection, "subid=1&status=sale", later(1));
    await arrive(space, connection, "subid=2&status=sale", later(2));
    await tellHeld(space.context(later(59)), {});
    expect(await sentTo(space, space.chatId)).toEqual([]);
    // Muted anew before it ended: what waits goes on waiting.
    await muteAlerts(space.context(later(50)), about);
    await tellHeld(space.context(later(61)), {});
    expect(await sentTo(space, space.chatId)).toEqual([]);
    expect(await unmuteAlerts(space.context(later(70)), about)).toMatchObject({ wasMuted: true });
    expect(await unmuteAlerts(space.context(later(70)), about)).toMatchObject({ wasMuted: false });
    await deleteAlertRoute(space.context(), { alertRouteId: route.id });
    await tellHeld(space.context(later(70)), {});
    expect((await sentTo(space, space.chatId))[0]).toContain("+2 sales");
  });
});

describe("a dry run", () => {
  test("says of real conversions exactly what then happens to new ones like them", async () => {
    const space = await enter();
    const connection = await space.connect({ chatId: null });
    const [a, b] = [await chatIn(space, "A"), await chatIn(space, "B")];
    const calls = ["deposit", "sale", "lead", "rejected"].flatMap((status) =>
      ["AU", "PL", ""].map((country) => `status=${status}&country=${country}&payout=${status.length * 100}`),
    );
    for (const [n, call] of calls.entries()) await arrive(space, connection, `subid=old${n}&${call}`);
    const routes = [
      draft({ name: "1", conditions: [is("country", "AU")], targets: [target(a)], stops: true }),
      draft({
        name: "2",
        conditions: [{ kind: "amount", min: "500", max: null, currency: null, not: false }],
        targets: [target(a), target(b)],
      }),
    ];
    for (const route of routes) await createAlertRoute(space.context(), route);
    const last = draft({
      name: "3",
      isFallback: true,
      conditions: [is("status", "lead", "rejected")],
      targets: [target(b)],
      pace: { digestMinutes: 60, cap: null },
    });
    const foreseen = await dryRunRoutes(space.context(), { draft: last });
    expect(foreseen.items).toHaveLength(calls.length);
    await createAlertRoute(space.context(), last);
    expect(await dryRunRoutes(space.context(), {})).toMatchObject({ toldCount: foreseen.toldCount });

    for (const [n, call] of calls.entries()) await arrive(space, connection, `subid=new${n}&${call}`);
    const happened = (await listConversions(space.context(), { limit: calls.length })).items;
    for (const [n, conversion] of happened.entries()) {
      const { deliveries: sent, held } = await findConversion(space.context(), { conversionId: conversion.id });
      const told = [
        ...(sent ?? []).map(({ chat }) => `${chat.name} now`),
        ...(held ?? []).map(({ chatName }) => `${chatName} held`),
      ];
      const expected = foreseen.items[n]?.told.map(({ name, outcome }) => `${name} ${outcome}`) ?? [];
      expect([conversion.subid, told.sort()]).toEqual([conversion.subid, expected.sort()]);
    }
  });

  test("tries chosen conversions, also with a form that names nobody yet, and finds no stranger's", async () => {
    const space = await enter();
    const connection = await space.connect();
    await arrive(space, connection, "subid=1&status=sale");
    await arrive(space, connection, "subid=2&status=lead");
    const [lead] = (await listConversions(space.context(), {})).items;
    const run = await dryRunRoutes(space.context(), {
      draft: draft({ conditions: [is("status", "lead")] }),
      conversionIds: [lead?.id ?? ""],
    });
    expect(run).toMatchObject({ matched: 1, toldCount: 0, items: [{ byDraft: true, told: [] }] });
    const stranger = await enter();
    expect((await dryRunRoutes(stranger.context(), { conversionIds: [lead?.id ?? ""] })).items).toEqual([]);
  });
});

describe("the list of routes", () => {
  test("is put in order as a whole; an order of another list is refused", async () => {
    const space = await enter();
    const ids: string[] = [];
    for (const name of ["a", "b", "c"])
      ids.push((await createAlertRoute(space.context(), draft({ name, targets: [target(space.chatId)] }))).id);
    const [first = "", second = "", third = ""] = ids;
    const ordered = await orderAlertRoutes(space.context(), { ids: [third, first, second] });
    expect(ordered.items.map(({ name }) => name)).toEqual(["c", "a", "b"]);
    for (const wrong of [
      [first, second],
      [first, second, third, third],
      [first, second, crypto.randomUUID()],
    ])
      expect(await codeOf(orderAlertRoutes(space.context(), { ids: wrong }))).toBe("conversions.route_order_outdated");
    const copy = await duplicateAlertRoute(space.context(), { alertRouteId: first });
    expect(copy).toMatchObject({ name: "a 2", isOn: false });
    expect((await listAlertRoutes(space.context(), {})).items.map(({ name }) => name)).toEqual(["c", "a", "a 2", "b"]);
  });

  test("keeps a history of each route: who, when, and only what changed", async () => {
    const space = await enter();
    const { id: alertRouteId } = await createAlertRoute(space.context(), draft({ targets: [target(space.chatId)] }));
    await changeAlertRoute(space.context(), { alertRouteId, isOn: false });
    const { items } = await readRouteHistory(space.context(), { alertRouteId });
    expect(items.map(({ action }) => action)).toEqual(["alert_route.changed", "alert_route.created"]);
    expect(items[0]).toMatchObject({ before: { isOn: true }, after: { isOn: false }, by: "Olena" });
    expect(Object.keys(items[0]?.after ?? {})).toEqual(["isOn"]);
  });

  test("of a stranger does not exist; his chats, persons and templates cannot be named", async () => {
    const [space, stranger] = [await enter(), await enter()];
    const { id: alertRouteId } = await createAlertRoute(space.context(), draft({ targets: [target(space.chatId)] }));
    const theirs = stranger.context();
    expect((await listAlertRoutes(theirs, {})).items).toEqual([]);
    for (const action of [findAlertRoute, deleteAlertRoute, duplicateAlertRoute, readRouteHistory])
      expect(await codeOf(action(theirs, { alertRouteId }))).toBe("conversions.route_not_found");
    expect(await codeOf(changeAlertRoute(theirs, { alertRouteId, name: "x" }))).toBe("conversions.route_not_found");
    expect(
      await codeOf(muteAlerts(theirs, { chatId: stranger.chatId, routeId: alertRouteId, connectionId: null })),
    ).toBe("conversions.route_not_found");
    const person = await personIn(space, "Ours");
    for (const [targets, code] of [
      [[target(space.chatId)], "conversions.target_not_found"],
      [[{ ...target(""), kind: "person", personId: person } as never], "conversions.person_not_found"],
      [[target(stranger.chatId, { templateId: crypto.randomUUID() })], "conversions.template_not_found"],
    ] as const)
      expect(await codeOf(createAlertRoute(theirs, draft({ targets: [...targets] })))).toBe(code);
  });

  test("suggests the values that came, commonest first, with the names that people know", async () => {
    const space = await enter();
    const connection = await space.connect({ name: "Main tracker" });
    for (const n of [1, 2, 3])
      await arrive(
        space,
        connection,
        `subid=${n}&status=sale&campaign_id=${n === 3 ? 7 : 15}&campaign_name=Spring+${n === 3 ? 7 : 15}`,
      );
    expect((await listFieldValues(space.context(), { field: "campaign" })).items).toEqual([
      { value: "15", label: "Spring 15", count: 2 },
      { value: "7", label: "Spring 7", count: 1 },
    ]);
    expect((await listFieldValues(space.context(), { field: "connection" })).items).toEqual([
      { value: connection, label: "Main tracker", count: 3 },
    ]);
  });
});

test("buttons carry what they are about and nothing else; rubbish is no button of ours", () => {
  const id = crypto.randomUUID();
  expect(readMuteData(`mute:r:${id}`)).toEqual({ verb: "mute", about: { routeId: id, connectionId: null } });
  expect(readMuteData(`unmute:c:${id}`)).toEqual({ verb: "unmute", about: { routeId: null, connectionId: id } });
  for (const data of ["", "mute", "mute:r:", `mute:x:${id}`, `mute:r:${id}x`, `mute:r:${"../".repeat(12)}`])
    expect(readMuteData(data)).toBeNull();
});

test("the nightly forgetting takes what was told long ago, and leaves what still waits", async () => {
  const space = await enter();
  const connection = await space.connect();
  const pace = { digestMinutes: 60, cap: null };
  const { id } = await createAlertRoute(space.context(), draft({ targets: [target(space.chatId)], pace }));
  const long = new Date("2025-01-01T12:00:00Z");
  await arrive(space, connection, "subid=1&status=sale", long);
  await tellHeld(space.context(new Date("2025-01-01T13:00:00Z")), {});
  await arrive(space, connection, "subid=2&status=sale", long);
  await muteAlerts(space.context(long), { chatId: space.chatId, routeId: id, connectionId: null });
  await database.db.update(heldAlerts).set({ createdAt: long }).where(eq(heldAlerts.workspaceId, space.workspaceId));
  await forgetAlerts({ ...space.context(), ports: { keep: { deliveriesDays: 180 } } }, {});
  expect((await heldIn(space)).map(({ state }) => state)).toEqual(["held"]);
  expect(await readMutes(database.db, [space.chatId], long)).toEqual(new Map());
});
