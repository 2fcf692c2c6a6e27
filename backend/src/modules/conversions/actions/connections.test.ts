import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { AppError } from "@backend/kit/errors.ts";
import { auditEntries } from "@db/schema/identity.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";
import { connectionBySecret } from "../secret-lookup.ts";
import { createTestWorkspace, type TestWorkspace } from "../testing.ts";
import { changeConnection } from "./change-connection.ts";
import { changeTarget } from "./change-target.ts";
import { createConnection } from "./create-connection.ts";
import { deleteConnection } from "./delete-connection.ts";
import { findConnection, listConnections } from "./list-connections.ts";
import { findConversion, listConversions } from "./list-conversions.ts";
import { pauseConnection, resumeConnection } from "./pause-connection.ts";
import { revealAddress } from "./reveal-address.ts";
import { rotateSecret } from "./rotate-secret.ts";
import { sendTest } from "./send-test.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const enter = () => createTestWorkspace(database.db, telegramMarkup);
const secretIn = (url: string) => /\/in\/([^?]+)/.exec(url)?.[1] ?? "";
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
const lookUp = (space: TestWorkspace, secret: string, at = new Date()) =>
  connectionBySecret(database.db, space.ports.vault, () => at)(secret);
const hour = 3_600_000;

describe("an address", () => {
  test("leads to its connection, and no other text does", async () => {
    const space = await enter();
    const { connection, address } = await createConnection(space.context(), { name: "Main", kind: "keitaro" });
    const secret = secretIn(address.url);
    expect(secret.length).toBeGreaterThanOrEqual(32);
    expect(await lookUp(space, secret)).toMatchObject({ connectionId: connection.id, isPaused: false });
    const swapped = secret[0] === "A" ? `B${secret.slice(1)}` : `A${secret.slice(1)}`;
    for (const wrong of ["", swapped, secret.slice(1), `${secret}x`, secret.toUpperCase().toLowerCase()]) {
      if (wrong !== secret) expect(await lookUp(space, wrong)).toBeNull();
    }
  });

  test("is shown again on demand, is in no list, and whoever looks leaves a trace", async () => {
    const space = await enter();
    const { connection, address } = await createConnection(space.context(), { name: "Main", kind: "keitaro" });
    expect((await revealAddress(space.context(), { connectionId: connection.id })).url).toBe(address.url);
    const listed = JSON.stringify(await listConnections(space.context(), {}));
    expect(listed).not.toContain(secretIn(address.url));
    const trail = await database.db.select().from(auditEntries).where(eq(auditEntries.subjectId, connection.id));
    expect(trail.map((entry) => entry.action)).toEqual(["connection.created", "connection.address-revealed"]);
    expect(JSON.stringify(trail, (_, value) => (typeof value === "bigint" ? 0 : value))).not.toContain(
      secretIn(address.url),
    );
  });

  test("is replaced by a rotation; the old one works until its overlap ends", async () => {
    const space = await enter();
    const { connection, address } = await createConnection(space.context(), { name: "Main", kind: "keitaro" });
    const now = new Date("2026-11-21T12:00:00Z");
    const rotated = await rotateSecret(space.context(now), { connectionId: connection.id, overlapHours: 2 });
    const [old, current] = [secretIn(address.url), secretIn(rotated.url)];
    expect(rotated.previousAddressUntil).toBe("2026-11-21T14:00:00.000Z");
    expect(current).not.toBe(old);
    expect(await lookUp(space, current, now)).not.toBeNull();
    expect(await lookUp(space, old, new Date(now.getTime() + 2 * hour - 1))).not.toBeNull();
    expect(await lookUp(space, old, new Date(now.getTime() + 2 * hour))).toBeNull();
    await rotateSecret(space.context(now), { connectionId: connection.id, overlapHours: 0 });
    expect(await lookUp(space, current, now)).toBeNull();
    expect(await lookUp(space, old, now)).toBeNull();
  });

  test("dies with its connection at once", async () => {
    const space = await enter();
    const { connection, address } = await createConnection(space.context(), { name: "Main", kind: "keitaro" });
    await deleteConnection(space.context(), { connectionId: connection.id });
    expect(await lookUp(space, secretIn(address.url))).toBeNull();
    expect(await codeOf(findConnection(space.context(), { connectionId: connection.id }))).toBe(
      "conversions.connection_not_found",
    );
    expect(await codeOf(createConnection(space.context(), { name: "main", kind: "keitaro" }))).toBe("done");
  });
});

