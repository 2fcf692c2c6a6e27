import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openPage, type TestPage } from "@miniapp/testing/dom.ts";
import type { Subscriber } from "./api.ts";

let page: TestPage;
beforeAll(async () => {
  page = openPage("http://localhost/audience/1");
  (await import("@miniapp/shared/telegram/sdk.ts")).setConnected(undefined);
});
afterAll(() => page.close());

const subscriber = (id: number, note: string): Subscriber => ({
  ...{ id, note, elsewhere: [], botId: `b${id}`, chatId: "c", telegramId: 81, personId: null },
  ...{ firstName: "Oksana", lastName: null, username: null, language: null, timeZone: null, source: null },
  ...{ state: "active", origin: "start", isOptedOut: false, tags: [], fields: {}, refusals: [] },
  ...{ clicks: 0, conversions: 0, orders: 0, subscribedAt: null, lastSeenAt: null, lostAt: null },
  ...{ createdAt: "2026-11-01T00:00:00Z", lastClickAt: null, lastConversionAt: null, lastOrderAt: null },
});

describe("the page of a subscriber", () => {
  test("keeps what is typed about one away from another, and leads to no messages of whoever has no chat", async () => {
    const [
      { act },
      { createRoot },
      { QueryClient, QueryClientProvider },
      { Route, Router },
      i18n,
      format,
      api,
      me,
      screen,
    ] = await Promise.all([
      import("react"),
      import("react-dom/client"),
      import("@tanstack/react-query"),
      import("wouter"),
      import("@miniapp/shared/i18n.ts"),
      import("@miniapp/shared/format.ts"),
      import("./api.ts"),
      import("../identity/me.ts"),
      import("./subscriber.screen.tsx"),
    ]);
    await Promise.all([i18n.loadWords("control"), i18n.loadWords("audience")]);
    const words = await i18n.loadTranslator("en");
    const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
    queries.setQueryData(me.meQuery.queryKey, {
      permissions: ["audience.read", "audience.manage", "deliveries.read"],
      workspace: { timeZone: "UTC" },
    } as unknown as import("../identity/me.ts").Me);
    queries.setQueryData(api.fieldsQuery.queryKey, []);
    queries.setQueryData(api.tagsQuery.queryKey, []);
    queries.setQueryData(api.categoriesQuery.queryKey, []);
    queries.setQueryData(api.subscriberQuery("1").queryKey, subscriber(1, "first"));
    queries.setQueryData(api.subscriberQuery("2").queryKey, {
      ...subscriber(2, "second"),
      ...{ chatId: null, state: "unreachable", origin: "import" },
    } satisfies Subscriber);

    const root = createRoot(document.getElementById("root") as HTMLElement);
    const open = (path: string) =>
      act(async () => {
        history.replaceState(null, "", path);
        root.render(
          <QueryClientProvider client={queries}>
            <i18n.WordsContext value={words}>
              <format.FormatContext value={format.createFormat("en", "UTC")}>
                <Router hook={() => [path, () => {}]}>
                  <Route path="/audience/:subscriberId" component={screen.default} />
                </Router>
              </format.FormatContext>
            </i18n.WordsContext>
          </QueryClientProvider>,
        );
      });
    await open("/audience/1");
    const note = () => document.querySelector("textarea") as HTMLTextAreaElement;
    await act(async () => {
      Object.getOwnPropertyDescriptor(Object.getPrototypeOf(note()), "value")?.set?.call(note(), "about the first");
      note().dispatchEvent(new page.window.Event("input", { bubbles: true }) as unknown as Event);
    });
    expect(note().value).toBe("about the first");
    const messages = () => document.querySelector('a[href*="chat="]');
    expect(messages()?.getAttribute("href")).toEndWith("?chat=c");
    await open("/audience/2");
    expect(note().value).toBe("second");
    expect(messages()).toBeNull();
    await act(async () => root.unmount());
  });
});
