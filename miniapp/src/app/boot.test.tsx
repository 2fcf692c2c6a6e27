/** The whole start, in a page with a pretended Telegram: launch data in, a screen with rows out. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { initDataKey, signInitData } from "@backend/modules/identity/domain/init-data.ts";
import { openPage, type TestPage } from "@miniapp/testing/dom.ts";

const botToken = "7000000001:test-token-of-nobody";
const realFetch = globalThis.fetch;
let page: TestPage;
let asked: Request[] = [];
let posted: [name: string, data: unknown][] = [];

const today = {
  day: "2026-11-21",
  timeZone: "Europe/Kyiv",
  now: "2026-11-21T10:00:00.000Z",
  conversions: { today: 214, yesterday: 187, byStatus: [{ status: "deposit", today: 37, yesterday: 29 }] },
  revenue: [{ currency: "USD", today: "12408.50", yesterday: "9930.00" }],
  deliveries: { byState: [{ state: "sent", count: 209 }], isCapped: false },
  delay: { count: 209, p50Ms: 38, p95Ms: 900 },
  connections: [],
  attention: [],
  checklist: { hasChat: true, hasConnection: true, hasPostback: true, isDone: true },
};

const me = (more: object) => ({
  person: { id: "p", telegramId: 81, name: "Оксана", chosenLocale: null, chosenTimeZone: null },
  member: { id: "m", role: "owner" },
  permissions: ["reports.read", "conversions.read", "connections.read", "inbox.read", "workspace.read", "members.read"],
  grantableRoles: [],
  workspace: { id: "w", name: "Northlight", locale: "en", timeZone: "Europe/Kyiv", createdAt: "2026-01-01T00:00:00Z" },
  bot: { id: "b", username: "demo_bot" },
  locale: "uk",
  timeZone: "Europe/Kyiv",
  sandbox: true,
  canCreateWorkspace: false,
  isShopOpen: false,
  workspaces: [],
  ...more,
});

type Answers = Record<string, () => Response>;

/** Starts the app as `main.tsx` does, at `path`, with launch data signed for `user`; `answers` are the server's. */
async function start(path: string, options: { startParam?: string; answers: Answers; isOutside?: boolean }) {
  page.window.happyDOM.setURL(`http://localhost${path}`);
  page.window.history.replaceState(null, "", path);
  page.window.sessionStorage.clear();
  page.window.localStorage.clear();
  page.window.document.body.innerHTML = '<div id="root"></div>';
  asked = [];
  posted = [];
  globalThis.fetch = (async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input instanceof Request ? input : String(input), init as RequestInit);
    asked.push(request);
    const answer = options.answers[new URL(request.url).pathname];
    return answer ? answer() : new Response(null, { status: 404 });
  }) as typeof fetch;
  const { mockTelegram } = await import("./mock-env.ts");
  if (!options.isOutside)
    mockTelegram(
      signInitData(
        {
          user: JSON.stringify({ id: 81, first_name: "Оксана", language_code: "uk" }),
          auth_date: String(Math.floor(Date.now() / 1000)),
          signature: "none",
          ...(options.startParam ? { start_param: options.startParam } : {}),
        },
        initDataKey(botToken),
      ),
      { onCall: (name, data) => posted.push([name, data]) },
    );
  const [{ boot }, { OutsideTelegram, Root }, { createQueryClient }, { createRoot }, { act }] = await Promise.all([
    import("./boot.ts"),
    import("./root.tsx"),
    import("@miniapp/shared/query-client.ts"),
    import("react-dom/client"),
    import("react"),
  ]);
  const { isInTelegram, words } = await boot();
  const root = createRoot(document.getElementById("root") as HTMLElement);
  await act(async () =>
    root.render(
      isInTelegram ? <Root words={words} queries={createQueryClient()} /> : <OutsideTelegram words={words} />,
    ),
  );
  const text = () => document.getElementById("root")?.textContent ?? "";
  const until = async (isThere: () => boolean) => {
    for (let attempt = 0; attempt < 750 && !isThere(); attempt++)
      await act(() => new Promise((done) => setTimeout(done, 20)));
    return isThere();
  };
  return { text, until, act, end: () => act(async () => root.unmount()) };
}

const json =
  (body: unknown, status = 200) =>
  () =>
    Response.json(body, { status });

// One page for all: what listens to Telegram listens to the window it first saw.
beforeAll(() => {
  page = openPage("http://localhost/");
});
afterAll(async () => {
  await page.close();
  globalThis.fetch = realFetch;
});

describe("the start of the app", () => {
  test("shows the day in the person's language and says who is calling", async () => {
    const app = await start("/app/bot-1/", {
      answers: { "/api/v1/me": json(me({})), "/api/v1/reports/today": json(today) },
    });
    expect(await app.until(() => app.text().includes("214"))).toBe(true);
    expect(app.text()).toContain("Сьогодні");
    expect(app.text()).toContain("Northlight");
    expect(app.text()).toContain("Пісочниця");
    expect(document.documentElement.lang).toBe("uk");
    const call = asked.find((request) => request.url.endsWith("/me"));
    expect(call?.headers.get("x-bot")).toBe("bot-1");
    expect(call?.headers.get("authorization")).toStartWith("tma user=");
    expect(await app.until(() => posted.some(([name]) => name === "web_app_ready"))).toBe(true);
    await app.end();
  });

  test("follows a start parameter to the screen that it names", async () => {
    const app = await start("/app/bot-1/", {
      startParam: "connections",
      answers: {
        "/api/v1/me": json(me({ locale: "uk" })),
        "/api/v1/connections": json({ items: [], nextCursor: null }),
      },
    });
    expect(await app.until(() => app.text().includes("Підключень поки немає"))).toBe(true);
    expect(window.location.pathname).toBe("/app/bot-1/connections");
    await app.end();
  });

  test("gives inner screens Telegram's back button, which leads up when a link opened them first", async () => {
    const app = await start("/app/bot-1/", {
      startParam: "connections_new",
      answers: {
        "/api/v1/me": json(me({ permissions: ["connections.read", "connections.manage", "reports.read"] })),
        "/api/v1/connections": json({ items: [], nextCursor: null }),
      },
    });
    expect(await app.until(() => app.text().includes("Нове підключення"))).toBe(true);
    const isBackShown = () =>
      posted.some(
        ([name, data]) => name === "web_app_setup_back_button" && (data as { is_visible: boolean }).is_visible,
      );
    expect(await app.until(isBackShown)).toBe(true);
    const { emitEvent } = await import("@telegram-apps/sdk-react");
    await app.act(async () => emitEvent("back_button_pressed"));
    expect(await app.until(() => app.text().includes("Підключень поки немає"))).toBe(true);
    expect(window.location.pathname).toBe("/app/bot-1/connections");
    await app.end();
  });

  test("tells a refused person why, in words, and shows nothing else", async () => {
    const refusal = { error: { code: "auth.invalid", message: "No.", params: {}, requestId: "r1" } };
    const app = await start("/app/bot-1/", { answers: { "/api/v1/me": json(refusal, 401) } });
    expect(await app.until(() => app.text().includes("Telegram"))).toBe(true);
    expect(app.text()).toContain("Спробувати ще раз");
    expect(app.text()).not.toContain("Northlight");
    await app.end();
  });

  test("outside Telegram asks nobody anything and says how to get in", async () => {
    const app = await start("/app/bot-1/", { answers: {}, isOutside: true });
    expect(app.text()).toContain("Telegram");
    expect(asked).toEqual([]);
    await app.end();
  });
});
