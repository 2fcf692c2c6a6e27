/**
 * The worker that posts are brought to (S-002, S-169, S-170): `POST <base>/tasks` with what workers otherwise ask for, `GET <base>/health`.
 * Its address and key are the installation's own, so it may be in a private network. What it answers reaches no error text: it is not
 * ours, and may repeat the key.
 */
import { createHash } from "node:crypto";
import { IntegrationError } from "@backend/kit/errors.ts";
import type { MainBot, PushProblem } from "@backend/modules/fulfilment/ports.ts";

export interface MainBotOptions {
  apiUrl: string;
  apiKey: string;
  timeoutMs?: number;
}

const usualTimeoutMs = 15_000;
/** A person waits for this one. */
const checkTimeoutMs = 4_000;

export function mainBot({ apiUrl, apiKey, timeoutMs = usualTimeoutMs }: MainBotOptions): MainBot {
  const base = apiUrl.replace(/\/+$/, "");

  async function call(path: string, init: RequestInit, limitMs: number): Promise<void> {
    let status: number;
    try {
      const response = await fetch(`${base}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${apiKey}`, accept: "application/json", ...init.headers },
        // A redirect would carry the key to wherever it leads.
        redirect: "manual",
        signal: AbortSignal.timeout(limitMs),
      });
      status = response.status;
      await response.body?.cancel();
    } catch (error) {
      const isLate = error instanceof DOMException && error.name === "TimeoutError";
      throw failure(isLate ? "timed_out" : "unreachable", error);
    }
    if (status >= 200 && status < 300) return;
    throw failure(
      status === 401 || status === 403 ? "key_refused" : status >= 500 ? "server_error" : "refused",
      status,
    );
  }

  return {
    host: new URL(base).host,
    send: (tasks) =>
      call(
        "/tasks",
        {
          method: "POST",
          headers: {
            "content-type": "application/json",
            // The same tasks with the same leases are the same call: a repeat after a lost answer makes nothing twice.
            "idempotency-key": createHash("sha256")
              .update(tasks.map(({ task_id, lease }) => `${task_id}:${lease}`).join(" "))
              .digest("hex"),
          },
          body: JSON.stringify({ tasks }),
        },
        timeoutMs,
      ),
    check: () => call("/health", { method: "GET" }, Math.min(timeoutMs, checkTimeoutMs)),
  };
}

const failure = (problem: PushProblem, cause: unknown): IntegrationError =>
  new IntegrationError("main-bot", `the worker could not be called: ${problem}`, { retryable: true, problem, cause });
