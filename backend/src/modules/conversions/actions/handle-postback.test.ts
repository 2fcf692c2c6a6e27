import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import type { InboundEvent } from "@backend/kit/inbox.ts";
import { deliveries } from "@db/schema/messaging.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { asc, eq, sql } from "drizzle-orm";
import { createTestWorkspace, type TestWorkspace } from "../testing.ts";
import { deleteConnection } from "./delete-connection.ts";
import { handlePostback } from "./handle-postback.ts";
import { findConnection } from "./list-connections.ts";
import { findConversion, listConversions } from "./list-conversions.ts";
import { pauseConnection } from "./pause-connection.ts";
import { sendTest } from "./send-test.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 8 });
});
afterAll(() => database.drop());

const enter = () => createTestWorkspace(database.db, telegramMarkup);
const conversionsOf = async (space: TestWorkspace) => (await listConversions(space.context(), {})).items.reverse();
const messagesOf = (space: TestWorkspace) =>
  database.db
    .select()
    .from(deliveries)
    .where(eq(deliveries.workspaceId, space.workspaceId))
    .orderBy(asc(deliveries.id));
const htmlOf = (row: { content: unknown }) => (row.content as { html: string }).html;

describe("one event, one conversion", () => {
  test("a thousand identical postbacks at once make one conversion and one alert", async () => {
    const space = await enter();
    const id = await space.connect();
    await space.receive(
      id,
      ...Array.from({ length: 1_000 }, () => "subid=s1&tid=t1&status=sale&payout=10&currency=USD"),
    );
    await space.readInbox(8);
    expect(await conversionsOf(space)).toHaveLength(1);
    expect(await messagesOf(space)).toHaveLength(1);
    const outcomes = await space.outcomes();
    expect(outcomes).toHaveLength(1_000);
    expect(outcomes.every((event) => event.status === "handled")).toBe(true);
    expect(outcomes.filter((event) => event.outcome?.arrival === "new")).toHaveLength(1);
  }, 60_000);

  test("lead, sale and rejected of one click are three conversions, told one after another", async () => {
    const space = await enter();
    const id = await space.connect();
    await space.receive(id, "subid=s1&status=lead&payout=0");
    await space.receive(id, "subid=s1&status=sale&payout=50&currency=USD");
    await space.receive(id, "subid=s1&status=rejected");
    await space.readInbox();
    const conversions = await conversionsOf(space);
    expect(conversions.map((conversion) => conversion.status)).toEqual(["lead", "sale", "rejected"]);
    expect((await messagesOf(space)).map((row) => htmlOf(row).split("\n")[0])).toEqual([
      "📝 <b>Lead</b>",
      "💵 <b>Sale</b>",
      "❌ <b>Rejected</b>",
    ]);
    const page = await findConversion(space.context(), { conversionId: conversions[1]?.id ?? "" });
    expect(page.sameClick.map((conversion) => conversion.status)).toEqual(["lead", "rejected"]);
  });

  test("each rebill is a conversion by its own transaction id, its repeat is not", async () => {
    const space = await enter();
    const id = await space.connect();
    await space.receive(id, "subid=s1&tid=1&status=sale", "subid=s1&tid=2&status=sale", "subid=s1&tid=2&status=sale");
    await space.readInbox(3);
    expect((await conversionsOf(space)).map((conversion) => conversion.tid).sort()).toEqual(["1", "2"]);
  });

  test("the same ids at another connection are another conversion", async () => {
    const space = await enter();
    await space.receive(await space.connect(), "subid=s1&status=sale");
    await space.receive(await space.connect(), "subid=s1&status=sale");
    await space.readInbox();
    expect(await conversionsOf(space)).toHaveLength(2);
  });

  test("calls without ids are told apart by all they say", async () => {
    const space = await enter();
    const id = await space.connect();
    await space.receive(id, "status=sale&payout=5", "payout=5&status=sale", "status=sale&payout=6");
    await space.readInbox();
    expect(await conversionsOf(space)).toHaveLength(2);
  });

  test("ids of two thousand four-byte characters are stored and found", async () => {
    const space = await enter();
    const id = await space.connect();
    const long = "😀".repeat(1_000);
    await space.receive(id, {
      method: "POST",
      body: new TextEncoder().encode(`subid=${long}&tid=${long}x&status=sale`),
    });
    await space.readInbox();
    const found = await listConversions(space.context(), { search: long.slice(0, 2_000) });
    expect(found.items).toHaveLength(1);
  });
});

