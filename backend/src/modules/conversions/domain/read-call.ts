/**
 * What a tracker's call says. Reading never throws, whatever the bytes, and never guesses: a value that cannot be read
 * is absent and leaves a note. Rules: keitaro.md §7.2–7.6.
 *
 * One name in several places: an empty or unresolved value never beats a usable one. Among usable ones the order of
 * aliases decides first (the connection's own map, the tracker's names, then `conversion_revenue` before `payout`), then the query beats the body (the query is what a
 * person typed into the tracker), then the first beats the later. What loses is kept in `extra` when its name differs.
 */
import type { Meaning, ParameterMap } from "./parameter-map.ts";
import { collectParameters, type Parameter } from "./parameters.ts";
import { type CanonicalStatus, canonicalStatus, type StatusMap } from "./status-map.ts";
import { type CallFact, type KindName, kinds } from "./tracker-kinds.ts";
import { isUnresolved, type Money, readAmount, readCountry, readCurrency, readMoment } from "./values.ts";

export interface RawCall {
  method: string;
  /** The query exactly as sent, with or without "?". */
  query: string;
  contentType: string | null;
  body: Uint8Array | null;
}

export interface ReadingRules {
  /** The connection's own words for statuses. */
  statusMap: StatusMap;
  /** Assumed when an amount comes without a currency; null leaves it unknown. */
  defaultCurrency: string | null;
  /** Whose names its parameters have; everybody's when left out. */
  kind?: KindName;
  /** The connection's own names, asked first. A parameter in it means that and nothing else. */
  parameterMap?: ParameterMap;
  /** Secrets of the connection: cut out of every value, should someone have put the address into one. */
  secrets?: readonly string[];
}

export interface ConversionFacts {
  /** The tracker's click id. */
  subid: string | null;
  /** Transaction id: tells several conversions of one click apart. */
  tid: string | null;
  status: CanonicalStatus;
  /** The status in the tracker's own word. */
  rawStatus: string | null;
  /** Exact decimal text. */
  amount: string | null;
  currency: string | null;
  campaignId: string | null;
  campaignName: string | null;
  offerId: string | null;
  offerName: string | null;
  /** Of the campaign, as the tracker counts them. */
  flowId: string | null;
  /** No call says it: it is known where the tracker's campaigns are read. */
  flowName: string | null;
  landingId: string | null;
  landingName: string | null;
  creativeId: string | null;
  creativeName: string | null;
  source: string | null;
  trafficSource: string | null;
  /** The traffic source's click id. */
  externalId: string | null;
  country: string | null;
  /** The moment the tracker named, ISO text in UTC. */
  reportedAt: string | null;
  /** `{ "1": …, "30": … }`. */
  subIds: Record<string, string>;
  /** Every other parameter that had a value. */
  extra: Record<string, string>;
}

/** What the reader wants a person to know about a reading. */
export interface Note {
  kind:
    | "unresolved"
    | "amount_unreadable"
    | "currency_unreadable"
    | "currency_assumed"
    | "moment_unreadable"
    | "value_cut"
    | "parameters_cut"
    | "only_first_event_read"
    | "body_unreadable"
    | "secret_removed";
  /** The parameter it is about. */
  field?: string;
}

export type CallReading =
  | { outcome: "conversion"; facts: ConversionFacts; notes: Note[] }
  /** Looked and declined: a test click in a browser, a link checker. Not an event. */
  | { outcome: "ignored"; reason: "not_a_postback" | "empty" | "nothing_resolved"; notes: Note[] }
  /** There was a body, but nothing in it could be read. */
  | { outcome: "malformed"; reason: "json_too_deep" | "json_unreadable" | "body_unreadable"; notes: Note[] };

/** A parameter of a call, and what it was read as. */
export interface ReadParameter {
  name: string;
  value: string;
  /** Null when it means nothing to us: it is kept in `extra`, or was not resolved. */
  readAs: Meaning | null;
  isResolved: boolean;
}

type TextFact = Exclude<CallFact, "amount" | "currency" | "country" | "reportedAt">;

/** Names a fact may come under, in order of belief. */
const aliases: Readonly<Record<CallFact, readonly string[]>> = {
  subid: ["subid", "sub_id", "clickid", "click_id", "cid"],
  tid: ["tid", "transaction_id", "txid"],
  rawStatus: ["status", "type", "event", "cnv_status", "conversion_status"],
  amount: ["conversion_revenue", "payout", "revenue", "profit", "sum", "amount"],
  currency: ["currency", "cnv_currency", "conversion_currency"],
  campaignId: ["campaign_id", "keitaro_campaign_id"],
  campaignName: ["campaign_name", "keitaro_campaign_name", "campaign"],
  offerId: ["offer_id"],
  offerName: ["offer_name", "offer"],
  flowId: ["stream_id", "flow_id"],
  landingId: ["landing_id"],
  landingName: ["landing_name", "landing"],
  creativeId: ["creative_id"],
  creativeName: ["creative_name", "creative"],
  source: ["source"],
  trafficSource: ["traffic_source_name", "ts", "traffic_source"],
  externalId: ["external_id", "externalid"],
  country: ["country", "country_code", "geo", "country_name"],
  reportedAt: ["conversion_time", "sale_time", "datetime", "date", "timestamp", "time"],
};
const subIdName = /^sub_?(?:id_?)?([1-9]|[12]\d|30)$/;
const secretNames: ReadonlySet<string> = new Set(["secret"]);
const maxNotes = 60;

