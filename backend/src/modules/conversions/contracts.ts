/** Shapes that cross HTTP. Ids of conversions and calls are text (they may pass 2^53); amounts are exact decimal text; times are ISO 8601 in UTC. */
import { oneOf } from "@backend/kit/one-of.ts";
import { pageOf, pageQuery } from "@backend/kit/paging.ts";
import { PersonRef } from "@backend/modules/identity/index.ts";
import { DeliveryContract } from "@backend/modules/messaging/index.ts";
import { holdReasons } from "@db/schema/alerts.ts";
import { connectionStates, trackerKinds } from "@db/schema/conversions.ts";
import { locales } from "@db/schema/identity.ts";
import { type Static, t } from "elysia";
import { maxConnectionName, maxOverlapHours } from "./domain/connection-settings.ts";
import { healthStates } from "./domain/health.ts";
import { maxParameterName } from "./domain/parameter-map.ts";
import { maxWindowSec } from "./domain/signing.ts";
import { canonicalStatuses, maxStatusWordLength } from "./domain/status-map.ts";
import { sharableRoles } from "./domain/visibility.ts";

const Uuid = t.String({ format: "uuid" });
const Instant = t.String();
export const StatusName = oneOf(canonicalStatuses);
const StatusMapContract = t.Record(t.String({ maxLength: maxStatusWordLength }), StatusName);
const LocaleName = oneOf(locales);

/** Fact → parameter. */
const ParameterMapContract = t.Record(t.String({ maxLength: 20 }), t.String({ maxLength: maxParameterName * 2 }));
const SharedWith = t.Array(oneOf(sharableRoles), { maxItems: sharableRoles.length, uniqueItems: true });

/** Where a sender that can sign puts its proof; docs/trackers.md says what is signed. */
export const SigningContract = t.Object({
  in: t.Union([t.Literal("header"), t.Literal("parameter")]),
  name: t.String({ minLength: 1, maxLength: 64 }),
  /** Null: signatures do not age. It stands where the signature stands. */
  timestampName: t.Nullable(t.String({ minLength: 1, maxLength: 64 })),
  /** Seconds that the moment of signing may lie from ours; 0 = any. */
  windowSec: t.Integer({ minimum: 0, maximum: maxWindowSec }),
});
export type SigningContract = Static<typeof SigningContract>;

// ── Connections ─────────────────────────────────────────────────────────────────────────────────────────────────────

export const Connection = t.Object({
  id: t.String(),
  name: t.String(),
  kind: oneOf(trackerKinds),
  state: oneOf(connectionStates),
  health: oneOf(healthStates),
  /** Where alerts go; null when no chat is chosen, or when the chosen one is gone. */
  target: t.Nullable(
    t.Object({
      chatId: t.String(),
      botId: t.String(),
      name: t.String(),
      threadId: t.Nullable(t.Number()),
      isWritable: t.Boolean(),
    }),
  ),
  locale: LocaleName,
  /** The tracker's own words, folded; the default map reads the rest. */
  statusMap: StatusMapContract,
  defaultCurrency: t.Nullable(t.String()),
  /** Calls per second; null follows the installation. */
  intakePerSecond: t.Nullable(t.Number()),
  intakeBurst: t.Nullable(t.Number()),
  firstEventAt: t.Nullable(Instant),
  lastEventAt: t.Nullable(Instant),
  /** The last call that was no conversion, and the reason as a code. */
  lastRefusedAt: t.Nullable(Instant),
  lastRefusal: t.Nullable(t.String()),
  /** Whose call it was, where the list of senders refused it; for those who may change that list. */
  lastRefusedSender: t.Nullable(t.String()),
  conversionsLastDay: t.Number(),
  /** Until when the address before the last rotation is accepted. */
  previousAddressUntil: t.Nullable(Instant),
  /** Whose it is; null when it was made by a program, or its owner has left. */
  owner: t.Nullable(PersonRef),
  isMine: t.Boolean(),
  mayManage: t.Boolean(),
  /** Roles that see it besides its owner, owners and admins; null = every role that reads connections. */
  sharedWith: t.Nullable(SharedWith),
  parameterMap: ParameterMapContract,
  /** Null: calls need no signature. */
  signing: t.Nullable(SigningContract),
  /** Addresses and networks that may call; null = anybody who knows the address. */
  allowedSenders: t.Nullable(t.Array(t.String())),
  createdAt: Instant,
});
export type Connection = Static<typeof Connection>;
export const ConnectionPage = pageOf(Connection);
export const ConnectionListQuery = t.Object({ ...pageQuery });
export const ConnectionParams = t.Object({ connectionId: Uuid });

