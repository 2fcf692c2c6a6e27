import { afterAll, beforeAll, expect, test } from "bun:test";
import { giveLayout, openPage, type TestPage } from "@miniapp/testing/dom.ts";
import type { Segment } from "./segment-api.ts";

let page: TestPage;
let takeLayout: () => void;
const realFetch = globalThis.fetch;
beforeAll(async () => {
  page = openPage("http://localhost/segments");
  takeLayout = giveLayout();
  (await import("@miniapp/shared/telegram/sdk.ts")).setConnected(undefined);
});
afterAll(async () => {
  globalThis.fetch = realFetch;
  takeLayout();
  await page.close();
});

const segment = (_: unknown, at: number): Segment =>
  ({
    id: `s${at}`,
    name: `Segment ${at}`,
    condition: { kind: "all", of: [] },
    problems: [],
    updatedAt: "2026",
  }) as never;

test("a list of segments counts one after another, from the top, and only those that are near the window", async () => {
  const [{ act }, { createRoot }, { QueryClient, QueryClientProvider }, i18n, format, people, api, me, screen] =
    await Promise.all([
      import("react"),
      import("react-dom/client"),
      import("@tanstack/react-query"),
      import("@miniapp/shared/i18n.ts"),
      import("@miniapp/shared/format.ts"),
      import("./api.ts"),
      import("./segment-api.ts"),
      import("../identity/me.ts"),
      import("./segments.screen.tsx"),
    ]);
  await Promise.all([i18n.loadWords("audience"), i18n.loadWords("segments")]);
  const words = await i18n.loadTranslator("en");
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  queries.setQueryData(me.meQuery.queryKey, { permissions: ["audience.read"] } as never);
  queries.setQueryData(people.segmentsQuery.queryKey, Array.from({ length: 50 }, segment));
  queries.setQueryData(api.vocabularyQuery.queryKey, {
    ...{ bots: [{ id: "b", name: "Bot", username: "bot" }], tags: [], fields: [], broadcasts: [] },
    ...{ languages: [], sources: [] },
  });
  const asked: string[] = [];
  let answer = () => {};
  globalThis.fetch = (async (_: unknown, init?: RequestInit) => {
    asked.push(JSON.parse(String(init?.body)).segmentId);
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    return Response.json({ people: 7_000 + asked.length });
  }) as typeof fetch;

  const root = createRoot(document.getElementById("root") as HTMLElement);
  await act(async () =>
    root.render(
      <QueryClientProvider client={queries}>
        <i18n.WordsContext value={words}>
          <format.FormatContext value={format.createFormat("en", "UTC")}>
            <screen.default />
          </format.FormatContext>
        </i18n.WordsContext>
      </QueryClientProvider>,
    ),
  );
  const shown = document.querySelectorAll("li").length;
  expect(shown).toBeGreaterThan(0);
  expect(shown).toBeLessThan(30);
  expect(asked).toEqual(["s0"]);
  await act(async () => {
    answer();
    await Bun.sleep(20);
  });
  expect(asked).toEqual(["s0", "s1"]);
  expect(document.body.textContent).toContain("7,001");
  await act(async () => root.unmount());
  answer();
  await Bun.sleep(20);
  expect(asked).toEqual(["s0", "s1"]);
  queries.clear();
});
