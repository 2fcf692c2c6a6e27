/** Shapes that cross HTTP. A secret is in none of them but the answers that show it once. */
import { oneOf } from "@backend/kit/one-of.ts";
import { pageOf, pageQuery } from "@backend/kit/paging.ts";
import { type Static, t } from "elysia";
import { eventNames } from "./domain/catalog.ts";

const Event = oneOf(eventNames);
const name = t.String({ minLength: 1, maxLength: 60 });
const url = t.String({ minLength: 1, maxLength: 2000 });
const events = t.Array(Event, {
  maxItems: 50,
  uniqueItems: true,
  description: "Empty: every event, also those that come later.",
});

export const Endpoint = t.Object({
  id: t.String(),
  name: t.String(),
  url: t.String(),
  events: t.Array(t.String()),
  state: oneOf(["active", "inactive", "disabled"]),
  /** The secret as a person recognises it. */
  secretHint: t.String(),
  /** Until when the former secret signs too. */
  previousUntil: t.Nullable(t.String()),
  /** Since when every call fails; null when the last one arrived. */
  failingSince: t.Nullable(t.String()),
  /** Of the last day. */
  lastDay: t.Object({ delivered: t.Number(), failed: t.Number(), waiting: t.Number() }),
  createdAt: t.String(),
});
export type Endpoint = Static<typeof Endpoint>;
export const EndpointList = t.Object({ items: t.Array(Endpoint), events: t.Array(Event) });
export const EndpointParams = t.Object({ endpointId: t.String({ format: "uuid" }) });

export const CreateEndpointBody = t.Object(
  { name, url, events },
  {
    examples: [
      {
        name: "CRM",
        url: "https://crm.example/hooks/switchboard",
        events: ["subscriber.joined", "order.moved", "task.moved"],
      },
    ],
  },
);
export type CreateEndpoint = Static<typeof CreateEndpointBody>;
export const ChangeEndpointBody = t.Object({
  name: t.Optional(name),
  url: t.Optional(url),
  events: t.Optional(events),
  isActive: t.Optional(t.Boolean()),
});
export type ChangeEndpoint = Static<typeof ChangeEndpointBody>;

/** Shown once: receivers check signatures with it. */
export const EndpointWithSecret = t.Object({ endpoint: Endpoint, secret: t.String() });
export type EndpointWithSecret = Static<typeof EndpointWithSecret>;

const CallState = oneOf(["waiting", "delivered", "failed"]);
export const Call = t.Object({
  id: t.String(),
  endpointId: t.String(),
  /** The header `webhook-id`: the same at every try, so that receivers can tell a repeat. */
  messageId: t.String(),
  event: t.String(),
  state: CallState,
  attempts: t.Number(),
  /** Of the last try; null when none was answered. */
  lastStatus: t.Nullable(t.Number()),
  nextAt: t.Nullable(t.String()),
  createdAt: t.String(),
  doneAt: t.Nullable(t.String()),
});
export type Call = Static<typeof Call>;
export const CallPage = pageOf(Call);
export const CallListQuery = t.Object({
  ...pageQuery,
  state: t.Optional(CallState),
  event: t.Optional(Event),
});
export type CallListQuery = Static<typeof CallListQuery>;
export const CallParams = t.Object({ callId: t.String({ pattern: "^[0-9]{1,18}$" }) });

const Attempt = t.Object({
  at: t.String(),
  tookMs: t.Number(),
  status: t.Nullable(t.Number()),
  /** Why there was no answer, as a sentence in the reader's language. */
  problem: t.Nullable(t.String()),
  /** The first part of what was answered. */
  answer: t.Nullable(t.String()),
});
export const CallWithAttempts = t.Object({
  call: Call,
  /** The body that is sent. */
  body: t.String(),
  tries: t.Array(Attempt),
});
export type CallWithAttempts = Static<typeof CallWithAttempts>;

export const ReplayBody = t.Object({
  /** Calls that failed since then. */
  since: t.String({ format: "date-time" }),
});
export const Count = t.Object({ count: t.Number() });
export const Queued = t.Object({ callId: t.String() });
export const Done = t.Object({ ok: t.Literal(true) });
