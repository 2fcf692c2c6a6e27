/** The worker's door, at the root: addresses that programs outside rely on (DESIGN §7). */
import type { Actor } from "@backend/kit/context.ts";
import { tooManyRequests } from "@backend/kit/errors.ts";
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { createRateLimit } from "@backend/kit/rate-limit.ts";
import { readRawBody } from "@backend/kit/raw-call.ts";
import { Elysia, ParseError } from "elysia";
import { beat, sayStatus, takePending } from "./actions/work.ts";
import {
  HeartbeatBody,
  PendingQuery,
  PendingTasks,
  StatusAnswer,
  StatusBody,
  WorkerTaskParams,
} from "./worker-contracts.ts";

const worker = { access: { scope: "tasks" } } as const;
/** At most 64 KB (413 above it), read before anything is made of it. */
const small = { parse: ({ request }: { request: Request }) => readJson(request) };

async function readJson(request: Request): Promise<unknown> {
  const bytes = await readRawBody(request);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes ?? new Uint8Array()));
  } catch (error) {
    throw new ParseError(error instanceof Error ? error : undefined);
  }
}

/** `callsPerMinute`: of one key (S-229). */
export const workerRoutes = (http: HttpKit, run: Run, { callsPerMinute }: { callsPerMinute: number }) => {
  const limit = createRateLimit({ perSecond: callsPerMinute / 60, burst: callsPerMinute });
  /** Refused with the time after which the next call may come. */
  const counted = (actor: Actor): Actor => {
    const waitMs = limit.take(actor.kind === "api_key" ? actor.keyId : actor.workspaceId);
    if (waitMs > 0) throw tooManyRequests(waitMs);
    return actor;
  };
  return new Elysia({ name: "workers", tags: ["Workers"] })
    .use(http)
    .get(
      "/api/tasks/pending",
      ({ actor, requestId, query }) => run(takePending, { actor: counted(actor), requestId }, query),
      { ...worker, query: PendingQuery, response: { 200: PendingTasks } },
    )
    .put(
      "/api/tasks/:taskId/status",
      ({ actor, requestId, params, body }) =>
        run(sayStatus, { actor: counted(actor), requestId }, { ...body, ...params }),
      { ...worker, ...small, params: WorkerTaskParams, body: StatusBody, response: { 200: StatusAnswer } },
    )
    .post(
      "/api/tasks/:taskId/heartbeat",
      ({ actor, requestId, params, body }) => run(beat, { actor: counted(actor), requestId }, { ...body, ...params }),
      { ...worker, ...small, params: WorkerTaskParams, body: HeartbeatBody, response: { 200: StatusAnswer } },
    );
};
