/** What can go wrong on the way to Telegram and back. */
export type FaultKind =
  /** Accepted, then the connection drops before the answer. */
  | "lost_answer"
  /** Accepted, then a 502 HTML page instead of the answer. */
  | "late_status"
  /** A 502 HTML page; nothing was accepted. */
  | "bad_gateway"
  /** A 504 HTML page; nothing was accepted. */
  | "gateway_timeout"
  /** A 500 in JSON; nothing was accepted. */
  | "server_error"
  /** 429 with `retryAfterS`; nothing was accepted. */
  | "flood"
  /** Silence for `durationMs`, then the connection drops; nothing was accepted. */
  | "hang"
  /** The connection drops at once; nothing was accepted. */
  | "reset"
  /** The call works, `durationMs` later. */
  | "slow";

export interface FaultRule {
  kind: FaultKind;
  /** Only this bot. */
  botId?: number;
  /** Only this chat. */
  chatId?: number;
  /** Only these methods (any spelling); by default every method that sends. `["*"]` means all. */
  methods?: readonly string[];
  /** How often it may strike; endless by default. */
  count?: number;
  /** Chance of striking, 0 to 1; 1 by default. Drawn from the stand-in's seed. */
  probability?: number;
  /** For `hang` and `slow`, milliseconds. */
  durationMs?: number;
  /** For `flood`, seconds; a pair draws one between them. */
  retryAfterS?: number | readonly [number, number];
}

export interface Strike {
  kind: FaultKind;
  durationMs: number;
  retryAfterS: number;
  /** Set when the rule names a chat: a flood then holds only that chat. */
  chatId: number | undefined;
}

interface ActiveRule extends FaultRule {
  left: number;
  struck: number;
}

const DEFAULT_MS = 1000;

/** Numbers from a seed (mulberry32), so that a failing run can be repeated. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The script of faults. The first matching rule that draws its chance strikes. */
export class FaultScript {
  readonly #rules = new Set<ActiveRule>();

  constructor(readonly random: () => number) {}

  /** Adds a rule and returns how to take it back and how often it struck. */
  add(rule: FaultRule): { remove(): void; struck(): number } {
    const active: ActiveRule = { ...rule, left: rule.count ?? Number.POSITIVE_INFINITY, struck: 0 };
    this.#rules.add(active);
    return { remove: () => void this.#rules.delete(active), struck: () => active.struck };
  }

  clear(): void {
    this.#rules.clear();
  }

  /** The fault for this call, if any. */
  draw(call: { botId: number; chatId: number | undefined; method: string; isSend: boolean }): Strike | undefined {
    for (const rule of this.#rules) {
      if (rule.botId !== undefined && rule.botId !== call.botId) continue;
      if (rule.chatId !== undefined && rule.chatId !== call.chatId) continue;
      if (!matchesMethod(rule, call)) continue;
      if (rule.probability !== undefined && this.random() >= rule.probability) continue;
      rule.struck++;
      rule.left--;
      if (rule.left <= 0) this.#rules.delete(rule);
      return {
        kind: rule.kind,
        durationMs: rule.durationMs ?? DEFAULT_MS,
        retryAfterS: this.#seconds(rule.retryAfterS ?? 1),
        chatId: rule.chatId,
      };
    }
    return undefined;
  }

  #seconds(wish: number | readonly [number, number]): number {
    if (typeof wish === "number") return wish;
    return wish[0] + Math.floor(this.random() * (wish[1] - wish[0] + 1));
  }
}

function matchesMethod(rule: FaultRule, call: { method: string; isSend: boolean }): boolean {
  if (!rule.methods) return call.isSend;
  return rule.methods.includes("*") || rule.methods.some((name) => name.toLowerCase() === call.method);
}
