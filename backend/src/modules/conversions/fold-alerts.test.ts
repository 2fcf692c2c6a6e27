import { expect, test } from "bun:test";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { Content } from "@backend/modules/messaging/index.ts";
import { Value } from "@sinclair/typebox/value";
import { foldAlerts } from "./fold-alerts.ts";

const fold = foldAlerts(telegramMarkup);
const about = { workspaceId: "w", chatId: "c", timeZone: null, since: new Date(0) };
const item = { status: "deposit", rawStatus: "dep", amount: "10", currency: "USD", isCorrection: false };

test("one message of the vocabulary that lanes send, in the chat's language", () => {
  const content = fold({ ...about, items: [item, item], locale: "uk" });
  expect(Value.Check(Content, content)).toBe(true);
  expect(content).toMatchObject({ kind: "text", buttons: [[{ text: "Відкрити", app: "traffic" }]] });
  expect(content.kind === "text" && content.html.replaceAll("\u00a0", " ")).toBe("💰 +2 депозити: <b>20,00 $</b>");
});

test("an item of another version still counts", () => {
  const content = fold({ ...about, items: [item, { shape: "unknown" }, null], locale: null });
  expect(content.kind === "text" && content.html).toBe("💰 +1 deposit: <b>$10.00</b>\n🔔 2 events");
});
