/** Who reacts to what. One line per reaction: this file tells the story of the product. */
import { type Addition, also, type Reaction, when } from "@backend/kit/events.ts";
import { followBlocks, followEntitlements } from "@backend/modules/access/index.ts";
import {
  followChatJob,
  followPersonJob,
  noteOrders,
  subscriberChose,
  subscriberFieldsChanged,
  subscriberJoined,
  subscriberLost,
  subscriberTagged,
  subscriberWrote,
} from "@backend/modules/audience/index.ts";
import { botDisconnected, checkBotsJob, tellBotTakenJob } from "@backend/modules/bots/index.ts";
import {
  attributeJob,
  broadcastMoved,
  hearFields,
  hearJob,
  linkClicked,
  messageConverted,
  noteAnswerJob,
  sequenceClicked,
  sequenceConverted,
  withdrawJob,
} from "@backend/modules/broadcasts/index.ts";
import { meetTracker } from "@backend/modules/campaigns/index.ts";
import { clickConverted, conversionRecorded, trackerConnected } from "@backend/modules/conversions/index.ts";
import { endRefundedJob, taskMoved, worthReturned } from "@backend/modules/fulfilment/index.ts";
import { personBlocked } from "@backend/modules/identity/index.ts";
import { botRefused, chatLost, tellChatLostJob } from "@backend/modules/messaging/index.ts";
import {
  chooseRenewals,
  invoiceFailed,
  paymentNeedsCheck,
  paymentSettled,
  paymentTurnedAway,
  refundSettled,
  refundStuck,
  subscriptionMoved,
} from "@backend/modules/payments/index.ts";
import {
  entitlementMoved,
  failOrders,
  followRefunds,
  noteReturns,
  noteStuckRefunds,
  noteSubscriptions,
  noteTurnedAway,
  noteWaiting,
  orderMoved,
  payOrders,
  renewalChosen,
  tellCustomerJob,
  tellStuckRefundJob,
  tellTeamJob,
} from "@backend/modules/shop/index.ts";
import { tellEndpoints } from "@backend/modules/webhooks/index.ts";

/** For sequences: what happened to one subscriber; groups and channels are in none. */
const heard = <Happening>(at: { workspaceId: string; subscriberId: number | null }, happening: Happening) =>
  at.subscriberId === null ? null : { workspaceId: at.workspaceId, subscriberId: at.subscriberId, happening };

/** A fact as other systems get it: our workspace is theirs already. */
const told = <Fact extends { workspaceId: string }>({ workspaceId: _, ...fact }: Fact) => fact;

/** Steps of an order that its customer hears of; of a refund he hears by its amount. */
const tellings = ["completed", "processing", "failed", "expired"] as const;
const noticeOf: Readonly<Record<string, "order" | "payment" | "failure">> = {
  pending: "order",
  paid: "payment",
  failed: "failure",
};

