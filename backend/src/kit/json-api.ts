/** Calls of services that speak JSON over HTTP, and reading their answers without believing them. */
import { type Outbound, OutboundError } from "./outbound.ts";

export interface JsonCall {
  method: "GET" | "POST" | "DELETE";
  url: string;
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  body?: Fields;
  timeoutMs: number;
}

export interface JsonAnswer {
  status: number;
  /** Undefined when the answer is no JSON object or list: a page of a proxy, half an answer. */
  json: unknown;
  /** By the Retry-After header. */
  retryAfterMs?: number;
}

/** Asks once. Throws OutboundError when no answer came. */
export async function callJson(outbound: Outbound, call: JsonCall): Promise<JsonAnswer> {
  const { method, url, timeoutMs } = call;
  const answer = await outbound({
    method,
    url,
    timeoutMs,
    headers: { ...call.headers, ...(call.body && { "content-type": "application/json" }) },
    ...(call.body && { body: JSON.stringify(call.body) }),
  });
  const seconds = Number(answer.headers["retry-after"]);
  return {
    status: answer.status,
    json: parse(answer.body),
    ...(Number.isFinite(seconds) && seconds > 0 && { retryAfterMs: seconds * 1000 }),
  };
}

/** Whether no answer came because time ran out, and not because nobody was there. */
export const isTimeOut = (error: unknown): boolean => error instanceof OutboundError && error.problem === "timed_out";

const text = new TextDecoder();

function parse(body: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(text.decode(body));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

export type Fields = Readonly<Record<string, unknown>>;

export const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** The fields of a raw body; none for what is no JSON object. */
export const bodyFields = (body: Uint8Array): Fields => fieldsOf(parse(body));

/** Text that says something; null for everything else. */
export const wordOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** A whole number as text, however it was written; null for everything else. Ids are numbers today and may outgrow them. */
export function idOf(value: unknown): string | null {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? String(value) : null;
  return typeof value === "string" && /^\d{1,30}$/.test(value) ? value : null;
}

/** An exact amount, not below zero, as text; null for everything else. A JSON number is none: it may have lost digits already. */
export const amountOf = (value: unknown): string | null =>
  typeof value === "string" && /^\d{1,20}(\.\d{1,18})?$/.test(value) ? value : null;

/** A moment written as ISO 8601; null for everything else. */
export function momentOf(value: unknown): Date | null {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isFinite(time) ? new Date(time) : null;
}

/** At most so many characters as people count them: an emoji is not cut in half. */
export function cutText(value: string, characters: number): string {
  const all = [...value.toWellFormed().trim()];
  return all.length <= characters ? all.join("") : `${all.slice(0, characters - 1).join("")}…`;
}