describe("corrections", () => {
  test("a repeat with another payout corrects the amount and says what it was", async () => {
    const space = await enter();
    const id = await space.connect();
    await space.receive(id, "subid=s1&tid=t1&status=sale&payout=250.79&currency=USD");
    await space.receive(id, "subid=s1&tid=t1&status=sale&payout=251.04&currency=USD");
    await space.receive(id, "subid=s1&tid=t1&status=sale&payout=251.040&currency=USD");
    await space.readInbox();
    const [conversion, ...others] = await conversionsOf(space);
    expect(others).toEqual([]);
    expect(conversion).toMatchObject({ amount: "251.04", currency: "USD", correctionCount: 1 });
    const page = await findConversion(space.context(), { conversionId: conversion?.id ?? "" });
    expect(page.corrections).toMatchObject([{ from: { amount: "250.79" }, to: { amount: "251.04" } }]);
    expect(page.facts.amount).toBe("250.79");
    const messages = await messagesOf(space);
    expect(messages.map(htmlOf)[1]).toContain("<b>$251.04</b> (was $250.79)");
    expect(messages).toHaveLength(2);
  });

  test("an older call that is read late does not take the newer amount back", async () => {
    const space = await enter();
    const id = await space.connect();
    const event = (eventId: bigint, payout: string): InboundEvent => ({
      id: eventId,
      receivedAt: new Date(),
      workspaceId: space.workspaceId,
      source: "tracker",
      sourceId: id,
      externalId: null,
      method: "GET",
      path: "/in/…",
      query: `subid=s1&status=sale&payout=${payout}`,
      headers: {},
      body: null,
      attempts: 0,
      requestId: null,
      replayOf: null,
      isTest: false,
    });
    await handlePostback(space.context(), event(11n, "20"));
    const late = await handlePostback(space.context(), event(10n, "10"));
    expect(late.outcome.arrival).toBe("duplicate");
    const replayed = await handlePostback(space.context(), { ...event(12n, "10"), replayOf: 10n });
    expect(replayed.outcome.arrival).toBe("duplicate");
    expect((await conversionsOf(space))[0]?.amount).toBe("20");
  });

  test("forty corrections read at once end with the amount of the last call, and lose no history", async () => {
    const space = await enter();
    const id = await space.connect();
    await space.receive(id, ...Array.from({ length: 40 }, (_, index) => `subid=s1&status=sale&payout=${index + 1}`));
    await space.readInbox(8);
    const [conversion, ...others] = await conversionsOf(space);
    expect(others).toEqual([]);
    const [last] = await database.db.execute<{ query: string }>(
      sql`select query from inbound_events where workspace_id = ${space.workspaceId} order by id desc limit 1`,
    );
    expect(last?.query).toEndWith(`payout=${conversion?.amount}`);
    const page = await findConversion(space.context(), { conversionId: conversion?.id ?? "" });
    expect(page.corrections.length).toBe(conversion?.correctionCount ?? -1);
  });
});

