/** Shapes that cross HTTP. Times are ISO 8601 in UTC; ids of calls are decimal text. */
import { oneOf } from "@backend/kit/one-of.ts";
import { pageQuery } from "@backend/kit/paging.ts";
import { type Static, t } from "elysia";
import { installationRules, workspaceRules } from "./domain/alert-rules.ts";

const Uuid = t.String({ format: "uuid" });
const EventId = t.String({ pattern: "^[0-9]{1,19}$" });
const inboundStatuses = ["received", "handled", "ignored", "malformed", "failed"] as const;
const Status = oneOf(inboundStatuses);

// ── Inbox ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const filters = {
  /** Looked for in path, query, body, outcome, sender, and the id. */
  q: t.Optional(t.String({ minLength: 1, maxLength: 200 })),
  status: t.Optional(Status),
  source: t.Optional(t.String({ pattern: "^[a-z_-]{1,40}$" })),
  /** The connection or bot it came in through. */
  connectionId: t.Optional(Uuid),
};
export const InboxFilter = t.Object(filters);
export type InboxFilter = Static<typeof InboxFilter>;
export const InboxQuery = t.Object({ ...pageQuery, ...filters });
export type InboxQuery = Static<typeof InboxQuery>;

/** What a call made: `kind` is "conversion", "delivery", "chat" …; the app knows which have a page. */
const Link = t.Object({ kind: t.String(), id: t.String() });
const EventError = t.Object({
  code: t.String(),
  /** A sentence in the reader's language. */
  message: t.String(),
  /** The program's own words, for whoever mends it. */
  detail: t.Nullable(t.String()),
});

const shortCall = {
  id: t.String(),
  receivedAt: t.String(),
  source: t.String(),
  /** The connection or bot, by its name; null when it is gone. */
  from: t.Nullable(t.Object({ id: t.String(), name: t.Nullable(t.String()) })),
  method: t.String(),
  path: t.String(),
  query: t.String(),
  bodyBytes: t.Integer(),
  senderAddress: t.Nullable(t.String()),
  status: Status,
  attempts: t.Integer(),
  isTest: t.Boolean(),
  replayOf: t.Nullable(t.String()),
  links: t.Array(Link),
  error: t.Nullable(EventError),
};
export const InboxItem = t.Object(shortCall);
export type InboxItem = Static<typeof InboxItem>;
export const InboxPage = t.Object({
  items: t.Array(InboxItem),
  nextCursor: t.Nullable(t.String()),
  /** Set when the search stopped for time before it had filled the page: everything newer than this was looked at. */
  searchedTo: t.Nullable(t.String()),
});

export const InboxEvent = t.Object({
  ...shortCall,
  headers: t.Record(t.String(), t.String()),
  body: t.Nullable(
    t.Object({
      text: t.String(),
      encoding: oneOf(["utf-8", "windows-1251", "binary"] as const),
      isCut: t.Boolean(),
    }),
  ),
  externalId: t.Nullable(t.String()),
  requestId: t.Nullable(t.String()),
  processedAt: t.Nullable(t.String()),
  /** What its reader said of it. */
  outcome: t.Record(t.String(), t.Unknown()),
  /** Copies made of it by replay, newest first. */
  replays: t.Array(t.Object({ id: t.String(), receivedAt: t.String(), status: Status })),
});
export type InboxEvent = Static<typeof InboxEvent>;
export const EventParams = t.Object({ eventId: EventId });

const Ids = t.Array(EventId, { minItems: 1, maxItems: 200, uniqueItems: true });
/**
 * Some by id, or everything that matches a filter of at least one condition; one of the two, which the action checks. Elysia
 * "repairs" bodies it cannot read: of a union with a list of ids that is too long, and of a body that is a list, it makes
 * `{ filter: {} }`, which must therefore never mean everything.
 */
