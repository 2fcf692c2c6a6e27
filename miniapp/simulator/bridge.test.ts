import { beforeEach, describe, expect, test } from "bun:test";
import {
  type AppChrome,
  type BridgeHost,
  CloudStorage,
  freshChrome,
  receive,
  resolveColour,
  runCustomMethod,
} from "./bridge.ts";
import { parseTelegramLink, walletPageOf } from "./links.ts";

class MemoryStorage extends CloudStorage {
  #values: Record<string, string> = {};
  override read(): Record<string, string> {
    return this.#values;
  }
  override write(values: Record<string, string>): void {
    this.#values = values;
  }
}

let chrome: AppChrome;
let sent: [string, unknown][];
let host: BridgeHost;

beforeEach(() => {
  chrome = freshChrome();
  sent = [];
  host = {
    palette: () => "dark",
    viewport: () => ({ width: 390, height: 700 }),
    emit: (eventType, eventData) => void sent.push([eventType, eventData]),
    change: (update) => {
      chrome = update(chrome);
    },
    openPopup: async () => "yes",
    openInvoice: async () => "paid",
    askWriteAccess: async () => true,
    openLink: (url) => void sent.push(["link", url]),
    openTelegramLink: (path) => void sent.push(["telegram-link", path]),
    close: () => void sent.push(["close", null]),
    storage: new MemoryStorage("test"),
  };
});

const say = (eventType: string, eventData?: unknown) => receive(JSON.stringify({ eventType, eventData }), host);

describe("the bridge", () => {
  test("answers what an app asks at its start", () => {
    for (const ask of ["theme", "viewport", "safe_area", "content_safe_area"]) say(`web_app_request_${ask}`);
    expect(sent.map(([event]) => event)).toEqual([
      "theme_changed",
      "viewport_changed",
      "safe_area_changed",
      "content_safe_area_changed",
    ]);
    expect(sent[1]?.[1]).toMatchObject({ width: 390, height: 700, is_state_stable: true });
  });

  test("keeps the buttons as they were set up last", () => {
    say("web_app_setup_main_button", { is_visible: true, text: "Save", is_active: true });
    say("web_app_setup_main_button", { is_progress_visible: true });
    say("web_app_setup_back_button", { is_visible: true });
    expect(chrome.main).toMatchObject({ is_visible: true, text: "Save", is_progress_visible: true });
    expect(chrome.hasBack).toBe(true);
  });

  test("theme keys follow the palette, plain colours stay", () => {
    say("web_app_set_header_color", { color_key: "secondary_bg_color" });
    say("web_app_set_background_color", { color: "#123456" });
    expect(resolveColour(chrome.headerColor, "dark", "header_bg_color")).toBe("#0e1621");
    expect(resolveColour(chrome.headerColor, "light", "header_bg_color")).toBe("#efeff3");
    expect(resolveColour(chrome.backgroundColor, "dark", "bg_color")).toBe("#123456");
  });

  test("popups and invoices answer once the person has decided", async () => {
    say("web_app_open_popup", { title: "Sure?", message: "Really", buttons: [] });
    say("web_app_open_invoice", { slug: "inv" });
    await Bun.sleep(0);
    expect(sent).toEqual([
      ["popup_closed", { button_id: "yes" }],
      ["invoice_closed", { slug: "inv", status: "paid" }],
    ]);
  });

  test("lives through noise, and marks what it does not know", () => {
    for (const noise of [null, 5, "not json", "[]", "null", '{"eventType":5}']) receive(noise, host);
    say("web_app_dance", { fast: true });
    expect(chrome.log.map(({ event }) => event)).toEqual(["web_app_dance (?)"]);
    expect(sent).toEqual([]);
  });
});

test("cloud storage keeps values by key within Telegram's limits", () => {
  const storage = new MemoryStorage("test");
  expect(runCustomMethod("saveStorageValue", { key: "a", value: "1" }, storage)).toEqual({ result: true });
  expect(runCustomMethod("getStorageValues", { keys: ["a", "b"] }, storage)).toEqual({ result: { a: "1", b: "" } });
  expect(runCustomMethod("saveStorageValue", { key: "no spaces", value: "1" }, storage)).toEqual({
    error: "KEY_INVALID",
  });
  expect(runCustomMethod("saveStorageValue", { key: "a", value: "x".repeat(4097) }, storage).error).toBe(
    "VALUE_INVALID",
  );
  runCustomMethod("deleteStorageValues", { keys: ["a"] }, storage);
  expect(runCustomMethod("getStorageKeys", {}, storage)).toEqual({ result: [] });
});

test("t.me links name a bot's chat, a start, or its app; other addresses are none of them", () => {
  expect(parseTelegramLink("https://t.me/Demo_bot")).toEqual({ kind: "chat", username: "demo_bot" });
  expect(parseTelegramLink("https://t.me/demo_bot?start=a1")).toEqual({
    kind: "start",
    username: "demo_bot",
    payload: "a1",
  });
  expect(parseTelegramLink("https://t.me/demo_bot/app?startapp=c_1")).toMatchObject({ kind: "app", payload: "c_1" });
  for (const other of ["https://example.com/x", "https://t.me/+abc", "https://t.me/$inv", "nonsense"])
    expect(parseTelegramLink(other)).toBeUndefined();
});

test("links of the wallet's bot lead to the page of their invoice, and no other links do", () => {
  const wallet = { username: "CryptoTestnetBot", pages: "http://127.0.0.1:9/invoices/" };
  const pageOf = (address: string, at: typeof wallet | null = wallet) => {
    const link = parseTelegramLink(address);
    return link && walletPageOf(link, at);
  };
  const page = "http://127.0.0.1:9/invoices/IVabc123";
  expect(pageOf("https://t.me/CryptoTestnetBot?start=IVabc123")).toBe(page);
  expect(pageOf("https://t.me/CryptoTestnetBot/app?startapp=invoice-IVabc123&mode=compact")).toBe(page);
  for (const address of [
    "https://t.me/CryptoTestnetBot",
    "https://t.me/CryptoTestnetBot?start=../x",
    "https://t.me/demo_bot?start=IVabc123",
  ])
    expect(pageOf(address)).toBeUndefined();
  expect(pageOf("https://t.me/CryptoTestnetBot?start=IVabc123", null)).toBeUndefined();
});
