/** The script that runs before the bundle: it must never fail, whatever stands in the address. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { openPage, type TestPage } from "../src/testing/dom.ts";
import { type HeadFacts, headScript } from "./head-script.ts";

const facts: HeadFacts = {
  languages: { en: "/en.js", ru: "/ru.js", uk: "/uk.js" },
  sections: { "": ["/today.js"], conversions: ["/traffic.js"] },
  words: { conversions: { en: "/en-traffic.js", uk: "/uk-traffic.js" } },
  calls: { "*": ["/api/v1/me"], "": ["/api/v1/reports/today"] },
};
const realFetch = globalThis.fetch;
let page: TestPage;
let asked: { path: string; headers: Headers }[] = [];

beforeAll(() => {
  page = openPage("http://localhost/");
});
afterEach(() => {
  asked = [];
  page.window.sessionStorage.clear();
  page.window.localStorage.clear();
  page.window.document.head.innerHTML = "";
});
afterAll(async () => {
  globalThis.fetch = realFetch;
  await page.close();
});

function open(path: string, launch: Record<string, string>): string[] {
  page.window.happyDOM.setURL(`http://localhost${path}#${new URLSearchParams(launch)}`);
  globalThis.fetch = (async (input: string, init?: RequestInit) => {
    asked.push({ path: input, headers: new Headers(init?.headers) });
    return new Response();
  }) as unknown as typeof fetch;
  headScript(facts);
  return [...document.head.querySelectorAll("link[rel=modulepreload]")].map((link) => link.getAttribute("href") ?? "");
}

const initData = (user: object, more: Record<string, string> = {}) =>
  new URLSearchParams({ user: JSON.stringify(user), ...more, hash: "0" }).toString();

describe("the head script", () => {
  test("loads the person's language and the first screen, and asks for its data as that person", () => {
    const tgWebAppData = initData({ id: 1, language_code: "uk" });
    const preloads = open("/app/bot-1/", { tgWebAppData, tgWebAppPlatform: "ios" });
    expect(preloads).toEqual(["/uk.js", "/today.js"]);
    expect(asked.map((call) => call.path)).toEqual(["/api/v1/me", "/api/v1/reports/today"]);
    expect(asked[0]?.headers.get("authorization")).toBe(`tma ${tgWebAppData}`);
    expect(asked[0]?.headers.get("x-bot")).toBe("bot-1");
    expect(document.documentElement.dataset.platform).toBe("ios");
    expect(document.documentElement.lang).toBe("uk");
  });

  test("prefers the language that was chosen in the app", () => {
    page.window.localStorage.setItem("language:1", "ru");
    expect(open("/app/bot-1/", { tgWebAppData: initData({ id: 1, language_code: "uk" }) })[0]).toBe("/ru.js");
  });

  test("loads the section that an address or a start parameter opens, with its words", () => {
    const user = { id: 1, language_code: "uk" };
    expect(open("/app/bot-1/conversions/12", { tgWebAppData: initData(user) })).toEqual([
      "/uk.js",
      "/uk-traffic.js",
      "/traffic.js",
    ]);
    document.head.innerHTML = "";
    expect(open("/app/bot-1/", { tgWebAppData: initData(user, { start_param: "conversions_12" }) })).toContain(
      "/traffic.js",
    );
  });

  test("sets the theme's colours and tells dark from light", () => {
    open("/app/bot-1/", { tgWebAppThemeParams: JSON.stringify({ bg_color: "#17212b", button_color: "#5288c1" }) });
    expect(document.documentElement.style.getPropertyValue("--tg-theme-button-color")).toBe("#5288c1");
    expect(document.documentElement.style.colorScheme).toBe("dark");
  });

  test("asks nothing without launch data, and fails on nothing that stands in the address", () => {
    for (const launch of [
      {},
      { tgWebAppData: "user=%7Bbroken", tgWebAppThemeParams: "not json" },
      { tgWebAppThemeParams: "null" },
      { tgWebAppData: "" },
      { tgWebAppThemeParams: '{"bg_color":7}' },
    ])
      expect(() => open("/app/bot-1/", launch as Record<string, string>)).not.toThrow();
    expect(asked.filter((call) => call.headers.get("authorization") === "tma ")).toEqual([]);
    page.window.sessionStorage.setItem("tapps/launchParams", "{broken");
    expect(() => open("/elsewhere", {})).not.toThrow();
  });
});
