import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { AppError } from "@backend/kit/errors.ts";
import { conversions, trackerConnections } from "@db/schema/conversions.ts";
import { inboundEvents } from "@db/schema/inbox.ts";
import { deliveries } from "@db/schema/messaging.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { desc, eq } from "drizzle-orm";
import type { LabReport, RouteDraftBody } from "../alert-contracts.ts";
import { sampleFacts } from "../domain/sample-facts.ts";
import { createTestWorkspace, type TestWorkspace } from "../testing.ts";
import {
  changeTemplate,
  changeTemplateText,
  createTemplate,
  deleteTemplate,
  listTemplates,
  previewTemplate,
} from "./alert-templates.ts";
import { createAlertRoute } from "./change-alert-routes.ts";
import { runLab, sendFromLab } from "./run-lab.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
const enter = () => createTestWorkspace(database.db, telegramMarkup);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
const lab = (space: TestWorkspace, connectionId: string, text: string): Promise<LabReport> =>
  runLab(space.context(), { connectionId, call: { kind: "text", text } });
const lastMessage = async (space: TestWorkspace) => {
  const [row] = await database.db
    .select()
    .from(deliveries)
    .where(eq(deliveries.workspaceId, space.workspaceId))
    .orderBy(desc(deliveries.id));
  return row?.content as { html: string; buttons?: { text: string }[][] } | undefined;
};
const route = (space: TestWorkspace, some: Partial<RouteDraftBody> = {}): RouteDraftBody => ({
  name: "Sales",
  isOn: true,
  isFallback: false,
  stops: false,
  conditions: [{ kind: "text", field: "status", operator: "is", values: ["sale"], not: false }],
  targets: [{ kind: "chat", chatId: space.chatId, threadId: null, templateId: null, locale: null, isSilent: false }],
  pace: { digestMinutes: null, cap: null },
  quiet: null,
  ...some,
});

