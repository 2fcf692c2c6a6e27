import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { figuresOf } from "@backend/modules/campaigns/domain/figures.ts";
import { openPage, type TestPage } from "@miniapp/testing/dom.ts";
import type { JSX } from "react";
import type { Root } from "react-dom/client";
import type { Advice, FigureTable } from "./figures-api.ts";

let page: TestPage;
const { fetch } = globalThis;
/** What the server answers, and what it was asked: addresses below /api/v1. */
let answers: (path: string, query: URLSearchParams) => unknown;
let asked: { path: string; query: Record<string, string> }[];

beforeAll(async () => {
  page = openPage("http://localhost/campaigns/c1/figures");
  (await import("@miniapp/shared/telegram/sdk.ts")).setConnected(undefined);
  globalThis.fetch = (async (input: RequestInfo | URL) => {
    const url = new URL(String(input), "http://localhost");
    const path = url.pathname.replace("/api/v1", "");
    asked.push({ path, query: Object.fromEntries(url.searchParams) });
    const answer = answers(path, url.searchParams);
    const isRefusal = typeof answer === "object" && answer !== null && "error" in answer;
    return Response.json(answer, { status: isRefusal ? 422 : 200 });
  }) as typeof globalThis.fetch;
});
afterAll(async () => {
  globalThis.fetch = fetch;
  await page.close();
});
beforeEach(() => {
  asked = [];
});

const figures = (clicks: number, conversions: number, revenue: string, cost: string) =>
  figuresOf([String(clicks), String(clicks), String(conversions), String(conversions), revenue, cost]);

const table = (over: Partial<FigureTable> = {}): FigureTable => ({
  connection: { id: "k1", name: "Keitaro" },
  campaign: { id: "c1", ref: "15", name: "Spring AU" },
  flow: null,
  by: "offer",
  ...{ from: "2026-11-19", to: "2026-11-25", timeZone: "Europe/Kyiv", isOpen: false, currency: null },
  rows: [
    {
      key: "101",
      name: "Miaflow",
      id: null,
      figures: figures(120, 6, "60.3", "24.1"),
      before: figures(60, 1, "9", "9"),
    },
    { key: "777", name: null, id: null, figures: figures(3, 0, "0", "0.6"), before: figures(0, 0, "0", "0") },
  ],
  moreRows: 0,
  totals: figures(123, 6, "60.3", "24.7"),
  hasOwnTotals: true,
  previous: { from: "2026-11-12", to: "2026-11-18", totals: figures(60, 1, "9", "9") },
  ...{ readAt: "2026-11-25T09:00:00Z", problem: null },
  ...over,
});
const byDay = () =>
  table({
    by: "day",
    rows: ["2026-11-19", "2026-11-20"].map((key, at) => {
      return { key, name: null, id: null, figures: figures(60 + at, 3, "30", "12"), before: figures(30, 0, "0", "4") };
    }),
  });

let root: Root | undefined;
/** Puts a part of the app into the page. */
async function show(make: () => Promise<JSX.Element>, search = "", path = "/campaigns/c1/figures") {
  const [
    React,
    { createRoot },
    { QueryClient, QueryClientProvider },
    { Router },
    { memoryLocation },
    i18n,
    format,
    me,
  ] = await Promise.all([
    import("react"),
    import("react-dom/client"),
    import("@tanstack/react-query"),
    import("wouter"),
    import("wouter/memory-location"),
    import("@miniapp/shared/i18n.ts"),
    import("@miniapp/shared/format.ts"),
    import("../identity/me.ts"),
  ]);
  await Promise.all((["traffic", "campaigns", "figures", "statistics", "reporting"] as const).map(i18n.loadWords));
  const words = await i18n.loadTranslator("en");
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  queries.setQueryData(me.meQuery.queryKey, {
    permissions: ["campaigns.read"],
    workspace: { timeZone: "UTC" },
  } as unknown as import("../identity/me.ts").Me);
  const { hook, searchHook } = memoryLocation({ path, searchPath: search });
  const element = await make();
  root = createRoot(document.getElementById("root") as HTMLElement);
  await React.act(async () => {
    root?.render(
      <QueryClientProvider client={queries}>
        <i18n.WordsContext value={words}>
          <format.FormatContext value={format.createFormat("en", "UTC")}>
            <Router hook={hook} searchHook={searchHook}>
              {element}
            </Router>
          </format.FormatContext>
        </i18n.WordsContext>
      </QueryClientProvider>,
    );
  });
  await settle();
}
async function settle() {
  const { act } = await import("react");
  for (let turn = 0; turn < 5; turn++) await act(() => Bun.sleep(1));
}
afterEach(async () => {
  const { act } = await import("react");
  await act(async () => root?.unmount());
});

