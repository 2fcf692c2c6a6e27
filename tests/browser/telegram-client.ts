/**
 * A page with the Mini App as a Telegram client opens it, without the simulator around it: signed launch data in the hash, a
 * client that answers what the app asks, and everything that went wrong in the page.
 */
import type { BrowserContext, ConsoleMessage, Page } from "playwright-core";
import { type Palette, THEMES } from "../../miniapp/simulator/themes.ts";
import { type PersonName, type Product, until } from "./product.ts";

export type Platform = "ios" | "android";
export type { Palette };

/** A colleague's, a customer's or a tester's phone. */
export interface Look {
  platform?: Platform;
  palette?: Palette;
  /** Width and height in CSS pixels. */
  size?: readonly [number, number];
}

export interface OpenApp extends Look {
  person?: PersonName;
  /** Path below the app's address, from `app/paths.ts`. */
  path?: string;
  /** In place of what Telegram would sign. */
  initData?: string;
}

interface ClientButton {
  is_visible?: boolean;
  is_active?: boolean;
  text?: string;
}

interface Client {
  main: ClientButton;
  hasBack: boolean;
  shifted: number;
  /** Addresses that the app had opened outside of itself. */
  opened: string[];
}

declare global {
  interface Window {
    __client: Client;
    TelegramWebviewProxy?: { postEvent(name: string, data: string): void };
    Telegram?: { WebView?: { receiveEvent?(name: string, data: unknown): void } };
  }
}

export interface AppPage {
  readonly page: Page;
  /** Errors of the console, exceptions, and refusals of the content security policy so far. */
  readonly problems: string[];
  /** Presses Telegram's main button as soon as it can be pressed. */
  pressMain(): Promise<void>;
  pressBack(): Promise<void>;
  /** The main button's text; empty while there is none. */
  mainText(): Promise<string>;
  close(): Promise<void>;
}

/** Hash of launch parameters, as clients append it to the app's address. */
export function launchHash(initData: string, platform: Platform, palette: Palette): string {
  const launch = new URLSearchParams({
    tgWebAppData: initData,
    tgWebAppVersion: "9.1",
    tgWebAppPlatform: platform,
    tgWebAppThemeParams: JSON.stringify(THEMES[palette]),
  });
  return launch.toString().replaceAll("+", "%20");
}

/** Runs in the page, before anything of the app. */
function playClient(theme: Record<string, string>): void {
  const client: Client = { main: {}, hasBack: false, shifted: 0, opened: [] };
  window.__client = client;
  const tell = (name: string, data: unknown) =>
    queueMicrotask(() => window.Telegram?.WebView?.receiveEvent?.(name, data));
  const noInset = { top: 0, right: 0, bottom: 0, left: 0 };
  window.TelegramWebviewProxy = {
    postEvent(name, json) {
      const data = JSON.parse(json || "null") as Record<string, unknown> | null;
      if (name === "web_app_setup_main_button") Object.assign(client.main, data);
      if (name === "web_app_setup_back_button") client.hasBack = data?.is_visible === true;
      if (name === "web_app_open_link") client.opened.push(String(data?.url));
      if (name === "web_app_open_tg_link") client.opened.push(`https://t.me${data?.path_full}`);
      if (name === "web_app_request_theme") tell("theme_changed", { theme_params: theme });
      if (name === "web_app_request_viewport")
        tell("viewport_changed", {
          width: window.innerWidth,
          height: window.innerHeight,
          is_expanded: true,
          is_state_stable: true,
        });
      if (name === "web_app_request_safe_area") tell("safe_area_changed", noInset);
      if (name === "web_app_request_content_safe_area") tell("content_safe_area_changed", noInset);
      if (name === "web_app_open_popup") {
        // Whoever is asked agrees: the first button does what was asked for.
        const [first] = (data?.buttons ?? []) as { id: string }[];
        tell("popup_closed", { button_id: first?.id });
      }
    },
  };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
      if (!entry.hadRecentInput) client.shifted += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
}

/** A context that behaves as a web view of that look; pages of it are opened with `visit`. */
export function newWebView(product: Product, { palette = "light", size = [390, 844] }: Look): Promise<BrowserContext> {
  return product.browser
    .newContext({
      viewport: { width: size[0], height: size[1] },
      hasTouch: true,
      reducedMotion: "reduce",
      colorScheme: palette,
      timezoneId: "Europe/Kyiv",
      permissions: ["clipboard-read", "clipboard-write"],
    })
    .then(async (context) => {
      await context.addInitScript(playClient, THEMES[palette]);
      return context;
    });
}

/** Everything that goes wrong in the page from now on. */
export function problemsOf(page: Page): string[] {
  const problems: string[] = [];
  page.on("console", (message: ConsoleMessage) => {
    if (message.type() === "error") problems.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
  return problems;
}

export async function openApp(product: Product, open: OpenApp = {}): Promise<AppPage> {
  const { person = "owner", path = "/", platform = "ios", palette = "light" } = open;
  const context = await newWebView(product, open);
  const page = await context.newPage();
  const problems = problemsOf(page);
  const initData = open.initData ?? product.initDataOf(person);
  await page.goto(`${product.appUrl}${path}#${launchHash(initData, platform, palette)}`, {
    waitUntil: "domcontentloaded",
  });
  return {
    page,
    problems,
    async pressMain() {
      await page.waitForFunction(() => window.__client.main.is_visible && window.__client.main.is_active !== false);
      await page.evaluate(() => window.Telegram?.WebView?.receiveEvent?.("main_button_pressed", undefined));
    },
    async pressBack() {
      await page.waitForFunction(() => window.__client.hasBack);
      await page.evaluate(() => window.Telegram?.WebView?.receiveEvent?.("back_button_pressed", undefined));
    },
    mainText: () => page.evaluate(() => (window.__client.main.is_visible ? (window.__client.main.text ?? "") : "")),
    close: () => context.close(),
  };
}

/** Waits until a screen shows its data: a heading, and neither the page's own bones nor a screen's. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.readyState === "complete" &&
      !("booting" in document.documentElement.dataset) &&
      (document.querySelector("main h1")?.textContent ?? "").trim() !== "" &&
      document.querySelector("main [class*=skeleton]") === null,
  );
  await page.evaluate(() => document.fonts.ready);
}

/** Waits for `count` of something on the page to be as expected; says what it was last. */
export async function eventually(what: string, ask: () => Promise<unknown>, expected: unknown): Promise<void> {
  let last: unknown;
  await until(what, async () => {
    last = await ask();
    return Bun.deepEquals(last, expected);
  }).catch((error: Error) => {
    throw new Error(`${error.message}; it was ${JSON.stringify(last)}`);
  });
}