/** Reads one raw call. Total: every call has one of three outcomes. */
export const readCall = (call: RawCall, rules: ReadingRules): CallReading => explainCall(call, rules).reading;

/** The same, with what each parameter was read as. */
export function explainCall(call: RawCall, rules: ReadingRules): { reading: CallReading; parameters: ReadParameter[] } {
  const method = call.method.toUpperCase();
  if (method !== "GET" && method !== "POST")
    return { reading: { outcome: "ignored", reason: "not_a_postback", notes: [] }, parameters: [] };
  const parameters = collectParameters(call);
  const notes = new Notes();
  const list = withoutSecrets(parameters.list, rules.secrets ?? [], notes);
  const bag = new Bag(list, rules, notes);
  if (parameters.bodyProblem) notes.add("body_unreadable");
  if (parameters.isCut) notes.add("parameters_cut");
  if (parameters.hasMoreEvents) notes.add("only_first_event_read");
  for (const name of parameters.cutValues) notes.add("value_cut", name);

  const facts = factsFrom(bag, rules, notes);
  return { reading: judge(facts), parameters: list.map((parameter) => bag.explain(parameter)) };

  function judge(found: ConversionFacts): CallReading {
    if (hasEvidence(found, rules)) return { outcome: "conversion", facts: found, notes: notes.list };
    const { bodyProblem } = parameters;
    if (bodyProblem) return { outcome: "malformed", reason: bodyProblem, notes: notes.list };
    const reason = parameters.list.length === 0 ? "empty" : "nothing_resolved";
    return { outcome: "ignored", reason, notes: notes.list };
  }
}

function factsFrom(bag: Bag, rules: ReadingRules, notes: Notes): ConversionFacts {
  const text = (fact: TextFact) => bag.take(fact, (value) => value) ?? null;
  const subid = text("subid");
  const tid = text("tid");
  const rawStatus = text("rawStatus");
  const money = bag.take<Money>("amount", readAmount, "amount_unreadable");
  const namedCurrency = bag.take("currency", readCurrency, "currency_unreadable") ?? money?.currency ?? null;
  if (money && namedCurrency === null && rules.defaultCurrency !== null) notes.add("currency_assumed");
  return {
    subid,
    tid,
    status: canonicalStatus(rawStatus, rules.statusMap),
    rawStatus,
    amount: money?.amount ?? null,
    currency: namedCurrency ?? (money ? rules.defaultCurrency : null),
    campaignId: text("campaignId"),
    campaignName: text("campaignName"),
    offerId: text("offerId"),
    offerName: text("offerName"),
    flowId: text("flowId"),
    flowName: null,
    landingId: text("landingId"),
    landingName: text("landingName"),
    creativeId: text("creativeId"),
    creativeName: text("creativeName"),
    source: text("source"),
    trafficSource: text("trafficSource"),
    externalId: text("externalId"),
    country: bag.take("country", readCountry) ?? null,
    reportedAt: bag.take("reportedAt", readMoment, "moment_unreadable") ?? null,
    subIds: bag.takeSubIds(),
    extra: bag.rest(),
  };
}

/**
 * Whether anything that makes a conversion was resolved. Currency, country, source and time alone do not: people type
 * them into the address as constants, so they stand there even in a test click where no macro was resolved. So does the status
 * of trackers that have no macro for it.
 */
function hasEvidence(facts: ConversionFacts, rules: ReadingRules): boolean {
  const rawStatus = rules.kind && kinds[rules.kind].isStatusTyped ? null : facts.rawStatus;
  const { subid, tid, amount, externalId, campaignId, campaignName, offerId, offerName } = facts;
  const { flowId, landingId, landingName, creativeId, creativeName, subIds } = facts;
  const named = [subid, tid, rawStatus, amount, externalId, campaignId, campaignName, offerId, offerName];
  return [...named, flowId, landingId, landingName, creativeId, creativeName, ...Object.values(subIds)].some(
    (value) => value !== null,
  );
}

class Notes {
  readonly list: Note[] = [];

  add(kind: Note["kind"], field?: string): void {
    const isKnown = this.list.some((note) => note.kind === kind && note.field === field);
    if (!isKnown && this.list.length < maxNotes) this.list.push(field === undefined ? { kind } : { kind, field });
  }
}