const text = () => document.body.textContent ?? "";
const button = (name: string, within = "") =>
  [...document.querySelectorAll<HTMLButtonElement>(`${within} button`)].find((one) =>
    one.textContent?.trim().startsWith(name),
  );
async function tap(name: string, within?: string) {
  const { act } = await import("react");
  await act(async () => button(name, within)?.click());
  await settle();
}
const rows = () =>
  [...document.querySelectorAll("section table tbody tr")]
    .filter((row) => !row.closest("figure"))
    .map((row) => [...row.children].map((cell) => cell.textContent));

const showScreen = (search?: string, path?: string) =>
  show(
    async () => {
      const [{ Route, Switch }, { paths }, { default: FiguresScreen }] = await Promise.all([
        import("wouter"),
        import("@miniapp/app/paths.ts"),
        import("./figures.screen.tsx"),
      ]);
      return (
        <Switch>
          <Route path={paths.trackerFigures} component={FiguresScreen} />
          <Route path={paths.campaignFigures} component={FiguresScreen} />
        </Switch>
      );
    },
    search,
    path,
  );

describe("the screen of figures", () => {
  test("shows the totals of the tracker, days and rows, whose unknown ones have a number", async () => {
    answers = (_, query) => (query.get("by") === "day" ? byDay() : table());
    await showScreen();
    expect(text()).toContain("Spring AU");
    expect(text()).toContain("Europe/Kyiv");
    expect(text()).toContain("the connection does not say which");
    expect(document.querySelectorAll("figure")).toHaveLength(1);
    expect(rows()).toHaveLength(2);
    expect(rows()[0]?.slice(0, 2)).toEqual(["Miaflow#101", "120+100%"]);
    expect(rows()[1]?.[0]).toBe("Offer #777");
    expect(asked.map(({ query }) => [query.by, query.period, query.campaignId]).sort()).toEqual([
      ["day", "7", "c1"],
      ["offer", "7", "c1"],
    ]);
  });

  test("sorts by a column, and turns it round at the second tap", async () => {
    answers = (_, query) => (query.get("by") === "day" ? byDay() : table());
    await showScreen();
    await tap("Revenue", "thead");
    const sortings = () =>
      asked.filter(({ query }) => query.by === "offer").map(({ query }) => [query.sort, query.order]);
    expect(sortings().at(-1)).toEqual(["revenue", "desc"]);
    await tap("Revenue", "thead");
    expect(sortings().at(-1)).toEqual(["revenue", "asc"]);
    expect(document.querySelector("th[aria-sort=ascending]")?.textContent).toContain("Revenue");
  });

  test("says how old the figures are and why, when the tracker is away", async () => {
    answers = () => table({ problem: "The tracker cannot be reached." });
    await showScreen("period=today");
    expect(text()).toContain("Last known figures");
    expect(text()).toContain("The tracker cannot be reached.");
  });

  test("of a period that still runs compares without a change, which would be of an unequal time", async () => {
    answers = () => table({ isOpen: true });
    await showScreen("period=today");
    expect(rows()[0]?.[1]).toBe("120");
    expect(text()).toContain("The period is not over yet.");
    expect(document.querySelectorAll("figure")).toHaveLength(0);
  });

  test("offers a longer period when nothing was clicked, and a way to try again when it failed", async () => {
    const none = figures(0, 0, "0", "0");
    answers = () => table({ rows: [], totals: none, previous: { from: "a", to: "b", totals: none } });
    await showScreen();
    await tap("Show 30 days");
    expect(asked.at(-1)?.query.period).toBe("30");
    const { act } = await import("react");
    await act(async () => root?.unmount());
    answers = () => ({ error: { code: "conversions.tracker.key_refused", message: "Key refused.", params: {} } });
    await showScreen("period=yesterday");
    expect(text()).toContain("Key refused.");
    answers = () => table();
    await tap("Try again");
    expect(rows()).toHaveLength(2);
  });

  test("of a whole tracker begins with its campaigns, which lead to themselves", async () => {
    const row = { key: "15", name: "Spring AU", id: "c1", figures: figures(9, 1, "5", "1"), before: null };
    answers = () => table({ by: "campaign", campaign: null, rows: [row] });
    await showScreen("period=today", "/campaigns/trackers/k1/figures");
    expect(text()).toContain("Keitaro");
    expect(asked.map(({ query }) => [query.by, query.connectionId, query.campaignId])).toEqual([
      ["campaign", "k1", undefined],
    ]);
    expect(document.querySelector("tbody a")?.getAttribute("href")).toBe("/campaigns/c1");
  });

  test("of one flow says so, and leads back to the whole campaign", async () => {
    answers = (_, query) => table({ flow: query.has("flowId") ? { id: "f1", ref: "5002", name: "Flow 2" } : null });
    await showScreen("flowId=f1&period=yesterday");
    await tap("Only the flow “Flow 2”");
    expect(text()).not.toContain("Only the flow");
    expect(asked.at(-1)?.query.flowId).toBeUndefined();
  });
});

