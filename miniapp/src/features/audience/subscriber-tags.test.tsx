import { afterAll, beforeAll, expect, test } from "bun:test";
import { openPage, type TestPage } from "@miniapp/testing/dom.ts";
import type { Subscriber } from "./api.ts";

let page: TestPage;
const realFetch = globalThis.fetch;
beforeAll(async () => {
  page = openPage("http://localhost/audience/1");
  (await import("@miniapp/shared/telegram/sdk.ts")).setConnected(undefined);
});
afterAll(async () => {
  globalThis.fetch = realFetch;
  await page.close();
});

test("undo puts back the tag that was taken off, beside those put on since", async () => {
  const [{ act }, { createRoot }, query, i18n, ui, api, me, { TagsPart }] = await Promise.all([
    import("react"),
    import("react-dom/client"),
    import("@tanstack/react-query"),
    import("@miniapp/shared/i18n.ts"),
    import("@miniapp/shared/ui/index.ts"),
    import("./api.ts"),
    import("../identity/me.ts"),
    import("./subscriber-tags.tsx"),
  ]);
  const words = await i18n.loadTranslator("en");
  await i18n.loadWords("audience");
  const queries = new query.QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  queries.setQueryData(me.meQuery.queryKey, { permissions: ["audience.manage"] } as never);
  queries.setQueryData(
    api.tagsQuery.queryKey,
    [1, 2, 3].map((id) => ({ id, name: `tag ${id}`, people: null }) as never),
  );
  let stored = { id: 1, tags: [1, 2] } as unknown as Subscriber;
  globalThis.fetch = (async (_: unknown, init?: RequestInit) => {
    const { addTags = [], removeTags = [] } = JSON.parse(String(init?.body)) as Record<string, number[]>;
    stored = { ...stored, tags: [...stored.tags.filter((id) => !removeTags.includes(id)), ...addTags] };
    return Response.json(stored);
  }) as typeof fetch;
  const root = createRoot(document.getElementById("root") as HTMLElement);
  await act(async () =>
    root.render(
      <query.QueryClientProvider client={queries}>
        <i18n.WordsContext value={words}>
          <TagsPart subscriber={stored} />
          <ui.ToastHost />
        </i18n.WordsContext>
      </query.QueryClientProvider>,
    ),
  );
  const tap = (name: string) =>
    act(async () => {
      [...document.querySelectorAll<HTMLElement>("button")]
        .find((button) => button.getAttribute("aria-label")?.includes(name) || button.textContent === name)
        ?.click();
      await Bun.sleep(20);
    });
  await tap("tag 1");
  expect(stored.tags).toEqual([2]);
  stored = { ...stored, tags: [2, 3] };
  await tap("Undo");
  expect([...stored.tags].sort()).toEqual([1, 2, 3]);
  await act(async () => root.unmount());
  queries.clear();
});