describe("the lab", () => {
  test("shows every step of a pasted call, and leaves no trace of it", async () => {
    const space = await enter();
    const connection = await space.connect();
    await createAlertRoute(space.context(), route(space));
    const report = await lab(
      space,
      connection,
      "https://our.example/in/x?subid=1&tid=&status=Approved&payout=5,50&currency=usd&offer_name={offer_name}",
    );
    expect(report).toMatchObject({
      understoodAs: "address",
      reading: { outcome: "conversion", facts: { subid: "1", amount: "5.50", currency: "USD", offerName: null } },
      status: { word: "Approved", status: "sale", by: "default" },
      identity: { subid: "1", tid: "", status: "sale", byAllFacts: false },
      arrival: { kind: "new", conversionId: null },
      routes: [{ name: "Sales", outcome: "matched", conditions: [{ holds: true, values: ["sale"] }] }],
      messages: [{ told: { name: "Traffic", outcome: "now", routeName: "Sales" } }],
      silence: null,
    });
    expect(report.reading.notes).toContainEqual({ kind: "unresolved", field: "offer_name" });
    expect(report.messages[0]?.html).toContain("<b>$5.50</b>");
    for (const table of [conversions, inboundEvents, deliveries])
      expect(await database.db.$count(table, eq(table.workspaceId, space.workspaceId))).toBe(0);
  });

  test("says why it was silent: the first reason on the way", async () => {
    const space = await enter();
    const connection = await space.connect({ chatId: null });
    const silence = async (text: string) => (await lab(space, connection, text)).silence;
    expect(await silence("subid={subid}")).toBe("no_conversion");
    expect(await silence("subid=1&status=lead")).toBe("no_chat");
    await createAlertRoute(space.context(), route(space));
    expect(await silence("subid=1&status=lead")).toBe("no_route");
    await space.receive(connection, "subid=1&status=sale");
    await space.readInbox();
    expect(await silence("subid=1&status=sale")).toBe("duplicate");
    await createAlertRoute(
      space.context(),
      route(space, { conditions: [], quiet: { from: "00:00", to: "23:59", policy: "drop" } }),
    );
    if (new Date().toISOString().slice(11, 16) !== "23:59")
      expect(await silence("subid=2&status=lead")).toBe("dropped");
    await database.db.update(trackerConnections).set({ state: "paused" }).where(eq(trackerConnections.id, connection));
    expect(await silence("subid=3&status=sale")).toBe("paused");
  });

  test("knows a stored call again, as what it was when it came", async () => {
    const space = await enter();
    const connection = await space.connect();
    await space.receive(connection, "subid=1&status=sale&payout=5&currency=USD");
    await space.readInbox();
    const [event] = await database.db
      .select()
      .from(inboundEvents)
      .where(eq(inboundEvents.workspaceId, space.workspaceId));
    const eventId = String(event?.id);
    const stored = await runLab(space.context(), { connectionId: connection, call: { kind: "event", eventId } });
    // As it was when it came; the same text pasted now is its repeat.
    expect(stored).toMatchObject({ understoodAs: "stored", arrival: { kind: "new" }, silence: null });
    const pasted = await lab(space, connection, "subid=1&status=sale&payout=5&currency=USD");
    expect(pasted).toMatchObject({ arrival: { kind: "duplicate" }, silence: "duplicate" });
    await space.receive(
      connection,
      "subid=1&status=sale&payout=5&currency=USD",
      "subid=1&status=sale&payout=5.5&currency=USD",
    );
    await space.readInbox();
    const kinds: string[] = [];
    for (const { id } of await database.db
      .select()
      .from(inboundEvents)
      .where(eq(inboundEvents.workspaceId, space.workspaceId))
      .orderBy(inboundEvents.id)) {
      const call = { kind: "event" as const, eventId: String(id) };
      kinds.push((await runLab(space.context(), { connectionId: connection, call })).arrival?.kind ?? "");
    }
    expect(kinds).toEqual(["new", "duplicate", "correction"]);
    const changed = await lab(space, connection, "subid=1&status=sale&payout=6&currency=USD");
    expect(changed.arrival).toMatchObject({ kind: "correction", from: { amount: "5.5" }, to: { amount: "6" } });
    expect(changed.messages[0]?.html).toContain("(was $5.50)");
    const stranger = await enter();
    const theirs = await stranger.connect();
    expect(await codeOf(runLab(stranger.context(), { connectionId: theirs, call: { kind: "event", eventId } }))).toBe(
      "conversions.call_not_found",
    );
    expect(await codeOf(lab(stranger, connection, "subid=1"))).toBe("conversions.connection_not_found");
  });

  test("sends what it shows to a chosen chat, marked, and no conversion comes of it", async () => {
    const space = await enter();
    const connectionId = await space.connect();
    const call = { kind: "text" as const, text: "subid=1&status=sale&payout=5&currency=USD" };
    await sendFromLab(space.context(), { connectionId, call, chatId: space.chatId });
    expect((await lastMessage(space))?.html).toEndWith("Shown again: nothing new has happened.");
    expect(await database.db.$count(conversions, eq(conversions.workspaceId, space.workspaceId))).toBe(0);
    const stranger = await enter();
    expect(await codeOf(sendFromLab(space.context(), { connectionId, call, chatId: stranger.chatId }))).toBe(
      "conversions.target_not_found",
    );
    const nothing = { kind: "text" as const, text: "subid={subid}" };
    expect(await codeOf(sendFromLab(space.context(), { connectionId, call: nothing, chatId: space.chatId }))).toBe(
      "conversions.lab_nothing_to_send",
    );
  });

  test("survives a megabyte of rubbish pasted into it", async () => {
    const space = await enter();
    const connection = await space.connect();
    for (const text of [
      "&".repeat(60_000),
      "[".repeat(60_000),
      `{"a":`.repeat(10_000),
      "curl ".repeat(12_000),
      "%".repeat(60_000),
    ])
      expect((await lab(space, connection, text)).silence).toBe("no_conversion");
    expect(await codeOf(lab(space, connection, "  "))).toBe("conversions.lab_nothing_to_read");
  });
});

