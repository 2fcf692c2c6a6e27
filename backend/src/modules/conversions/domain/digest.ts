/**
 * Many alerts as one message, for a chat that cannot take them one by one ("+37 deposits: $1,240.00"). Sums are exact;
 * money of different currencies is never added up.
 */
import { formatMoney } from "@backend/i18n/format.ts";
import type { Translate } from "@backend/i18n/index.ts";
import Big from "big.js";
import { type Markup, statusSigns } from "./alert.ts";
import { type CanonicalStatus, canonicalStatuses } from "./status-map.ts";

/** What a digest must know of one alert; kept beside the alert until it is sent, hence plain JSON. */
export interface DigestItem {
  status: CanonicalStatus;
  /** The tracker's word; tells the statuses we do not know apart. */
  rawStatus: string | null;
  /** Exact decimal text. */
  amount: string | null;
  currency: string | null;
  /** A correction changes a conversion that was already told of: counted apart, never added to the sum. */
  isCorrection: boolean;
}

interface Kind {
  status: CanonicalStatus;
  word: string | null;
  count: number;
  sums: Map<string, Big>;
}

const order: readonly CanonicalStatus[] = [
  "deposit",
  "sale",
  "rebill",
  "registration",
  "lead",
  "rejected",
  "trash",
  "other",
];
const maxWordLength = 60;
const maxSumsInLine = 8;
/** Leaves room for the two closing lines below the 4,096 characters of a message. */
const maxLength = 3_800;

/** The digest's text in the language of `t`: a line per status with its sum in each currency. */
export function digestText(items: readonly DigestItem[], t: Translate, markup: Markup): string {
  const kinds = kindsOf(items);
  const lines: string[] = [];
  let length = 0;
  for (const kind of kinds) {
    const line = kindLine(kind, t, markup);
    // Tags and escapes count here and not for Telegram, so this errs on the safe side.
    length += line.length + 1;
    if (length > maxLength) break;
    lines.push(line);
  }
  const hidden = kinds.length - lines.length;
  if (hidden > 0) lines.push(markup.plain(t("conversions.digest.more_statuses", { count: hidden })));
  const corrections = items.filter((item) => item.isCorrection).length;
  if (corrections > 0) lines.push(`✏️ ${markup.plain(t("conversions.digest.corrections", { count: corrections }))}`);
  return lines.join("\n");
}

function kindsOf(items: readonly DigestItem[]): Kind[] {
  const kinds = new Map<string, Kind>();
  for (const item of items) {
    if (item.isCorrection) continue;
    const word = item.status === "other" ? item.rawStatus : null;
    const key = JSON.stringify([item.status, word]);
    const kind = kinds.get(key) ?? { status: item.status, word, count: 0, sums: new Map() };
    kind.count++;
    if (item.amount !== null) {
      const currency = item.currency ?? "";
      kind.sums.set(currency, (kind.sums.get(currency) ?? new Big(0)).plus(item.amount));
    }
    kinds.set(key, kind);
  }
  const rank = (kind: Kind) => order.indexOf(kind.status);
  return [...kinds.values()].sort((left, right) => rank(left) - rank(right) || right.count - left.count);
}

function kindLine(kind: Kind, t: Translate, markup: Markup): string {
  const counted = t(`conversions.digest.${kind.status}`, { count: kind.count });
  const word = kind.word === null ? "" : `${markup.truncate(markup.singleLine(kind.word), maxWordLength)}: `;
  const shown = [...kind.sums].slice(0, maxSumsInLine);
  // toFixed() without argument writes every digit and never an exponent.
  const sums = shown.map(([currency, sum]) => formatMoney(sum.toFixed(), currency || null, t.locale));
  const more = kind.sums.size > shown.length ? " …" : "";
  const money = sums.length === 0 ? "" : `: ${markup.bold(sums.join(" + ") + more)}`;
  return `${statusSigns[kind.status]} ${markup.plain(`${word}${counted}`)}${money}`;
}

const isText = (value: unknown): value is string | null => value === null || typeof value === "string";

/** A digest item as it was stored; undefined for anything else. */
export function readDigestItem(stored: unknown): DigestItem | undefined {
  if (stored === null || typeof stored !== "object") return undefined;
  const { status, rawStatus, amount, currency, isCorrection } = stored as Record<string, unknown>;
  const known = canonicalStatuses.find((candidate) => candidate === status);
  if (known === undefined || !isText(rawStatus) || !isText(amount) || !isText(currency)) return undefined;
  if (amount !== null && !/^-?\d+(?:\.\d+)?$/.test(amount)) return undefined;
  return { status: known, rawStatus, amount, currency, isCorrection: isCorrection === true };
}
