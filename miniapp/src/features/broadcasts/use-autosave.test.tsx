/** Two people in one draft: what each of them sees, and what becomes of their words. The server is the one that the other writes to. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { openPage, type TestPage } from "@miniapp/testing/dom.ts";
import type { QueryClient } from "@tanstack/react-query";
import type { Root } from "react-dom/client";
import type { Broadcast, CreateBroadcast } from "./api.ts";
import type { Autosave } from "./use-autosave.ts";

const { fetch } = globalThis;
let page: TestPage;
let root: Root;
let queries: QueryClient;
let act: typeof import("react").act;
let form: Autosave;
let look: () => Autosave;
/** What the server has, and the next answers that do not arrive. */
let stored: Broadcast;
let lost: number;

const moment = (count: number) => new Date(Date.UTC(2030, 0, 1, 10, 0, count)).toISOString();
let count = 0;
/** How React Query tells of answers: by itself in a moment, here before an act ends, or the form would hear of them behind it. */
const inAMoment = (tell: () => void) => void setTimeout(tell, 0);
const atOnce = (tell: () => void) => queueMicrotask(tell);
const save = (part: CreateBroadcast) => {
  stored = { ...stored, ...part, updatedAt: moment(++count) } as Broadcast;
};

function Form(): null {
  form = look();
  return null;
}

beforeAll(async () => {
  page = openPage("http://localhost/broadcasts/b1");
  (await import("@tanstack/react-query")).notifyManager.setScheduler(atOnce);
  (await import("@miniapp/shared/telegram/sdk.ts")).setConnected(undefined);
  globalThis.fetch = (async (_: RequestInfo | URL, init?: RequestInit) => {
    if (init?.method !== "PATCH") return Response.json(stored);
    const { seenAt, ...part } = JSON.parse(String(init.body)) as CreateBroadcast & { seenAt: string };
    if (seenAt !== stored.updatedAt) {
      const error = { code: "broadcasts.draft_changed", message: "Somebody has changed it." };
      return Response.json({ error }, { status: 409 });
    }
    save(part);
    if (lost-- > 0) throw new TypeError("the answer is lost");
    return Response.json(stored);
  }) as typeof globalThis.fetch;
});
afterAll(async () => {
  (await import("@tanstack/react-query")).notifyManager.setScheduler(inAMoment);
  globalThis.fetch = fetch;
  await page.close();
});

beforeEach(async () => {
  const [react, { createRoot }, query, { useAutosave }, { broadcastQuery }] = await Promise.all([
    import("react"),
    import("react-dom/client"),
    import("@tanstack/react-query"),
    import("./use-autosave.ts"),
    import("./api.ts"),
  ]);
  act = react.act;
  lost = 0;
  stored = { id: "b1", name: "News", botIds: [], categoryId: null, updatedAt: moment(++count) } as never;
  queries = new query.QueryClient({
    defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, retry: false } },
  });
  queries.setQueryData(broadcastQuery("b1").queryKey, stored);
  look = () => useAutosave(query.useSuspenseQuery(broadcastQuery("b1")).data);
  const place = document.createElement("div");
  document.body.replaceChildren(place);
  root = createRoot(place);
  await act(async () =>
    root.render(
      <query.QueryClientProvider client={queries}>
        <Form />
      </query.QueryClientProvider>,
    ),
  );
});
afterEach(async () => {
  await act(async () => root.unmount());
});

const write = (part: CreateBroadcast) => act(async () => form.change(part));
async function flush(): Promise<boolean> {
  let isSaved = false;
  await act(async () => {
    isSaved = await form.flush();
  });
  return isSaved;
}
/** The live stream tells of it. */
const hear = () => act(() => queries.invalidateQueries());

test("what another changes is shown at once where nothing is being written, also over what was saved here before", async () => {
  await write({ name: "Mine" });
  expect(await flush()).toBe(true);
  save({ name: "Theirs" });
  await hear();
  expect(form.value.name).toBe("Theirs");
  await write({ categoryId: 3 });
  expect(await flush()).toBe(true);
  expect(stored).toMatchObject({ name: "Theirs", categoryId: 3 });
});

test("different things written at once are saved beside each other, and nobody is asked", async () => {
  await write({ name: "Mine" });
  save({ categoryId: 7 });
  expect(await flush()).toBe(true);
  expect(form.isTorn).toBe(false);
  expect(stored).toMatchObject({ name: "Mine", categoryId: 7 });
  expect(form.value).toMatchObject({ name: "Mine", categoryId: 7 });
});

test("the same thing written at once waits for a choice, and replaces nothing before it", async () => {
  for (const whose of ["theirs", "mine"] as const) {
    const theirs = `Theirs before ${whose}`;
    await write({ name: "Mine" });
    save({ name: theirs });
    expect(await flush()).toBe(false);
    expect([form.isTorn, form.saving, form.value.name, stored.name]).toEqual([true, "unsaved", "Mine", theirs]);
    await write({ name: "Mine, newer" });
    expect(await flush()).toBe(false);
    expect(stored.name).toBe(theirs);
    await act(async () => form.choose(whose));
    expect(await flush()).toBe(true);
    const name = whose === "mine" ? "Mine, newer" : theirs;
    expect([form.isTorn, form.saving, form.value.name, stored.name]).toEqual([false, "saved", name, name]);
  }
});

test("what was saved while its answer was lost is nobody else's change", async () => {
  lost = 1;
  await write({ name: "Mine", options: { isUrgent: true, isPaid: false } });
  expect(await flush()).toBe(false);
  expect(stored.name).toBe("Mine");
  // As the database answers: in an order of its own.
  stored = { ...stored, options: { isPaid: false, isUrgent: true } };
  await write({ name: "Mine, newer", options: { isUrgent: true, isPaid: true } });
  expect(await flush()).toBe(true);
  expect([form.isTorn, stored.name]).toEqual([false, "Mine, newer"]);
});
