/** What this room needs from the outside. */
import type { Vault } from "@backend/kit/crypto.ts";
import type { WorkerTask } from "./worker-contracts.ts";

/** Words for what went wrong at the worker that posts are pushed to; people have a sentence for each (`fulfilment.push.<word>`). */
export const pushProblems = ["key_refused", "refused", "unreachable", "timed_out", "server_error"] as const;
export type PushProblem = (typeof pushProblems)[number];

/**
 * A worker that tasks are brought to instead of being asked for (MAIN_BOT_API_URL). Failures are IntegrationErrors whose `problem` is a
 * PushProblem. Bringing the same task with the same lease twice is one task there.
 */
export interface MainBot {
  /** For people: which machine it is, without its key. */
  readonly host: string;
  send(tasks: readonly WorkerTask[]): Promise<void>;
  /** Whether it answers and takes work. */
  check(): Promise<void>;
}

export interface FulfilmentPorts {
  vault: Vault;
  /** Null = none is set up, and workers ask for tasks. */
  mainBot: MainBot | null;
}