const Target = { chatId: t.Nullable(Uuid), threadId: t.Optional(t.Nullable(t.Integer({ minimum: 1 }))) };
const Settings = {
  statusMap: t.Optional(StatusMapContract),
  defaultCurrency: t.Optional(t.Nullable(t.String({ maxLength: 20 }))),
  locale: t.Optional(LocaleName),
  intakePerSecond: t.Optional(t.Nullable(t.Integer({ minimum: 1, maximum: 1_000 }))),
  intakeBurst: t.Optional(t.Nullable(t.Integer({ minimum: 1, maximum: 10_000 }))),
  parameterMap: t.Optional(ParameterMapContract),
  sharedWith: t.Optional(t.Nullable(SharedWith)),
  allowedSenders: t.Optional(t.Nullable(t.Array(t.String({ maxLength: 100 }), { maxItems: 200 }))),
};
/** Long enough for anything a person types; the room's own rule names the exact limit in his language. */
const Name = t.String({ maxLength: maxConnectionName * 4 });

export const CreateConnectionBody = t.Object(
  {
    name: Name,
    kind: oneOf(trackerKinds),
    chatId: t.Optional(t.Nullable(Uuid)),
    threadId: Target.threadId,
    ...Settings,
  },
  { examples: [{ name: "Keitaro, main", kind: "keitaro" }] },
);
export type CreateConnection = Static<typeof CreateConnectionBody>;
export const ChangeConnectionBody = t.Object({ name: t.Optional(Name), ...Settings });
export type ChangeConnection = Static<typeof ChangeConnectionBody>;
export const ChangeTargetBody = t.Object(Target);
export type ChangeTarget = Static<typeof ChangeTargetBody>;
export const RotateSecretBody = t.Object({
  /** How long the old address is still accepted; a day by default, 0 ends it at once. */
  overlapHours: t.Optional(t.Integer({ minimum: 0, maximum: maxOverlapHours })),
});
export type RotateSecret = Static<typeof RotateSecretBody>;

/** Holds the secret: shown on demand only, never in lists. */
export const PostbackAddress = t.Object({
  /** For the tracker's S2S form, method GET. */
  url: t.String(),
  /** A command that fires a sample postback, recorded like any other; it signs it where calls must be signed. */
  sampleCurl: t.String(),
  previousAddressUntil: t.Nullable(Instant),
});
export type PostbackAddress = Static<typeof PostbackAddress>;
export const CreatedConnection = t.Object({ connection: Connection, address: PostbackAddress });
export type CreatedConnection = Static<typeof CreatedConnection>;
export const Done = t.Object({ ok: t.Literal(true) });

export const ChangeOwnerBody = t.Object({ personId: Uuid });
export type ChangeOwner = Static<typeof ChangeOwnerBody>;

/** A key is shown once, in the answer to what made it. */
export const ChangedSigning = t.Object({
  connection: Connection,
  /** Null when the key is the one that was there. */
  key: t.Nullable(t.String()),
  /** Until when the key before the last rotation is accepted. */
  previousKeyUntil: t.Nullable(Instant),
});
export type ChangedSigning = Static<typeof ChangedSigning>;

export const ReadingsBody = t.Object({
  /** Read as if this were the map. */
  parameterMap: t.Optional(ParameterMapContract),
});
export type ReadingsInput = Static<typeof ReadingsBody>;
/** How the connection's last calls are read: what a person maps names by. */
export const CallReadings = t.Object({
  calls: t.Array(
    t.Object({
      id: t.String(),
      receivedAt: Instant,
      outcome: t.Union([t.Literal("conversion"), t.Literal("ignored"), t.Literal("malformed")]),
      /** Why it is no conversion, as a code. */
      reason: t.Nullable(t.String()),
      parameters: t.Array(
        t.Object({
          name: t.String(),
          /** Cut where it is long. */
          sample: t.String(),
          /** A fact, or "sub_1" to "sub_30"; null when it means nothing to us. */
          readAs: t.Nullable(t.String()),
          isResolved: t.Boolean(),
        }),
      ),
      facts: t.Nullable(
        t.Object({
          status: StatusName,
          rawStatus: t.Nullable(t.String()),
          amount: t.Nullable(t.String()),
          currency: t.Nullable(t.String()),
          subid: t.Nullable(t.String()),
          tid: t.Nullable(t.String()),
          campaign: t.Nullable(t.String()),
          country: t.Nullable(t.String()),
        }),
      ),
    }),
  ),
});
export type CallReadings = Static<typeof CallReadings>;

