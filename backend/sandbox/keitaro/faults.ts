/** What can go wrong on the way to a tracker and back, on demand. */

export type KeitaroFault =
  /** The admin page, with status 200, as for any wrong path. */
  | "html"
  /** Never an answer. */
  | "hang"
  /** The answer is lost after the work was done. */
  | "lost_answer"
  /** A set of offers or landings is stored by half, and the answer says so. */
  | "partial_write"
  | "redirect"
  | "no_licence"
  | "no_permission"
  | "cloudflare"
  | "broken_json"
  | "not_json_list"
  | { status: number; retryAfterSec?: number }
  | { slowMs: number };

/** Which calls a fault strikes; every one unless said. */
export interface FaultAim {
  /** Only calls that change something, or only those that do not. */
  on?: "writes" | "reads";
  /** Only calls below this path: "streams/5002". */
  path?: string;
}

/** Reports and logs are asked by POST. */
const isWrite = (method: string, path: string): boolean =>
  method !== "GET" && !/^(report\/build|conversions\/log|clicks\/log)$/.test(path);

/** The one fault that is set at a time, and how often it may still strike. */
export class FaultScript {
  #set: { what: KeitaroFault; left: number; aim: FaultAim } | null = null;

  set(what: KeitaroFault, times: number, aim: FaultAim): void {
    this.#set = { what, left: times, aim };
  }

  clear(): void {
    this.#set = null;
  }

  /** The fault for this call, if any. */
  draw(method: string, path: string): KeitaroFault | null {
    const set = this.#set;
    if (!set || set.left <= 0) return null;
    const { on, path: below } = set.aim;
    if (on !== undefined && (on === "writes") !== isWrite(method, path)) return null;
    if (below !== undefined && path !== below && !path.startsWith(`${below}/`)) return null;
    set.left--;
    return set.what;
  }
}
