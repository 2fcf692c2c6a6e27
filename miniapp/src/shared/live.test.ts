import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createEventGate, createEventReader, type LiveEvent, reconnectDelayMs } from "./live.ts";

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

test("a burst of events asks the server twice, not a hundred times", async () => {
  const applied: string[] = [];
  const pass = createEventGate((event) => applied.push(event.topic), 30);
  for (let count = 0; count < 100; count++) pass({ topic: "conversions", id: String(count) });
  expect(applied).toEqual(["conversions"]);
  await new Promise((done) => setTimeout(done, 90));
  expect(applied).toEqual(["conversions", "conversions"]);
  pass({ topic: "chats" });
  expect(applied).toEqual(["conversions", "conversions", "chats"]);
});