/** The parameters not yet given a meaning. */
class Bag {
  private readonly usable: Parameter[];
  private readonly own: ParameterMap;
  /** Name of a parameter → the only meaning it may have. */
  private readonly promised: ReadonlyMap<string, string>;
  private readonly uses = new Map<string, Meaning>();

  constructor(
    list: readonly Parameter[],
    private readonly rules: ReadingRules,
    private readonly notes: Notes,
  ) {
    this.own = rules.parameterMap ?? {};
    this.promised = new Map(Object.entries(this.own).map(([fact, name]) => [name, fact]));
    this.usable = list.filter((parameter) => !isUnresolved(parameter.value));
    const known = new Set(this.usable.map((parameter) => parameter.name));
    for (const { name, value } of list)
      if (value !== "" && isUnresolved(value) && !known.has(name)) notes.add("unresolved", name);
  }

  /** The first value that `read` accepts, by order of names; all repeats of the winner's name are used up with it. */
  take<T>(fact: CallFact, read: (value: string) => T | undefined, complaint?: Note["kind"]): T | undefined {
    const ofKind = (this.rules.kind && kinds[this.rules.kind].names[fact]) ?? [];
    const ofOwn = this.own[fact];
    for (const names of [ofOwn === undefined ? [] : [ofOwn], ofKind, aliases[fact]]) {
      for (const find of [byName, byLeaf]) {
        for (const name of names) {
          for (const parameter of this.usable.filter(
            (candidate) => find(candidate, name) && this.isFree(candidate, fact),
          )) {
            const value = read(parameter.value);
            if (value === undefined) {
              if (complaint) this.notes.add(complaint, parameter.name);
              continue;
            }
            this.drop(parameter.name, fact);
            return value;
          }
        }
      }
    }
    return undefined;
  }

  takeSubIds(): Record<string, string> {
    const found = new Map<string, string>();
    const ofKind = this.rules.kind && kinds[this.rules.kind].subIdName;
    const keep = (number: string, { name, value }: Parameter) => {
      if (!found.has(number)) found.set(number, value);
      this.drop(name, `sub_${Number(number)}`);
    };
    for (const parameter of [...this.usable]) {
      const number = /^sub_(\d+)$/.exec(this.promiseOf(parameter) ?? "")?.[1];
      if (number !== undefined) keep(number, parameter);
    }
    for (const pattern of ofKind ? [ofKind, subIdName] : [subIdName])
      for (const parameter of [...this.usable]) {
        const number = pattern.exec(parameter.name)?.[1];
        if (number !== undefined && this.promiseOf(parameter) === undefined) keep(number, parameter);
      }
    return Object.fromEntries([...found].sort(([left], [right]) => Number(left) - Number(right)));
  }

  explain({ name, value }: Parameter): ReadParameter {
    const isResolved = !isUnresolved(value);
    return { name, value, readAs: isResolved ? (this.uses.get(name) ?? null) : null, isResolved };
  }

  /** The meaning that the connection's map gives to a parameter. */
  private promiseOf(parameter: Parameter): string | undefined {
    return (
      this.promised.get(parameter.name) ?? (parameter.leaf === null ? undefined : this.promised.get(parameter.leaf))
    );
  }

  private isFree(parameter: Parameter, fact: CallFact): boolean {
    const promise = this.promised.size === 0 ? undefined : this.promiseOf(parameter);
    return promise === undefined || promise === fact;
  }

  rest(): Record<string, string> {
    const found = new Map<string, string>();
    for (const { name, value } of this.usable) if (!found.has(name)) found.set(name, value);
    return Object.fromEntries(found);
  }

  private drop(name: string, meaning: Meaning): void {
    this.uses.set(name, meaning);
    for (let index = this.usable.length - 1; index >= 0; index--) {
      if (this.usable[index]?.name === name) this.usable.splice(index, 1);
    }
  }
}

const byName = (parameter: Parameter, name: string) => parameter.name === name;
const byLeaf = (parameter: Parameter, name: string) => parameter.leaf === name;

function withoutSecrets(list: readonly Parameter[], secrets: readonly string[], notes: Notes): Parameter[] {
  const clean: Parameter[] = [];
  for (const parameter of list) {
    if (secretNames.has(parameter.name) || (parameter.leaf !== null && secretNames.has(parameter.leaf))) continue;
    let { value, name } = parameter;
    for (const secret of secrets) {
      if (secret === "" || !`${value}\n${name}`.toLowerCase().includes(secret.toLowerCase())) continue;
      const pattern = new RegExp(secret.replace(/[^A-Za-z0-9]/g, "\\$&"), "gi");
      value = value.replace(pattern, "…");
      name = name.replace(pattern, "…");
      notes.add("secret_removed", name);
    }
    clean.push({ ...parameter, name, value });
  }
  return clean;
}