describe("what is no conversion", () => {
  test("a test click is ignored, rubbish is malformed, both are kept and nobody is told", async () => {
    const space = await enter();
    const id = await space.connect();
    await space.receive(id, "subid={subid}&status={status}");
    await space.receive(id, { method: "POST", body: new TextEncoder().encode("{{{") });
    await space.readInbox();
    expect(await space.outcomes()).toMatchObject([
      { status: "ignored", outcome: { reason: "nothing_resolved" } },
      { status: "malformed", outcome: { reason: "json_unreadable" } },
    ]);
    expect(await messagesOf(space)).toEqual([]);
    const connection = await findConnection(space.context(), { connectionId: id });
    expect(connection).toMatchObject({ health: "unreadable", firstEventAt: null, lastRefusal: "nothing_resolved" });
  });

  test("calls of a paused or deleted connection are kept and ignored", async () => {
    const space = await enter();
    const [paused, deleted] = [await space.connect(), await space.connect()];
    await pauseConnection(space.context(), { connectionId: paused });
    await deleteConnection(space.context(), { connectionId: deleted });
    await space.receive(paused, "subid=s1&status=sale");
    await space.receive(deleted, "subid=s1&status=sale");
    await space.readInbox();
    expect(await space.outcomes()).toMatchObject([
      { status: "ignored", outcome: { reason: "connection_paused" } },
      { status: "ignored", outcome: { reason: "connection_deleted" } },
    ]);
    expect(await conversionsOf(space)).toEqual([]);
  });
});

describe("telling", () => {
  test("the first conversion turns a waiting connection green", async () => {
    const space = await enter();
    const id = await space.connect();
    expect((await findConnection(space.context(), { connectionId: id })).health).toBe("waiting");
    await space.receive(id, "subid=s1&status=sale");
    await space.readInbox();
    const connection = await findConnection(space.context(), { connectionId: id });
    expect(connection).toMatchObject({ health: "receiving", conversionsLastDay: 1 });
    expect(connection.firstEventAt).not.toBeNull();
  });

  test("the alert goes to the connection's topic, in its language, and can be folded", async () => {
    const space = await enter();
    const id = await space.connect({ threadId: 7, locale: "uk" });
    await space.receive(id, "subid=s1&status=ftd&payout=12,5&currency=eur&campaign=<b>X</b>");
    await space.readInbox();
    const [message] = await messagesOf(space);
    expect(message).toMatchObject({ chatId: space.chatId, threadId: 7, state: "queued", subjectKind: "conversion" });
    expect(htmlOf(message ?? { content: { html: "" } })).toStartWith(
      "💰 <b>Депозит</b>\n\nКампанія: &lt;b&gt;X&lt;/b&gt;",
    );
    expect(message?.fold).toMatchObject({
      kind: "conversions.alert",
      item: { status: "deposit", amount: "12.5", currency: "EUR", isCorrection: false },
      locale: "uk",
    });
    const [conversion] = await conversionsOf(space);
    expect(conversion?.sentTo).toMatchObject([{ chatName: "Traffic", state: "queued" }]);
  });

  test("without a chat the conversion is kept and nobody is told", async () => {
    const space = await enter();
    const id = await space.connect({ chatId: null });
    await space.receive(id, "subid=s1&status=sale");
    await space.readInbox();
    expect(await conversionsOf(space)).toHaveLength(1);
    expect(await messagesOf(space)).toEqual([]);
  });

  test("a test travels the whole way, says that it is one, and records nothing", async () => {
    const space = await enter();
    const id = await space.connect();
    await sendTest(space.context(), { connectionId: id });
    await space.readInbox();
    const [message] = await messagesOf(space);
    expect(htmlOf(message ?? { content: { html: "" } })).toContain("Test: nothing has been recorded.");
    expect(await conversionsOf(space)).toEqual([]);
    expect((await findConnection(space.context(), { connectionId: id })).health).toBe("waiting");
  });

  test("the secret of the address is in no stored fact, wherever the call repeats it", async () => {
    const space = await enter();
    const id = await space.connect();
    const row = await database.db.query.trackerConnections.findFirst({ where: (t, { eq: is }) => is(t.id, id) });
    const secret = space.ports.vault.open(row?.secretSealed ?? "");
    await space.receive(id, `subid=s1&status=sale&referrer=https://our.example/in/${secret}`);
    await space.readInbox();
    const [conversion] = await conversionsOf(space);
    const page = await findConversion(space.context(), { conversionId: conversion?.id ?? "" });
    expect(
      JSON.stringify([page.facts, page.notes, await messagesOf(space)], (_, value) =>
        typeof value === "bigint" ? String(value) : value,
      ),
    ).not.toContain(secret);
  });
});