function Rows({
  parts: { OfferFiguresNote, useOfferFigures, useOfferLines },
}: {
  parts: typeof import("./offer-figures.tsx");
}) {
  const figures = useOfferFigures("f1");
  const lineOf = useOfferLines(figures);
  return (
    <>
      <p>
        <OfferFiguresNote figures={figures} />
      </p>
      <ul>
        {["101", "102"].map((id) => (
          <li key={id}>{lineOf?.(id)}</li>
        ))}
      </ul>
    </>
  );
}

test("an offer's row says what it came to, also of an offer that saw nothing", async () => {
  answers = () => table({ flow: { id: "f1", ref: "5002", name: "Flow 2" }, currency: "USD" });
  await show(async () => <Rows parts={await import("./offer-figures.tsx")} />);
  expect([...document.querySelectorAll("li")].map((one) => one.textContent)).toEqual([
    "120 clicks · 6 conv. · $60.30 · ROI 150.2%",
    "0 clicks · 0 conv. · $0.00 · ROI –",
  ]);
  expect(document.querySelector("p")?.textContent).toContain("last 7 days");
});

test("rows say in whose money they are while nobody has named it, and why they have no figures", async () => {
  answers = () => table({ problem: "The tracker cannot be reached." });
  await show(async () => <Rows parts={await import("./offer-figures.tsx")} />);
  const note = () => document.querySelector("p")?.textContent;
  expect(document.querySelector("li")?.textContent).toContain("· 60.3");
  expect(note()).toContain("Last known figures");
  expect(note()).toContain("The tracker cannot be reached.");
  expect(note()).toContain("the tracker’s own currency");
  const { act } = await import("react");
  await act(async () => root?.unmount());
  answers = () => ({ error: { code: "conversions.tracker.key_refused", message: "Key refused.", params: {} } });
  await show(async () => <Rows parts={await import("./offer-figures.tsx")} />);
  expect(note()).toBe("Figures of offers are not known: Key refused.");
});

test("figures of one campaign never stand under the name of another, and stay while other days are asked for", async () => {
  const { QueryClient, QueryObserver } = await import("@tanstack/react-query");
  const { figuresQuery } = await import("./figures-api.ts");
  const queries = new QueryClient();
  const first = figuresQuery({ campaignId: "c1", period: "7" });
  queries.setQueryData(first.queryKey, table());
  const observer = new QueryObserver(queries, first);
  const stop = observer.subscribe(() => {});
  answers = () => new Promise(() => {});
  const shown = (query: Parameters<typeof figuresQuery>[0]) => {
    observer.setOptions(figuresQuery(query));
    return observer.getCurrentResult().data?.campaign?.id;
  };
  expect(shown({ campaignId: "c1", period: "30" })).toBe("c1");
  expect(shown({ campaignId: "c1", flowId: "f1", period: "30" })).toBeUndefined();
  expect(shown({ campaignId: "c2", period: "30" })).toBeUndefined();
  stop();
  queries.clear();
});

