/** Elysia: who may, what shape, which action. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { changeOwnSettings, readOwnSettings } from "./actions/change-settings.ts";
import { listInbox } from "./actions/list-inbox.ts";
import { readHealth } from "./actions/read-health.ts";
import { readInboxEvent } from "./actions/read-inbox-event.ts";
import { readReplay, replayCalls, stopReplay } from "./actions/replay-calls.ts";
import { dismissDeadLetters, retryDeadLetters } from "./actions/settle-dead-letters.ts";
import {
  ChangeSettingsBody,
  DeadLettersAnswer,
  DeadLettersBody,
  EventParams,
  HealthReport,
  InboxEvent,
  InboxPage,
  InboxQuery,
  Replay,
  ReplayAnswer,
  ReplayBody,
  ReplayParams,
  Settings,
} from "./contracts.ts";

const inboxTag = () => ({ detail: { tags: ["Inbox"] } });
const operationsTag = () => ({ detail: { tags: ["Operations"] } });

/** `/inbox`, `/settings` and `/operations/health`, to be mounted under the API's base. */
export const operationsRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "operations" })
    .use(http)
    .get("/inbox", ({ actor, requestId, query }) => run(listInbox, { actor, requestId }, query), {
      access: { permission: "inbox.read" },
      query: InboxQuery,
      response: InboxPage,
      ...inboxTag(),
    })
    .get("/inbox/replays/:replayId", ({ actor, requestId, params }) => run(readReplay, { actor, requestId }, params), {
      access: { permission: "inbox.read" },
      params: ReplayParams,
      response: Replay,
      ...inboxTag(),
    })
    .post(
      "/inbox/replays/:replayId/stop",
      ({ actor, requestId, params }) => run(stopReplay, { actor, requestId }, params),
      { access: { permission: "inbox.manage" }, params: ReplayParams, response: Replay, ...inboxTag() },
    )
    .get("/inbox/:eventId", ({ actor, requestId, params }) => run(readInboxEvent, { actor, requestId }, params), {
      access: { permission: "inbox.read" },
      params: EventParams,
      response: InboxEvent,
      ...inboxTag(),
    })
    .post("/inbox/replay", ({ actor, requestId, once, body }) => run(replayCalls, { actor, requestId, once }, body), {
      creates: true,
      access: { permission: "inbox.manage" },
      body: ReplayBody,
      response: ReplayAnswer,
      ...inboxTag(),
    })
    .post(
      "/inbox/dead-letters/retry",
      ({ actor, requestId, body }) => run(retryDeadLetters, { actor, requestId }, body),
      { access: { permission: "inbox.manage" }, body: DeadLettersBody, response: DeadLettersAnswer, ...inboxTag() },
    )
    .post(
      "/inbox/dead-letters/dismiss",
      ({ actor, requestId, body }) => run(dismissDeadLetters, { actor, requestId }, body),
      { access: { permission: "inbox.manage" }, body: DeadLettersBody, response: DeadLettersAnswer, ...inboxTag() },
    )
    .get("/settings", ({ actor, requestId }) => run(readOwnSettings, { actor, requestId }, {}), {
      access: { permission: "workspace.manage" },
      response: Settings,
      ...operationsTag(),
    })
    .patch("/settings", ({ actor, requestId, body }) => run(changeOwnSettings, { actor, requestId }, body), {
      access: { permission: "workspace.manage" },
      body: ChangeSettingsBody,
      response: Settings,
      ...operationsTag(),
    })
    .get("/operations/health", ({ actor, requestId }) => run(readHealth, { actor, requestId }, {}), {
      access: { permission: "operations.read" },
      response: HealthReport,
      ...operationsTag(),
    });
