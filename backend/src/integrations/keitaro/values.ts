/** Values as a tracker gives them: numbers may come as text and text as numbers, and lists as objects. */
import Big from "big.js";

const longest = 2_000;
/** An index takes no row of more than 2,704 bytes, and a statement that meets one fails with its 499 others. */
const longestName = 500;
/** As much as is taken of an id where people send one back. */
const longestId = 40;

/** Text of a value; null for nothing, for the empty and for what is neither text nor number. */
export function textOf(value: unknown, atMost = longest): string | null {
  const text =
    typeof value === "number" && Number.isFinite(value) ? plain(value) : typeof value === "string" ? value : "";
  const clean = text.toWellFormed().replaceAll("\0", "").trim().slice(0, atMost);
  return clean === "" ? null : clean;
}

/** Without an exponent, which 0.0000001 would have. */
const plain = (value: number): string => {
  const text = String(value);
  return text.includes("e") ? new Big(value).toFixed() : text;
};

export const nameOf = (value: unknown): string | null => textOf(value)?.slice(0, longestName).toWellFormed() ?? null;

/** Keitaro writes 0 for "none": a click that saw no landing has landing 0. What is longer than any id is none: cut, it would be another's. */
export function idOf(value: unknown): string | null {
  const id = textOf(value);
  return id === "0" || (id !== null && id.length > longestId) ? null : id;
}

/** Null for what is no number, however it is written. */
export function numberOf(value: unknown): number | null {
  const text = textOf(value);
  const number = text === null ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : null;
}

export type Thing = Readonly<Record<string, unknown>>;

export const isThing = (value: unknown): value is Thing =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Members of a list inside of an object. A list in PHP that lost a member is written as an object: {"0":…,"2":…}. */
export const membersOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : isThing(value) ? Object.values(value) : [];
