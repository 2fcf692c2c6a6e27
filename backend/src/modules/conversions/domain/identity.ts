/**
 * When two calls speak of one conversion. Keitaro's own identity is (subid, tid), and one such pair changes status in
 * place; so an event is (connection, subid, tid or nothing, status). It lets lead → sale → rejected through, lets each
 * rebill through by its new tid, and stops exact repeats (keitaro.md §7.5).
 */
import { createHash } from "node:crypto";
import type { ConversionFacts } from "./read-call.ts";
import { foldStatus } from "./status-map.ts";
import { isSameAmount } from "./values.ts";

/** What of a conversion tells it from others within its connection. */
export interface ConversionIdentity {
  /** Empty when the tracker sent none. */
  subid: string;
  tid: string;
  /** The canonical status, or "other:<word>" so that unknown words stay different events. */
  status: string;
  /**
   * One fixed-length text for all of it: the unique key in the database (ids of 2,000 characters do not fit an index).
   * Without subid and tid it covers every fact, amount and extra parameters included.
   */
  key: string;
}

/** The identity of a conversion within its connection. Equal facts always have equal keys; ids compare as text. */
export function identityOf(facts: ConversionFacts): ConversionIdentity {
  const subid = facts.subid ?? "";
  const tid = facts.tid ?? "";
  const status =
    facts.status === "other" && facts.rawStatus !== null ? `other:${foldStatus(facts.rawStatus)}` : facts.status;
  const named =
    subid !== "" || tid !== "" ? ["ids", subid, tid, status] : ["facts", ...sortedEntries(asFirstRead(facts))];
  return { subid, tid, status, key: createHash("sha256").update(JSON.stringify(named)).digest("base64url") };
}

/** The flow was once read as one of the other parameters, and has no name in a call: repeats of what came then must be known again. */
function asFirstRead({ flowId, flowName: _, ...facts }: ConversionFacts): Omit<ConversionFacts, "flowId" | "flowName"> {
  return flowId === null ? facts : { ...facts, extra: { ...facts.extra, stream_id: flowId } };
}

/** Fields by name, so that the order of parameters in a call means nothing. */
function sortedEntries(value: object): unknown[] {
  return Object.entries(value)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, field]) => [name, field !== null && typeof field === "object" ? sortedEntries(field) : field]);
}

export interface KnownAmount {
  amount: string | null;
  currency: string | null;
}

export type Arrival =
  | { kind: "new" }
  /** The same again: nothing to record, nobody to tell. */
  | { kind: "duplicate" }
  /** The same conversion with another amount: trackers correct payouts when they repeat. Not a second sale. */
  | { kind: "correction"; from: KnownAmount; to: KnownAmount };

/**
 * What a call means, given what is known under its identity (null: nothing). A repeat that lost its amount is a
 * duplicate: silence takes nothing back.
 */
export function judgeArrival(known: KnownAmount | null, arriving: KnownAmount): Arrival {
  if (known === null) return { kind: "new" };
  if (arriving.amount === null) return { kind: "duplicate" };
  const isSame = known.amount !== null && isSameAmount(known.amount, arriving.amount);
  const isSameCurrency = arriving.currency === null || known.currency === arriving.currency;
  if (isSame && isSameCurrency) return { kind: "duplicate" };
  return {
    kind: "correction",
    from: { amount: known.amount, currency: known.currency },
    to: { amount: arriving.amount, currency: arriving.currency ?? known.currency },
  };
}