describe("texts", () => {
  test("of a set speak by status and language, then for any status, then the built-in one", async () => {
    const space = await enter();
    const connection = await space.connect({ locale: "en" });
    const set = async (status: "sale" | "any", body: string | null) =>
      changeTemplateText(space.context(), { templateId: "default", status, locale: "en", body });
    const told = async (query: string) => {
      await space.receive(connection, query);
      await space.readInbox();
      return (await lastMessage(space))?.html;
    };
    await set("any", "any {status}");
    expect(await told("subid=1&status=sale")).toBe("any Sale");
    await set("sale", "sale {subid}");
    expect(await told("subid=2&status=sale")).toBe("sale 2");
    expect(await told("subid=3&status=lead")).toBe("any Lead");
    await set("any", null);
    expect(await told("subid=4&status=lead")).toStartWith("📝 <b>Lead</b>");
  });

  test("of a target's own set are used for it alone, and the default ones when the set is deleted", async () => {
    const space = await enter();
    const connection = await space.connect();
    const { id: templateId } = await createTemplate(space.context(), { name: "Short" });
    await changeTemplateText(space.context(), { templateId, status: "any", locale: "en", body: "short {subid}" });
    await changeTemplate(space.context(), { templateId, buttons: ["campaign", "open", "campaign"] });
    const target = {
      kind: "chat" as const,
      chatId: space.chatId,
      threadId: null,
      templateId,
      locale: null,
      isSilent: false,
    };
    await createAlertRoute(space.context(), route(space, { targets: [target] }));
    await space.receive(connection, "subid=1&status=sale&campaign_id=15");
    await space.readInbox();
    const message = await lastMessage(space);
    expect(message?.html).toBe("short 1");
    expect(message?.buttons?.[0]?.map(({ text }) => text)).toEqual(["Campaign", "Open"]);
    expect((await listTemplates(space.context(), {})).items).toMatchObject([
      { id: "default", isDefault: true },
      { id: templateId, usedBy: 1 },
    ]);
    await deleteTemplate(space.context(), { templateId });
    await space.receive(connection, "subid=2&status=sale");
    await space.readInbox();
    expect((await lastMessage(space))?.html).toStartWith("💵");
  });

  test("that Telegram would refuse are refused before anybody depends on them", async () => {
    const space = await enter();
    const save = (body: string) =>
      codeOf(changeTemplateText(space.context(), { templateId: "default", status: "any", locale: "en", body }));
    expect(await save("<b>{status}")).toBe("messaging.html_unclosed");
    expect(await save("[[<b>{country}]]</b>")).not.toBe("done");
    expect(await save(`${"x".repeat(4_090)}{campaign}{offer}`)).toBe("messaging.html_too_long");
    expect(await save("{campain}")).toBe("conversions.template_variable_unknown");
    expect(await save(" \n ")).toBe("messaging.html_empty");
    expect(await save(`${"{campaign} ".repeat(40)}`)).toBe("done");
  });

  test("are shown with the last real conversion of their status, else with an invented one", async () => {
    const space = await enter();
    const connection = await space.connect();
    const preview = (body: string, status: "sale" | "any" = "sale") =>
      previewTemplate(space.context(), { body, status, locale: "en" });
    expect(await preview("{campaign}")).toMatchObject({
      html: sampleFacts("sale").campaignName,
      conversionId: null,
      problems: [],
    });
    await space.receive(connection, "subid=7&status=sale&payout=5&currency=USD&my_field=x");
    await space.readInbox();
    const shown = await preview("<b>{subid}</b> {campaign}{param:my_field}\n<i>");
    expect(shown).toMatchObject({ values: { subid: "7", amount: "$5.00", "param:my_field": "x" } });
    expect(shown.problems.map(({ code }) => code)).toEqual(["messaging.html_unclosed"]);
    const stranger = await enter();
    expect(
      await codeOf(
        previewTemplate(stranger.context(), {
          body: "x",
          status: "any",
          locale: "en",
          conversionId: shown.conversionId ?? "",
        }),
      ),
    ).toBe("conversions.conversion_not_found");
  });

  test("of a stranger do not exist, and the default set can be neither renamed nor deleted", async () => {
    const [space, stranger] = [await enter(), await enter()];
    const { id: templateId } = await createTemplate(space.context(), { name: "Mine" });
    const theirs = stranger.context();
    expect((await listTemplates(theirs, {})).items.map(({ id }) => id)).toEqual(["default"]);
    expect(await codeOf(changeTemplate(theirs, { templateId, name: "x" }))).toBe("conversions.template_not_found");
    expect(await codeOf(deleteTemplate(theirs, { templateId }))).toBe("conversions.template_not_found");
    expect(await codeOf(changeTemplateText(theirs, { templateId, status: "any", locale: "en", body: "x" }))).toBe(
      "conversions.template_not_found",
    );
    expect(await codeOf(deleteTemplate(theirs, { templateId: "default" }))).toBe("conversions.template_is_default");
    expect(await codeOf(changeTemplate(theirs, { templateId: "default", name: "x" }))).toBe(
      "conversions.template_is_default",
    );
    expect(await codeOf(createTemplate(space.context(), { name: " mine " }))).toBe("conversions.template_name_taken");
    expect(await codeOf(createTemplate(space.context(), { name: "*" }))).toBe("conversions.template_name_invalid");
  });
});
