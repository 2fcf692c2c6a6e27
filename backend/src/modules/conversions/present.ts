/** Rows as the app shows them. */

import type { PersonRef } from "@backend/modules/identity/index.ts";
import { type ChatRow, chatName, type DeliveryWithChat } from "@backend/modules/messaging/index.ts";
import type { Connection, Conversion, ConversionDetail, PostbackAddress } from "./contracts.ts";
import { decodeBytes } from "./domain/decode.ts";
import { healthOf } from "./domain/health.ts";
import { knownParameters } from "./domain/parameter-map.ts";
import { postbackUrl, type SamplePostback, sampleCurl } from "./domain/postback-url.ts";
import type { ConversionFacts } from "./domain/read-call.ts";
import { type CanonicalStatus, canonicalStatuses, type StatusMap } from "./domain/status-map.ts";
import { mayManage, type Onlooker, sharableRoles } from "./domain/visibility.ts";
import type { ConnectionRow, ConversionRow, InboundEventRow } from "./queries.ts";

const instant = (date: Date | null): string | null => date?.toISOString() ?? null;

export const statusOf = (stored: string): CanonicalStatus =>
  canonicalStatuses.find((status) => status === stored) ?? "other";

/** The status map as its row keeps it; a word that an older version knew as something else is "other". */
export const statusMapOf = (row: Pick<ConnectionRow, "statusMap">): StatusMap =>
  Object.fromEntries(Object.entries(row.statusMap).map(([word, status]) => [word, statusOf(status)]));

/** The end of the previous address, while it lies ahead. */
const overlapEnd = (row: ConnectionRow, now: Date): string | null =>
  row.previousSecretUntil !== null && row.previousSecretUntil > now ? row.previousSecretUntil.toISOString() : null;

export function presentConnection(
  row: ConnectionRow,
  beside: {
    chat: ChatRow | null;
    conversionsLastDay: number;
    owner: PersonRef | null;
    viewer: Onlooker;
    now: Date;
  },
): Connection {
  const { chat, now, owner, viewer } = beside;
  const isManaged = mayManage(row, viewer);
  const refusal = refusalOf(row.lastRefusal);
  const target = chat && {
    chatId: chat.id,
    botId: chat.botId,
    name: chatName(chat),
    threadId: row.threadId,
    isWritable: chat.state === "active",
  };
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    state: row.state,
    health: healthOf({ ...row, isPaused: row.state === "paused", target }, now),
    target,
    locale: row.locale,
    statusMap: { ...statusMapOf(row) },
    defaultCurrency: row.defaultCurrency,
    intakePerSecond: row.intakePerSecond,
    intakeBurst: row.intakeBurst,
    firstEventAt: instant(row.firstEventAt),
    lastEventAt: instant(row.lastEventAt),
    lastRefusedAt: instant(row.lastRefusedAt),
    lastRefusal: refusal.code,
    lastRefusedSender: isManaged ? refusal.sender : null,
    conversionsLastDay: beside.conversionsLastDay,
    previousAddressUntil: overlapEnd(row, now),
    owner,
    isMine: row.createdBy !== null && row.createdBy === viewer.personId,
    mayManage: isManaged,
    sharedWith: row.sharedWith && sharableRoles.filter((role) => row.sharedWith?.includes(role)),
    parameterMap: { ...knownParameters(row.parameterMap) },
    signing: row.signing,
    allowedSenders: row.allowedSenders,
    createdAt: row.createdAt.toISOString(),
  };
}

/** A refusal as its row keeps it: the code, and the sender's address where it matters. */
export const refusalOf = (stored: string | null): { code: string | null; sender: string | null } => {
  const [code = null, sender = null] = stored?.split(" ") ?? [];
  return { code, sender };
};

/** A sample that is its own conversion every second, so that trying twice shows two. */
export const samplePostback = (currency: string | null, now: Date): SamplePostback => {
  const second = Math.floor(now.getTime() / 1000).toString(36);
  return {
    subid: `sample-${second}`,
    tid: `T-${second}`,
    status: "deposit",
    amount: "120.50",
    currency: currency ?? "USD",
    campaignName: "Spring AU",
  };
};

export function presentAddress(row: ConnectionRow, secret: string, publicUrl: string, now: Date): PostbackAddress {
  return {
    url: postbackUrl(row.kind, publicUrl, secret),
    sampleCurl: sampleCurl(publicUrl, secret, samplePostback(row.defaultCurrency, now), row.signing),
    previousAddressUntil: overlapEnd(row, now),
  };
}

export function presentConversion(
  row: ConversionRow,
  connectionName: string,
  deliveries: readonly DeliveryWithChat[] | null,
): Conversion {
  return {
    id: String(row.id),
    connection: { id: row.connectionId, name: connectionName },
    status: statusOf(row.status),
    rawStatus: row.rawStatus,
    amount: row.amount,
    currency: row.currency,
    campaignId: row.campaignId,
    campaignName: row.campaignName,
    country: row.country,
    subid: row.subid,
    tid: row.tid,
    correctionCount: row.correctionCount,
    isRecovered: row.isRecovered,
    receivedAt: row.receivedAt.toISOString(),
    sentTo:
      deliveries?.map(({ delivery, chat }) => ({
        deliveryId: String(delivery.id),
        chatName: chatName(chat),
        state: delivery.state,
      })) ?? null,
  };
}

/** Facts as they were stored; what an older version did not read yet is absent. */
export function presentFacts(row: ConversionRow): ConversionDetail["facts"] {
  const stored = row.facts as Partial<ConversionFacts>;
  return {
    subid: stored.subid ?? null,
    tid: stored.tid ?? null,
    status: statusOf(stored.status ?? "other"),
    rawStatus: stored.rawStatus ?? null,
    amount: stored.amount ?? null,
    currency: stored.currency ?? null,
    campaignId: stored.campaignId ?? null,
    campaignName: stored.campaignName ?? null,
    offerId: stored.offerId ?? null,
    offerName: stored.offerName ?? null,
    flowId: stored.flowId ?? null,
    flowName: stored.flowName ?? null,
    landingId: stored.landingId ?? null,
    landingName: stored.landingName ?? null,
    creativeId: stored.creativeId ?? null,
    creativeName: stored.creativeName ?? null,
    source: stored.source ?? null,
    trafficSource: stored.trafficSource ?? null,
    externalId: stored.externalId ?? null,
    country: stored.country ?? null,
    reportedAt: stored.reportedAt ?? null,
    subIds: stored.subIds ?? {},
    extra: stored.extra ?? {},
  };
}

/** Facts of a conversion as it is now: with the amount of its last correction. */
export const factsOf = (row: ConversionRow): ConversionFacts => ({
  ...presentFacts(row),
  amount: row.amount,
  currency: row.currency,
});

export function presentCall(row: InboundEventRow): NonNullable<ConversionDetail["rawCall"]> {
  return {
    id: String(row.id),
    receivedAt: row.receivedAt.toISOString(),
    method: row.method,
    path: row.path,
    query: row.query,
    headers: row.headers,
    body: row.body === null ? null : decodeBytes(row.body),
    bodyBytes: row.bodyBytes,
    senderAddress: row.senderAddress,
  };
}