export const reactions: readonly (Reaction | Addition)[] = [
  // Telegram refused a token while sending: the bots room asks once more and marks the bot as disconnected.
  when(botRefused, checkBotsJob, () => ({})),
  // A token was brought to another workspace: whoever answers for the one that lost the bot hears of it.
  when(botDisconnected, tellBotTakenJob, ({ workspaceId, botId, why }) =>
    why === "taken_over" ? { workspaceId, botId } : null,
  ),
  // Whoever added the bot to a chat hears once that it cannot write there any more.
  when(chatLost, tellChatLostJob, ({ workspaceId, chatId }) => ({ workspaceId, chatId })),
  // A lane found a private chat blocked or gone: its subscriber cannot be written to.
  when(chatLost, followChatJob, ({ kind, workspaceId, chatId }) =>
    kind === "private" ? { workspaceId, chatId } : null,
  ),
  // Whom the workspace refuses it does not write to either.
  when(personBlocked, followPersonJob, ({ workspaceId, personId }) => ({ workspaceId, personId })),
  // Nor is he in its closed chats; let in again, he may come back to what he still has.
  also(personBlocked, followBlocks),
  // Somebody asks for no more: what waits for him in a lane does not go out.
  when(subscriberChose, withdrawJob, ({ workspaceId, telegramId, categoryId, isOptedOut }) =>
    isOptedOut ? { workspaceId, telegramId, categoryId } : null,
  ),
  // A connection has a tracker: it is read, and what was read of another one, or was to be changed there, is not for it.
  also(trackerConnected, meetTracker),
  // A conversion came from a link in a message: the broadcast gets it.
  when(clickConverted, attributeJob, (conversion) => conversion),
  // Whoever writes to a bot, or refuses its messages, answers the broadcast that he got last.
  when(subscriberWrote, noteAnswerJob, ({ workspaceId, botId, telegramId, isCommand }) =>
    isCommand ? null : { workspaceId, botId, telegramId, answer: "reply" as const },
  ),
  when(subscriberChose, noteAnswerJob, ({ workspaceId, botId, telegramId, isOptedOut }) =>
    isOptedOut ? { workspaceId, botId, telegramId, answer: "opt_out" as const } : null,
  ),
  // An order's money went back whole: what is not done of it ends.
  when(orderMoved, endRefundedJob, ({ workspaceId, orderId, state }) =>
    state === "refunded" ? { workspaceId, orderId } : null,
  ),
  // Sequences begin and end by what people do.
  when(subscriberJoined, hearJob, ({ source, ...at }) => heard(at, { kind: "joined", source })),
  when(subscriberLost, hearJob, (at) => heard(at, { kind: "lost" })),
  when(subscriberTagged, hearJob, ({ added, ...at }) =>
    added.length > 0 ? heard(at, { kind: "tagged", added }) : null,
  ),
  also(subscriberFieldsChanged, hearFields),
  when(subscriberChose, hearJob, ({ categoryId, isOptedOut, ...at }) =>
    heard(at, { kind: isOptedOut ? "opted_out" : "opted_in", categoryId }),
  ),
  when(subscriberWrote, hearJob, ({ isCommand, ...at }) => (isCommand ? null : heard(at, { kind: "replied" }))),
  when(linkClicked, hearJob, ({ broadcastId, ...at }) => heard(at, { kind: "clicked", broadcastId })),
  when(messageConverted, hearJob, ({ status, ...at }) => heard(at, { kind: "converted", status })),
  when(sequenceClicked, hearJob, (at) => heard(at, { kind: "clicked", broadcastId: null })),
  when(sequenceConverted, hearJob, ({ status, ...at }) => heard(at, { kind: "converted", status })),
  // Money for an order is ours: it is paid, and what it promises begins, in the transaction of the money.
  also(paymentSettled, payOrders),
  also(refundSettled, followRefunds),
  also(invoiceFailed, failOrders),
  // A fault of ours holds a refund: its order says so, and whoever may have it tried again hears of it.
  also(refundStuck, noteStuckRefunds),
  when(refundStuck, tellStuckRefundJob, (stuck) => stuck),
  // Money for an order waits for a member: its customer is not to pay twice, and hears what was decided.
  also(paymentNeedsCheck, noteWaiting),
  also(paymentTurnedAway, noteTurnedAway),
  // A subscription was given up, taken up again, stopped by us, or not paid for: its order says so.
  also(subscriptionMoved, noteSubscriptions),
  // A further month of a subscription is wanted or not: payments has Telegram charge it, or not.
  also(renewalChosen, chooseRenewals),
  // A post was not done in time: what went back for it is not given back again with the order.
  also(worthReturned, noteReturns),
  // What opens closed chats began, was renewed or ended: whoever is in them is looked at again.
  also(entitlementMoved, followEntitlements),
  // Segments ask how many orders somebody has paid.
  also(orderMoved, noteOrders),
  // Customers hear of their orders, and the team's chat of what its settings name.
  when(orderMoved, tellCustomerJob, ({ workspaceId, orderId, state }) => {
    const what = tellings.find((told) => told === state);
    return what ? { workspaceId, orderId, what } : null;
  }),
  when(orderMoved, tellTeamJob, ({ workspaceId, orderId, state }) => {
    const kind = noticeOf[state];
    return kind ? { workspaceId, kind, id: orderId } : null;
  }),
  when(subscriberJoined, tellTeamJob, ({ workspaceId, subscriberId }) => ({
    workspaceId,
    kind: "person" as const,
    id: String(subscriberId),
  })),
  when(paymentNeedsCheck, tellTeamJob, ({ workspaceId, paymentId, reason, amount, currency }) => ({
    workspaceId,
    kind: "failure" as const,
    id: paymentId,
    details: { paymentId, reason, amount, currency },
  })),
  // Whoever listens outside hears of it: a row per endpoint, written with the fact.
  also(subscriberJoined, tellEndpoints("subscriber.joined", told)),
  also(subscriberLost, tellEndpoints("subscriber.lost", told)),
  also(subscriberTagged, tellEndpoints("subscriber.tagged", told)),
  also(subscriberChose, tellEndpoints("subscriber.chose", told)),
  also(conversionRecorded, tellEndpoints("conversion.recorded", told)),
  also(chatLost, tellEndpoints("chat.lost", told)),
  also(botDisconnected, tellEndpoints("bot.disconnected", told)),
  also(broadcastMoved, tellEndpoints("broadcast.moved", told)),
  also(linkClicked, tellEndpoints("link.clicked", told)),
  also(messageConverted, tellEndpoints("message.converted", told)),
  also(orderMoved, tellEndpoints("order.moved", told)),
  also(entitlementMoved, tellEndpoints("entitlement.moved", told)),
  also(paymentSettled, tellEndpoints("payment.settled", told)),
  also(paymentNeedsCheck, tellEndpoints("payment.needs_check", told)),
  also(refundSettled, tellEndpoints("refund.settled", told)),
  also(taskMoved, tellEndpoints("task.moved", told)),
];