export const ReplayBody = t.Object(
  { ids: t.Optional(Ids), filter: t.Optional(InboxFilter) },
  { examples: [{ ids: ["1024"] }] },
);
export type ReplayBody = Static<typeof ReplayBody>;

export const Replay = t.Object({
  id: t.String(),
  state: oneOf(["running", "done", "stopped", "failed"] as const),
  stored: t.Integer(),
  percent: t.Integer(),
  createdAt: t.String(),
  finishedAt: t.Nullable(t.String()),
});
export type Replay = Static<typeof Replay>;
export const ReplayAnswer = t.Object({
  /** Calls stored again by this request. */
  stored: t.Integer(),
  /** Ids that this workspace does not have. */
  missing: t.Array(t.String()),
  /** The job that does a filtered replay. */
  replay: t.Nullable(Replay),
});
export type ReplayAnswer = Static<typeof ReplayAnswer>;
export const ReplayParams = t.Object({ replayId: Uuid });

/** Dead letters, by id or all of them; one of the two. */
export const DeadLettersBody = t.Object({ ids: t.Optional(Ids), all: t.Optional(t.Literal(true)) });
export type DeadLettersBody = Static<typeof DeadLettersBody>;
export const DeadLettersAnswer = t.Object({
  count: t.Integer(),
  missing: t.Array(t.String()),
  /** True when there were more than one request takes; ask again. */
  hasMore: t.Boolean(),
});
export type DeadLettersAnswer = Static<typeof DeadLettersAnswer>;

// ── Settings ────────────────────────────────────────────────────────────────────────────────────────────────────────

const alertSettings = {
  isOn: t.Boolean(),
  off: t.Array(oneOf(workspaceRules), { maxItems: workspaceRules.length, uniqueItems: true }),
  recipients: t.Nullable(t.Array(Uuid, { maxItems: 50, uniqueItems: true })),
  lateSec: t.Integer({ minimum: 10, maximum: 86_400 }),
  silentHours: t.Integer({ minimum: 1, maximum: 720 }),
};
export const Settings = t.Object({ alerts: t.Object(alertSettings) });
export type Settings = Static<typeof Settings>;
export const ChangeSettingsBody = t.Object({
  alerts: t.Optional(t.Partial(t.Object(alertSettings))),
});
export type ChangeSettings = Static<typeof ChangeSettingsBody>;

// ── Health ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const checkNames = [
  "database",
  "inbox",
  "deliveries",
  "unknown",
  "lanes",
  "bots",
  "jobs",
  "processes",
  "disk",
] as const;
export const healthStates = ["ok", "warning", "failing"] as const;
export const HealthCheck = t.Object({
  name: oneOf(checkNames),
  state: oneOf(healthStates),
  /** i18n key of the sentence, and the sentence in the reader's language. */
  code: t.String(),
  message: t.String(),
  params: t.Record(t.String(), t.Union([t.String(), t.Number()])),
});
export type HealthCheck = Static<typeof HealthCheck>;

export const AlertContract = t.Object({
  rule: oneOf([...installationRules, ...workspaceRules]),
  subject: t.String(),
  phase: oneOf(["firing", "clear"] as const),
  since: t.String(),
  toldAt: t.Nullable(t.String()),
  clearedAt: t.Nullable(t.String()),
  message: t.String(),
});
export const HealthReport = t.Object({
  state: oneOf(healthStates),
  checkedAt: t.String(),
  checks: t.Array(HealthCheck),
  bots: t.Array(
    t.Object({
      id: t.String(),
      username: t.String(),
      state: oneOf(healthStates),
      code: t.String(),
      message: t.String(),
      pendingUpdates: t.Nullable(t.Integer()),
      lastError: t.Nullable(t.String()),
      checkedAt: t.Nullable(t.String()),
      queued: t.Integer(),
      pausedUntil: t.Nullable(t.String()),
    }),
  ),
  /** Of this workspace: what fires now, and what ended in the last week. */
  alerts: t.Array(AlertContract),
});
export type HealthReport = Static<typeof HealthReport>;