// ── Conversions ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Where one message about a conversion stands. */
export const SentTo = t.Object({
  deliveryId: t.String(),
  chatName: t.String(),
  state: DeliveryContract.properties.state,
});

export const Conversion = t.Object({
  id: t.String(),
  connection: t.Object({ id: t.String(), name: t.String() }),
  status: StatusName,
  /** The status in the tracker's word. */
  rawStatus: t.Nullable(t.String()),
  amount: t.Nullable(t.String()),
  currency: t.Nullable(t.String()),
  campaignId: t.Nullable(t.String()),
  campaignName: t.Nullable(t.String()),
  country: t.Nullable(t.String()),
  /** Empty when the tracker sent none. */
  subid: t.String(),
  tid: t.String(),
  correctionCount: t.Number(),
  isRecovered: t.Boolean(),
  receivedAt: Instant,
  /** Null for people who may not see deliveries. */
  sentTo: t.Nullable(t.Array(SentTo)),
});
export type Conversion = Static<typeof Conversion>;
export const ConversionPage = pageOf(Conversion);
export const conversionFilters = {
  connectionId: t.Optional(Uuid),
  status: t.Optional(StatusName),
  country: t.Optional(t.String({ maxLength: 100 })),
  currency: t.Optional(t.String({ maxLength: 5 })),
  /** A whole click, transaction or campaign id, or a part of a campaign's name. */
  search: t.Optional(t.String({ maxLength: 200 })),
  from: t.Optional(t.String({ format: "date-time" })),
  to: t.Optional(t.String({ format: "date-time" })),
};
export const ConversionFilterQuery = t.Object(conversionFilters);
export type ConversionFilterQuery = Static<typeof ConversionFilterQuery>;
export const ConversionListQuery = t.Object({ ...pageQuery, ...conversionFilters });
export type ConversionListQuery = Static<typeof ConversionListQuery>;
export const ConversionParams = t.Object({ conversionId: t.String({ pattern: "^[0-9]{1,18}$" }) });

const Text = t.Nullable(t.String());
export const Facts = t.Object({
  subid: Text,
  tid: Text,
  status: StatusName,
  rawStatus: Text,
  amount: Text,
  currency: Text,
  campaignId: Text,
  campaignName: Text,
  offerId: Text,
  offerName: Text,
  /** The tracker's id of the flow. */
  flowId: Text,
  flowName: Text,
  landingId: Text,
  landingName: Text,
  creativeId: Text,
  creativeName: Text,
  source: Text,
  trafficSource: Text,
  externalId: Text,
  country: Text,
  reportedAt: Text,
  subIds: t.Record(t.String(), t.String()),
  extra: t.Record(t.String(), t.String()),
});

const Amount = t.Object({ amount: Text, currency: Text });
/** The stored call, without the secret. */
export const RawCallContract = t.Object({
  id: t.String(),
  receivedAt: Instant,
  method: t.String(),
  path: t.String(),
  query: t.String(),
  headers: t.Record(t.String(), t.String()),
  body: Text,
  bodyBytes: t.Number(),
  senderAddress: Text,
});

export const ConversionDetail = t.Object({
  conversion: Conversion,
  /** As they were read from the first call. */
  facts: Facts,
  notes: t.Array(t.Object({ kind: t.String(), field: t.Optional(t.String()) })),
  corrections: t.Array(t.Object({ at: Instant, eventId: t.String(), from: Amount, to: Amount })),
  /** Other conversions of the same click, oldest first: lead, sale, rebills. */
  sameClick: t.Array(Conversion),
  deliveries: t.Nullable(t.Array(DeliveryContract)),
  /** Alerts that were held back to be told with others; null for people who may not see deliveries. */
  held: t.Nullable(
    t.Array(
      t.Object({
        chatName: t.String(),
        threadId: t.Nullable(t.Number()),
        reason: oneOf(holdReasons),
        state: oneOf(["held", "told", "cancelled"]),
        dueAt: Instant,
        /** The digest that told it. */
        deliveryId: Text,
      }),
    ),
  ),
  /** How the tracker's own log has it; null while no log with it was read. */
  logged: t.Nullable(
    t.Object({
      /** When the tracker heard of it. */
      at: Instant,
      /** From then until we heard. */
      toUsMs: t.Number(),
    }),
  ),
  /** Null when retention has removed it, and for people who may not see the inbox. */
  rawCall: t.Nullable(RawCallContract),
});
export type ConversionDetail = Static<typeof ConversionDetail>;