test("a day of the tracker's log is read when it is asked for, and says what did not come in", async () => {
  const trouble = { at: "2026-11-25T10:00:00", outcome: "failed", status: null, remark: "cURL error 28" };
  const day = { day: "2026-11-25", sent: 3, arrived: 2, accepted: 2, refused: 0, failed: 1, unknown: 0, elsewhere: 0 };
  answers = () => ({
    ...{ ...day, unknownAddress: 1, unread: 0, isCut: false, moreTroubles: 0 },
    troubles: [{ ...trouble, hasArrived: false }],
  });
  await show(async () => {
    const { default: SentDayPart } = await import("./components/sent-day-part.tsx");
    return <SentDayPart connectionId="k1" />;
  });
  expect(asked).toEqual([]);
  await tap("Compare with what came in");
  expect(asked.map(({ path }) => path)).toEqual(["/campaigns/trackers/k1/sent"]);
  expect(text()).toContain("Sent by the tracker3");
  expect(text()).toContain("cURL error 28");
  expect(text()).toContain("did not come in");
  expect(text()).toContain("an old one is left in a campaign");
});

describe("the advice", () => {
  const offer = (
    id: string,
    share: number,
    suggested: number | null,
    over: Partial<Advice["offers"][number]> = {},
  ) => ({
    ...{ id, name: null, state: "active", isPinned: false, share, suggested },
    ...{ clicks: 900, conversions: 30, revenue: "300", leftOut: null },
    value: { low: "0.234", estimate: "0.333333", high: "0.474" },
    ...over,
  });
  const advice = (over: Partial<Advice> = {}): Advice => ({
    ...{ by: "epc", from: "2026-11-19", to: "2026-11-25", timeZone: "UTC", currency: "USD" },
    rule: { clicks: 200, conversions: 10, clicksAlone: 2_000, confidence: 0.95 },
    offers: [offer("101", 60, 45), offer("102", 40, 55), offer("103", 9, null, { leftOut: "is_off", value: null })],
    ...{ obstacle: null, mayBeChance: true, readAt: "2026-11-25T09:00:00Z", problem: null },
    ...over,
  });
  const applied: unknown[] = [];
  const shares = (...given: number[]) =>
    given.map((share, n) => ({ id: String(101 + n), share, state: "active", isPinned: false }));
  const open = (rows = shares(60, 40, 9), isDraft = false) =>
    show(async () => {
      const { default: AdvicePart } = await import("./components/advice-part.tsx");
      return <AdvicePart flowId="f1" rows={rows} isDraft={isDraft} onApply={(given) => applied.push(...given)} />;
    });

  test("shows what it rests on, and hands over every active row when it is taken", async () => {
    answers = () => advice();
    await open();
    expect(text()).toContain("60% → 45%");
    expect(text()).toContain("EPC $0.3333 ($0.234 – $0.474)");
    expect(text()).toContain("switched off");
    expect(text()).toContain("may be chance");
    expect(text()).toContain("those of the tracker");
    await tap("Put these into the draft");
    expect(applied).toEqual([
      { id: "101", share: 45 },
      { id: "102", share: 55 },
    ]);
    await tap("30 days");
    expect(asked.at(-1)).toEqual({ path: "/campaigns/flows/f1/advice", query: { by: "epc", period: "30" } });
  });

  test("speaks of the rows that are on the screen, and is not taken for others", async () => {
    answers = () => advice();
    await open(shares(50, 50, 9), true);
    expect(text()).toContain("those of the draft");
    expect(text()).toContain("The shares have changed meanwhile.");
    expect(button("Put these")?.disabled).toBe(true);
  });

  test("says why there is none", async () => {
    answers = () =>
      advice({ obstacle: "too_few_judged", offers: [offer("101", 100, null, { leftOut: "too_few_clicks" })] });
    await open();
    expect(text()).toContain("Too little data");
    expect(text()).toContain("too few clicks");
    expect(button("Put these")).toBeUndefined();
  });
});