describe("settings", () => {
  test("a name is taken once per workspace, in any case", async () => {
    const space = await enter();
    await createConnection(space.context(), { name: "Main", kind: "keitaro" });
    expect(await codeOf(createConnection(space.context(), { name: " mAIN ", kind: "keitaro" }))).toBe(
      "conversions.name_taken",
    );
    expect(await codeOf(createConnection((await enter()).context(), { name: "Main", kind: "keitaro" }))).toBe("done");
    const other = await space.connect();
    expect(await codeOf(changeConnection(space.context(), { connectionId: other, name: "MAIN" }))).toBe(
      "conversions.name_taken",
    );
  });

  test.each([
    [{ name: " \u202e\n " }, "conversions.name_invalid"],
    [{ name: "x".repeat(81) }, "conversions.name_invalid"],
    [{ defaultCurrency: "12" }, "conversions.currency_invalid"],
    [{ statusMap: { "": "sale" as const } }, "conversions.status_map_invalid"],
  ])("%j is refused", async (change, code) => {
    const space = await enter();
    expect(await codeOf(changeConnection(space.context(), { connectionId: await space.connect(), ...change }))).toBe(
      code,
    );
  });

  test("are changed one by one, and change how the next call is read", async () => {
    const space = await enter();
    const connectionId = await space.connect();
    const changed = await changeConnection(space.context(), {
      connectionId,
      statusMap: { "KYC Passed": "registration" },
      defaultCurrency: "eur",
    });
    expect(changed).toMatchObject({
      statusMap: { kyc_passed: "registration" },
      defaultCurrency: "EUR",
      state: "active",
    });
    await space.receive(connectionId, "subid=s1&status=kyc-passed&payout=5");
    await space.readInbox();
    expect((await listConversions(space.context(), {})).items).toMatchObject([
      { status: "registration", rawStatus: "kyc-passed", currency: "EUR" },
    ]);
  });

  test("a target must be a chat of this workspace; General is named by leaving the topic out", async () => {
    const space = await enter();
    const connectionId = await space.connect({ chatId: null });
    const foreign = await enter();
    expect(await codeOf(changeTarget(space.context(), { connectionId, chatId: foreign.chatId }))).toBe(
      "conversions.target_not_found",
    );
    const moved = await changeTarget(space.context(), { connectionId, chatId: space.chatId, threadId: 1 });
    expect(moved.target).toMatchObject({ chatId: space.chatId, name: "Traffic", threadId: null, isWritable: true });
    expect((await changeTarget(space.context(), { connectionId, chatId: null })).health).toBe("no_target");
  });

  test("pausing and resuming twice is doing it once", async () => {
    const space = await enter();
    const connectionId = await space.connect();
    for (const _ of [1, 2]) expect((await pauseConnection(space.context(), { connectionId })).health).toBe("paused");
    expect(await codeOf(sendTest(space.context(), { connectionId }))).toBe("conversions.connection_paused");
    for (const _ of [1, 2]) expect((await resumeConnection(space.context(), { connectionId })).health).toBe("waiting");
    const trail = await database.db.select().from(auditEntries).where(eq(auditEntries.subjectId, connectionId));
    expect(trail.map((entry) => entry.action)).toEqual([
      "connection.created",
      "connection.paused",
      "connection.resumed",
    ]);
  });
});

