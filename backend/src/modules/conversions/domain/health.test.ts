import { expect, test } from "bun:test";
import { type ConnectionVitals, healthOf } from "./health.ts";

const now = new Date("2026-11-21T12:00:00Z");
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
const vitals = (some: Partial<ConnectionVitals>): ConnectionVitals => ({
  isPaused: false,
  target: { isWritable: true },
  firstEventAt: null,
  lastEventAt: null,
  lastRefusedAt: null,
  ...some,
});

test.each([
  ["waiting", {}],
  ["unreadable", { lastRefusedAt: hoursAgo(1) }],
  ["receiving", { firstEventAt: hoursAgo(90), lastEventAt: hoursAgo(1) }],
  ["receiving", { firstEventAt: hoursAgo(1), lastRefusedAt: hoursAgo(0) }],
  ["silent", { firstEventAt: hoursAgo(90), lastEventAt: hoursAgo(25) }],
  ["no_target", { target: null, firstEventAt: hoursAgo(1) }],
  ["target_broken", { target: { isWritable: false }, firstEventAt: hoursAgo(1) }],
  ["paused", { isPaused: true, target: null }],
] as const)("%s", (state, some) => {
  expect(healthOf(vitals(some), now)).toBe(state);
});
