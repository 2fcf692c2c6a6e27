/** What is taken back while one goes on writing. */
import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { giveLayout, openPage, type TestPage } from "@miniapp/testing/dom.ts";
import type { ReactNode } from "react";
import type { Root } from "react-dom/client";
import type { Letter } from "./letters-api.ts";

let page: TestPage;
let takeLayout: () => void;
let root: Root;
let act: typeof import("react").act;
let useState: typeof import("react").useState;
let wrapped: (children: ReactNode) => ReactNode;

beforeAll(async () => {
  page = openPage("http://localhost/broadcasts/1");
  takeLayout = giveLayout();
  (await import("@miniapp/shared/telegram/sdk.ts")).setConnected(undefined);
  const [react, query, i18n, format, ui, api] = await Promise.all([
    import("react"),
    import("@tanstack/react-query"),
    import("@miniapp/shared/i18n.ts"),
    import("@miniapp/shared/format.ts"),
    import("@miniapp/shared/ui/index.ts"),
    import("./letters-api.ts"),
  ]);
  ({ act, useState } = react);
  const words = await i18n.loadTranslator("en");
  await Promise.all([i18n.loadWords("broadcasts"), i18n.loadWords("letters")]);
  const queries = new query.QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  queries.setQueryData(api.variablesQuery.queryKey, []);
  queries.setQueryData(api.templatesQuery.queryKey, [
    { id: "1", name: "Greeting", fallback: "en", beginnings: { en: "from the" } },
  ] as never);
  queries.setQueryData(api.templateQuery("1").queryKey, { id: "1", letter: letter("from the template") } as never);
  wrapped = (children) => (
    <query.QueryClientProvider client={queries}>
      <i18n.WordsContext value={words}>
        <format.FormatContext value={format.createFormat("en", "UTC")}>
          {children}
          <ui.ToastHost />
        </format.FormatContext>
      </i18n.WordsContext>
    </query.QueryClientProvider>
  );
});
afterEach(async () => {
  await act(async () => root.unmount());
});
afterAll(async () => {
  takeLayout();
  await page.close();
});

const letter = (...htmls: string[]): Letter => ({
  fallback: "en",
  messages: Object.fromEntries(htmls.map((html, at) => [["en", "uk"][at], { kind: "text", html }])),
});

/** A form that holds its value as screens do. */
let held: unknown;
let write: (next: never) => void;
function Holder<T>({ initial, children }: { initial: T; children(value: T, put: (next: T) => void): ReactNode }) {
  const [value, put] = useState(initial);
  held = value;
  write = put as typeof write;
  return children(value, put);
}

async function show(children: ReactNode): Promise<void> {
  const { createRoot } = await import("react-dom/client");
  const place = document.createElement("div");
  document.body.replaceChildren(place);
  root = createRoot(place);
  await act(async () => root.render(wrapped(children)));
}
const tap = (name: string) =>
  act(async () => {
    const found = [...document.querySelectorAll<HTMLElement>("button, [role=option]")].find((element) =>
      element.textContent?.includes(name),
    );
    if (!found) throw new Error(`no ${name} in ${document.body.textContent}`);
    found.click();
  });

test("a language that was taken away comes back beside what was written since", async () => {
  const { default: LetterWriter } = await import("./letter-writer.tsx");
  await show(
    <Holder initial={letter("Hello", "Привіт")}>
      {(value, put) => <LetterWriter value={value} onChange={put} />}
    </Holder>,
  );
  await tap("Ukrainian");
  await tap("Remove Ukrainian");
  expect(held).toEqual(letter("Hello"));
  await act(async () => write(letter("Hello, newer") as never));
  await tap("Undo");
  expect(held).toEqual(letter("Hello, newer", "Привіт"));
});

test("a letter that a template replaced comes back, and the other variant keeps what was written since", async () => {
  const { MessagePart } = await import("./message-part.tsx");
  const variants = (a: string, b: string) => [
    { key: "A" as const, share: 50, letter: letter(a) },
    { key: "B" as const, share: 50, letter: letter(b) },
  ];
  await show(
    <Holder initial={{ variants: variants("mine", "other"), experiment: null }}>
      {(value, put) => <MessagePart value={value} onChange={(part) => put({ ...value, ...part } as typeof value)} />}
    </Holder>,
  );
  await tap("Take from a template");
  await tap("Greeting");
  expect(held).toMatchObject({ variants: variants("from the template", "other") });
  await act(async () => write({ variants: variants("from the template", "other, newer"), experiment: null } as never));
  await tap("Undo");
  expect(held).toMatchObject({ variants: variants("mine", "other, newer") });
});
