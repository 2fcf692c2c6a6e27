import { afterAll, beforeAll, expect, test } from "bun:test";
import { openPage, type TestPage } from "@miniapp/testing/dom.ts";
import type { useTokenWrite } from "./use-token-write.ts";

let page: TestPage;
beforeAll(async () => {
  page = openPage("http://localhost/control/workspaces/new");
  (await import("@miniapp/shared/telegram/sdk.ts")).setConnected(undefined);
});
afterAll(() => page.close());

function Form({ useWrite, write }: { useWrite: typeof useTokenWrite; write(input: { token: string }): Promise<void> }) {
  const { run } = useWrite(write, () => {});
  return (
    <button type="button" onClick={() => run({ token: "1:a" })}>
      Create
    </button>
  );
}

test("whoever said that he means to take a bot over, and lost the answer, sends the same call again", async () => {
  const [{ act }, { createRoot }, query, i18n, { PopupHost }, { ApiError }, hook] = await Promise.all([
    import("react"),
    import("react-dom/client"),
    import("@tanstack/react-query"),
    import("@miniapp/shared/i18n.ts"),
    import("@miniapp/shared/ui/popup.tsx"),
    import("@miniapp/shared/api-client.ts"),
    import("./use-token-write.ts"),
  ]);
  const words = await i18n.loadTranslator("en");
  await i18n.loadWords("bots");
  const refusals = [
    new ApiError("bots.connected_elsewhere", "It is elsewhere.", { bot: "shop_bot" }, 409, "r1"),
    new ApiError("common.offline", "No answer.", {}, 0, ""),
  ];
  const sent: object[] = [];
  const write = async (input: { token: string }) => {
    sent.push(input);
    const refusal = refusals.shift();
    if (refusal) throw refusal;
  };
  const queries = new query.QueryClient();
  const root = createRoot(document.getElementById("root") as HTMLElement);
  await act(async () =>
    root.render(
      <query.QueryClientProvider client={queries}>
        <i18n.WordsContext value={words}>
          <Form useWrite={hook.useTokenWrite} write={write} />
          <PopupHost />
        </i18n.WordsContext>
      </query.QueryClientProvider>,
    ),
  );
  const tap = (name: string) =>
    act(async () => {
      [...document.querySelectorAll("button")].find(({ textContent }) => textContent === name)?.click();
      await Bun.sleep(20);
    });
  await tap("Create");
  await tap(words("app.bots.take_over"));
  await tap("Create");
  expect(sent).toEqual([{ token: "1:a" }, { token: "1:a", takeOver: true }, { token: "1:a", takeOver: true }]);
  await act(async () => root.unmount());
  queries.clear();
});
