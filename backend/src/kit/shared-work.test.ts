import { describe, expect, test } from "bun:test";
import { createSharedWork } from "./shared-work.ts";

/** Work that ends when it is told to, and notes when it is stopped. */
function controlled() {
  const gate = Promise.withResolvers<string>();
  const seen = { begun: 0, stopped: false };
  const work = (signal: AbortSignal) => {
    seen.begun += 1;
    signal.addEventListener("abort", () => {
      seen.stopped = true;
      gate.reject(new Error("stopped"));
    });
    return gate.promise;
  };
  return { work, seen, end: gate.resolve };
}
const breath = () => new Promise((resolve) => setTimeout(resolve, 1));

describe("shared work", () => {
  test("is done once for all who ask for it meanwhile, and again for whoever asks afterwards", async () => {
    const share = createSharedWork(2);
    const one = controlled();
    const { signal } = new AbortController();
    const answers = [share("a", signal, one.work), share("a", signal, one.work)];
    await breath();
    one.end("counted");
    expect(await Promise.all(answers)).toEqual(["counted", "counted"]);
    expect(one.seen).toEqual({ begun: 1, stopped: false });
    expect(await share("a", signal, () => Promise.resolve("anew"))).toBe("anew");
    expect(share.size).toBe(0);
  });

  test("goes on while somebody waits, and stops when the last one has left", async () => {
    const share = createSharedWork(2);
    const one = controlled();
    const [first, second] = [new AbortController(), new AbortController()];
    const answers = [first, second].map(({ signal }) =>
      share("a", signal, one.work).catch((error: Error) => error.name),
    );
    await breath();
    first.abort();
    expect(await answers[0]).toBe("AbortError");
    expect(one.seen.stopped).toBe(false);
    second.abort();
    expect(await answers[1]).toBe("AbortError");
    expect(one.seen.stopped).toBe(true);
    await breath();
    expect(share.size).toBe(0);
  });

  test("waits for its turn, and is never begun for somebody who has left by then", async () => {
    const share = createSharedWork(1);
    const [one, two, three] = [controlled(), controlled(), controlled()];
    const { signal } = new AbortController();
    const leaving = new AbortController();
    const first = share("a", signal, one.work);
    const second = share("b", leaving.signal, two.work).catch(() => "left");
    const third = share("c", signal, three.work);
    await breath();
    expect([one.seen.begun, two.seen.begun, three.seen.begun]).toEqual([1, 0, 0]);
    leaving.abort();
    one.end("first");
    expect([await first, await second]).toEqual(["first", "left"]);
    await breath();
    expect([two.seen.begun, three.seen.begun]).toEqual([0, 1]);
    three.end("third");
    expect(await third).toBe("third");
  });

  test("hands a failure to everybody, and frees its place", async () => {
    const share = createSharedWork(1);
    const { signal } = new AbortController();
    const fail = () => Promise.reject(new Error("no"));
    const told = [share("a", signal, fail), share("a", signal, fail)].map((answer) =>
      answer.catch((e: Error) => e.message),
    );
    expect(await Promise.all(told)).toEqual(["no", "no"]);
    expect(await share("b", signal, () => Promise.resolve("yes"))).toBe("yes");
  });
});
