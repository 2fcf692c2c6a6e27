import { afterAll, beforeAll, expect, test } from "bun:test";
import { openPage, type TestPage } from "@miniapp/testing/dom.ts";

let page: TestPage;
const realFetch = globalThis.fetch;
beforeAll(() => {
  page = openPage("http://localhost/broadcasts/1");
});
afterAll(async () => {
  globalThis.fetch = realFetch;
  await page.close();
});

test("a picture that the server stumbled over is asked for again when it is next shown", async () => {
  const [{ act }, { createRoot }, { QueryClient, QueryClientProvider }, i18n, { FileView }] = await Promise.all([
    import("react"),
    import("react-dom/client"),
    import("@tanstack/react-query"),
    import("@miniapp/shared/i18n.ts"),
    import("./letter-file.tsx"),
  ]);
  const words = await i18n.loadTranslator("en");
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  let status = 502;
  globalThis.fetch = (async () => new Response("picture", { status })) as unknown as typeof fetch;
  const show = async () => {
    const root = createRoot(document.getElementById("root") as HTMLElement);
    await act(async () =>
      root.render(
        <QueryClientProvider client={queries}>
          <i18n.WordsContext value={words}>
            <FileView item={{ kind: "photo", media: "upload:1" }} />
          </i18n.WordsContext>
        </QueryClientProvider>,
      ),
    );
    await act(() => Bun.sleep(20));
    const isShown = document.querySelector("img") !== null;
    await act(async () => root.unmount());
    return isShown;
  };
  expect(await show()).toBe(false);
  status = 200;
  expect(await show()).toBe(true);
  queries.clear();
});
