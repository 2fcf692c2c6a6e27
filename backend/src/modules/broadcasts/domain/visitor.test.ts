import { expect, test } from "bun:test";
import { isPerson } from "./visitor.ts";

const visit = (userAgent: string | null, more: { method?: string; purpose?: string } = {}) =>
  isPerson({ method: more.method ?? "GET", userAgent, purpose: more.purpose ?? null });
const phone = "Mozilla/5.0 (Linux; Android 14; CUBOT X18) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36";

test("a browser is a person, a telephone of the make CUBOT too", () => {
  expect(visit(phone)).toBe(true);
  expect(visit("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148 Safari/604.1")).toBe(true);
});

test("previews, crawlers, command lines and whoever does not say what he is are none", () => {
  const robots = [
    "TelegramBot (like TwitterBot)",
    "facebookexternalhit/1.1",
    "WhatsApp/2.23",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "curl/8.5.0",
    "",
    null,
  ];
  expect(robots.filter((userAgent) => visit(userAgent))).toEqual([]);
});

test("asking for the head, or ahead of the person, is no visit", () => {
  expect(visit(phone, { method: "HEAD" })).toBe(false);
  expect(visit(phone, { purpose: "prefetch;prerender" })).toBe(false);
});