describe("a foreign workspace", () => {
  test("sees nothing and can do nothing", async () => {
    const [space, stranger] = [await enter(), await enter()];
    const connectionId = await space.connect();
    await space.receive(connectionId, "subid=s1&status=sale");
    await space.readInbox();
    const [conversion] = (await listConversions(space.context(), {})).items;
    const theirs = stranger.context();
    expect((await listConnections(theirs, {})).items).toEqual([]);
    expect((await listConversions(theirs, {})).items).toEqual([]);
    expect((await listConversions(theirs, { connectionId, search: "s1" })).items).toEqual([]);
    expect(await codeOf(findConversion(theirs, { conversionId: conversion?.id ?? "" }))).toBe(
      "conversions.conversion_not_found",
    );
    for (const action of [
      findConnection,
      pauseConnection,
      resumeConnection,
      deleteConnection,
      revealAddress,
      rotateSecret,
      sendTest,
    ]) {
      expect(await codeOf(action(theirs, { connectionId }))).toBe("conversions.connection_not_found");
    }
    expect(await codeOf(changeConnection(theirs, { connectionId, name: "Mine" }))).toBe(
      "conversions.connection_not_found",
    );
    expect(await codeOf(changeTarget(theirs, { connectionId, chatId: null }))).toBe("conversions.connection_not_found");
  });
});

describe("lists", () => {
  test("page by key: every conversion once, while new ones arrive", async () => {
    const space = await enter();
    const id = await space.connect();
    const calls = (from: number) =>
      Array.from({ length: 25 }, (_, index) => `tid=t${from + index}&status=sale&country=${index % 2 ? "ua" : "de"}`);
    await space.receive(id, ...calls(0));
    await space.readInbox();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listConversions(space.context(), { limit: 10, cursor });
      seen.push(...page.items.map((item) => item.tid));
      cursor = page.nextCursor ?? undefined;
      if (seen.length === 10) {
        await space.receive(id, ...calls(100));
        await space.readInbox();
      }
    } while (cursor);
    expect(new Set(seen).size).toBe(25);
    expect(seen).toHaveLength(25);
    expect(await codeOf(listConversions(space.context(), { cursor: "rubbish" }))).toBe("common.bad_cursor");
  });

  test("filter by status, country, time, and search by ids and campaign", async () => {
    const space = await enter();
    const id = await space.connect();
    await space.receive(id, "subid=click-1&tid=T%251&status=sale&country=ua&campaign=Spring+100%25&campaign_id=15");
    await space.receive(id, "subid=click-2&tid=T2&status=lead&country=de&campaign=Autumn");
    await space.readInbox();
    const count = async (filter: Parameters<typeof listConversions>[1]) =>
      (await listConversions(space.context(), filter)).items.length;
    expect(await count({ status: "sale" })).toBe(1);
    expect(await count({ country: "DE" })).toBe(1);
    expect(await count({ search: "click-2" })).toBe(1);
    expect(await count({ search: "T%1" })).toBe(1);
    expect(await count({ search: "15" })).toBe(1);
    expect(await count({ search: "spring" })).toBe(1);
    expect(await count({ search: "100%" })).toBe(1);
    expect(await count({ search: "%" })).toBe(1);
    expect(await count({ search: "_" })).toBe(0);
    expect(await count({ from: "2000-01-01T00:00:00Z", to: "2000-01-02T00:00:00Z" })).toBe(0);
    expect(await count({ from: "2000-01-01T00:00:00Z" })).toBe(2);
  });

  test("people without the rights see neither deliveries nor the raw call", async () => {
    const space = await enter();
    const id = await space.connect();
    await space.receive(id, { query: "subid=s1&status=sale", headers: { "user-agent": "Keitaro" } });
    await space.readInbox();
    const [conversion] = (await listConversions(space.context(), {})).items;
    const all = await findConversion(space.context(), { conversionId: conversion?.id ?? "" });
    expect(all.rawCall).toMatchObject({
      method: "GET",
      query: "subid=s1&status=sale",
      headers: { "user-agent": "Keitaro" },
    });
    expect(all.deliveries).toHaveLength(1);
    const finance = { ...space.context(), actor: { ...space.actor, permissions: new Set(["conversions.read"]) } };
    const some = await findConversion(finance, { conversionId: conversion?.id ?? "" });
    expect([some.rawCall, some.deliveries, some.conversion.sentTo]).toEqual([null, null, null]);
  });
});
