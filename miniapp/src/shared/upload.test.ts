import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { openPage, type TestPage } from "@miniapp/testing/dom.ts";

let page: TestPage;
let sendFile: typeof import("./upload.ts").sendFile;
let useUpload: typeof import("./upload.ts").useUpload;
const realFetch = globalThis.fetch;
beforeAll(async () => {
  page = openPage("http://localhost/app/bot-1/");
  ({ sendFile, useUpload } = await import("./upload.ts"));
});
afterEach(() => sessionStorage.clear());
afterAll(async () => {
  globalThis.fetch = realFetch;
  await page.close();
});

const partBytes = 4;

/** The server as far as a sender sees it. `fault` may break one call by its number of parts sent so far; `onFinish` comes before that answer. */
function serve(fault: (sent: number) => "lost" | "refused" | null = () => null, onFinish = () => {}) {
  const seen = { begun: 0, deleted: 0, parts: [] as number[], stored: new Map<number, string>() };
  let sent = 0;
  const told = (state: string) => ({ id: "u1", state, partBytes, parts: [...seen.stored.keys()].sort() });
  globalThis.fetch = (async (input: string | URL | Request, init?: RequestInit) => {
    init?.signal?.throwIfAborted();
    const { pathname } = new URL(String(input), "http://localhost");
    const part = /\/parts\/(\d+)$/.exec(pathname)?.[1];
    if (part !== undefined) {
      const broken = fault(sent++);
      if (broken === "refused")
        return Response.json({ error: { code: "uploads.finished", message: "x", params: {} } }, { status: 409 });
      seen.parts.push(Number(part));
      seen.stored.set(Number(part), await new Response(init?.body as BodyInit).text());
      // It has arrived, and the answer got lost.
      if (broken === "lost") throw new TypeError("Failed to fetch");
      return Response.json({ part: Number(part) });
    }
    if (init?.method === "POST" && pathname.endsWith("/uploads")) seen.begun += 1;
    if (init?.method === "DELETE") {
      seen.deleted += 1;
      return Response.json({ deleted: true });
    }
    if (pathname.endsWith("/finish")) onFinish();
    return Response.json(told(pathname.endsWith("/finish") ? "ready" : "receiving"));
  }) as typeof fetch;
  return seen;
}

const file = (text: string) => new File([text], "people.csv", { lastModified: 1 });
const options = { purpose: "import", delayMs: () => 0 } as const;

describe("sending a file", () => {
  test("brings every part and tells how far it is", async () => {
    const seen = serve();
    const told: number[] = [];
    await sendFile(file("aaaabbbbcc"), { ...options, onProgress: (bytes) => told.push(bytes) });
    expect([...seen.stored.values()].join("")).toBe("aaaabbbbcc");
    expect(told).toEqual([0, 4, 8, 10]);
  });

  test("sends a part again whose answer was lost, and gives up on a refusal at once", async () => {
    const seen = serve((sent) => (sent === 1 ? "lost" : null));
    await sendFile(file("aaaabbbbcc"), options);
    expect(seen.parts).toEqual([0, 1, 1, 2]);
    const refusing = serve(() => "refused");
    await expect(sendFile(file("aaaa"), options)).rejects.toMatchObject({ code: "uploads.finished" });
    expect(refusing.parts).toEqual([]);
  });

  test("brings no file to whoever stopped it while its last answer was on its way", async () => {
    const stop = new AbortController();
    const seen = serve(undefined, () => stop.abort());
    const stopped = sendFile(file("aaaa"), { ...options, signal: stop.signal });
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    await sendFile(file("aaaa"), options);
    expect(seen).toMatchObject({ begun: 1, parts: [0] });
  });

  test("goes on where it was stopped when the same file is chosen again", async () => {
    const seen = serve();
    const stop = new AbortController();
    const onProgress = (bytes: number) => {
      if (bytes === 8) stop.abort();
    };
    const stopped = sendFile(file("aaaabbbbcc"), { ...options, onProgress, signal: stop.signal });
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    expect(seen.parts).toEqual([0, 1]);
    await sendFile(file("aaaabbbbcc"), options);
    expect(seen).toMatchObject({ begun: 1, parts: [0, 1, 2] });
    await sendFile(file("aaaabbbbcc"), options);
    expect(seen.begun).toBe(2);
  });

  test("survives a storage that is full, and still goes on where it was stopped", async () => {
    const seen = serve((sent) => (sent === 1 ? "refused" : null));
    const real = sessionStorage;
    const full = { getItem: () => null, removeItem() {}, setItem: () => raise("QuotaExceededError") };
    Object.defineProperty(globalThis, "sessionStorage", { value: full, configurable: true, writable: true });
    try {
      await expect(sendFile(file("aaaabbbb"), options)).rejects.toMatchObject({ code: "uploads.finished" });
      await sendFile(file("aaaabbbb"), options);
    } finally {
      Object.defineProperty(globalThis, "sessionStorage", { value: real, configurable: true, writable: true });
    }
    expect(seen).toMatchObject({ begun: 1, parts: [0, 1] });
  });
});

const raise = (name: string): never => {
  throw new DOMException("", name);
};

let upload: import("./upload.ts").FileUpload | undefined;
function Form(): null {
  upload = useUpload("import");
  return null;
}

test("a whole file that is given up is deleted, as a part of one is", async () => {
  const [{ act, createElement }, { createRoot }] = await Promise.all([import("react"), import("react-dom/client")]);
  const root = createRoot(document.getElementById("root") as HTMLElement);
  await act(async () => root.render(createElement(Form)));
  const seen = serve();
  await act(async () => void (await upload?.send(file("aaaa"))));
  expect(upload?.stage.kind).toBe("ready");
  await act(async () => upload?.cancel());
  expect(upload?.stage.kind).toBe("idle");
  expect(seen.deleted).toBe(1);
  await act(async () => root.unmount());
});
