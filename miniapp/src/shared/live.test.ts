import { describe, expect, test } from "bun:test";
import { InfiniteQueryObserver, QueryClient } from "@tanstack/react-query";
import fc from "fast-check";
import {
  applyLiveChange,
  createEventGate,
  createEventReader,
  type LiveChange,
  type LiveEvent,
  reconnectDelayMs,
} from "./live.ts";

describe("reading the stream", () => {
  const stream =
    'event: hello\nretry: 1000\ndata: \n\nevent: heartbeat\ndata: \n\ndata: {"topic":"conversions","id":"12"}\n\n: note\n\ndata:{"topic":"chats"}\r\n\r\n';
  const events: LiveEvent[] = [{ topic: "conversions", id: "12" }, { topic: "chats" }];

  test("gives the events, and nothing for greetings, heartbeats and comments", () => {
    expect(createEventReader()(stream)).toEqual(events);
  });

  test("does not depend on where the network cut it", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: stream.length }), { maxLength: 8 }), (cuts) => {
        const read = createEventReader();
        const places = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const got = places.slice(1).flatMap((end, index) => read(stream.slice(places[index], end)));
        expect(got).toEqual(events);
      }),
    );
  });

  test("passes over what is no event of ours", () => {
    const read = createEventReader();
    expect(read('data: not json\n\ndata: 5\n\ndata: {"topic":7}\n\ndata: null\n\n')).toEqual([]);
  });
});

test("waits longer after each failure, never above half a minute, never all at the same moment", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const delay = reconnectDelayMs(attempt, random);
      expect(delay).toBeGreaterThanOrEqual(500);
      expect(delay).toBeLessThanOrEqual(30_000);
    }),
  );
  expect(reconnectDelayMs(4, 0)).toBeGreaterThan(reconnectDelayMs(1, 1) - 1);
  expect(reconnectDelayMs(3, 0)).not.toBe(reconnectDelayMs(3, 1));
});

test("a burst of events asks the server twice, not a hundred times, and names everything that changed", async () => {
  const applied: LiveChange[] = [];
  const pass = createEventGate((change) => applied.push(change), 30);
  for (const id of ["1", "2", "3", "2"]) pass({ topic: "conversions", id });
  expect(applied).toEqual([{ topic: "conversions", ids: ["1"] }]);
  await new Promise((done) => setTimeout(done, 90));
  expect(applied.slice(1)).toEqual([{ topic: "conversions", ids: ["2", "3"] }]);
  pass({ topic: "chats" });
  expect(applied.slice(2)).toEqual([{ topic: "chats", ids: null }]);
});

test("an event without an id among others is a change of anything", async () => {
  const applied: LiveChange[] = [];
  const pass = createEventGate((change) => applied.push(change), 10);
  pass({ topic: "chats" });
  pass({ topic: "broadcasts", id: "1" });
  pass({ topic: "broadcasts" });
  pass({ topic: "broadcasts", id: "2" });
  await new Promise((done) => setTimeout(done, 50));
  expect(applied.slice(1)).toEqual([{ topic: "broadcasts", ids: null }]);
});

describe("a change", () => {
  const known = () => {
    const queries = new QueryClient();
    const cache = queries.getQueryCache();
    for (const id of ["a", "b"])
      cache.build(queries, { queryKey: ["broadcasts", "one", id], meta: { of: id } }).setData({ id });
    for (const key of [["broadcasts", "list"], ["today"], ["chats"]])
      cache.build(queries, { queryKey: key }).setData([]);
    const stale = () =>
      cache.findAll({ predicate: ({ state }) => state.isInvalidated }).map(({ queryKey }) => queryKey);
    return { queries, stale };
  };

  test("of one thing leaves the screens of others alone, and reaches the list and what counts it", () => {
    const { queries, stale } = known();
    applyLiveChange(queries, { topic: "broadcasts", ids: ["b", "c"] }, () => true);
    expect(stale()).toEqual([["broadcasts", "one", "b"], ["broadcasts", "list"], ["today"]]);
  });

  test("of nobody knows which thing reaches all of its topic", () => {
    const { queries, stale } = known();
    applyLiveChange(queries, { topic: "broadcasts", ids: null }, () => true);
    expect(stale()).toHaveLength(4);
  });
});

test("a long list of which much was read is asked for its first page, and only while its top is seen", async () => {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  let asked: number[] = [];
  const list = new InfiniteQueryObserver(queries, {
    queryKey: ["audience", "list"],
    meta: { isLong: true },
    queryFn: ({ pageParam }) => asked.push(pageParam),
    initialPageParam: 0,
    getNextPageParam: (_last, pages) => pages.length,
  });
  const leave = list.subscribe(() => {});
  await list.refetch();
  await list.fetchNextPage();
  await list.fetchNextPage();
  const pages = () => list.getCurrentResult().data?.pages.length;
  const answered = () => Bun.sleep(5);
  asked = [];
  applyLiveChange(queries, { topic: "audience", ids: null }, () => false);
  await answered();
  expect({ asked, pages: pages() }).toEqual({ asked: [], pages: 3 });
  applyLiveChange(queries, { topic: "chats", ids: null }, () => true);
  await answered();
  expect({ asked, pages: pages() }).toEqual({ asked: [0], pages: 1 });
  leave();
  queries.clear();
});
