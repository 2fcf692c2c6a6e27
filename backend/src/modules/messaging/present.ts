/** Rows as the app shows them. */
import { translator } from "@backend/i18n/index.ts";
import type { Actor } from "@backend/kit/context.ts";
import { laneRank } from "@db/schema/messaging.ts";
import type { Static } from "@sinclair/typebox";
import { type ChatContract, type Content, type DeliveryContract, laneNames, type TopicContract } from "./contracts.ts";
import { chatFailure } from "./errors.ts";
import type { ChatRow, DeliveryWithChat, TopicRow } from "./queries.ts";

/** What people call a chat: the workspace's own name for it, else Telegram's. */
export const chatName = (chat: { label: string | null; title: string }): string => chat.label ?? chat.title;

const sentence = (code: string, locale: Actor["locale"]) => {
  const t = translator(locale);
  return t.find(code) ?? t("messaging.failed.refused");
};

export function presentChat(chat: ChatRow, locale: Actor["locale"]): Static<typeof ChatContract> {
  return {
    id: chat.id,
    botId: chat.botId,
    telegramChatId: chat.telegramChatId,
    kind: chat.kind,
    name: chatName(chat),
    title: chat.title,
    label: chat.label,
    username: chat.username,
    isForum: chat.isForum,
    state: chat.state,
    problem: chat.state === "active" ? null : sentence(chatFailure(chat.state), locale),
    stateSince: chat.stateSince.toISOString(),
    personId: chat.personId,
    createdAt: chat.createdAt.toISOString(),
  };
}

export const presentTopic = (topic: TopicRow): Static<typeof TopicContract> => ({
  threadId: topic.threadId,
  name: topic.name,
  isClosed: topic.isClosed,
});

/** `problem.message` is a sentence in `locale`; `problem.telegram` are Telegram's own words, for support. */
export function presentDelivery(
  { delivery, chat }: DeliveryWithChat,
  locale: Actor["locale"],
): Static<typeof DeliveryContract> {
  const hasSubject = delivery.subjectKind !== null && delivery.subjectId !== null;
  return {
    id: String(delivery.id),
    lane: laneNames.find((name) => laneRank[name] === delivery.rank) ?? "alert",
    act: delivery.act,
    state: delivery.state,
    chat: { id: chat.id, name: chatName(chat), kind: chat.kind },
    threadId: delivery.threadId,
    content: delivery.content as Content,
    digest: delivery.digest as Content | null,
    foldedInto: delivery.foldedInto === null ? null : String(delivery.foldedInto),
    subject: hasSubject ? { kind: delivery.subjectKind ?? "", id: delivery.subjectId ?? "" } : null,
    attempts: delivery.attempts,
    telegramMessageId: delivery.telegramMessageId,
    problem:
      delivery.errorCode === null
        ? null
        : { code: delivery.errorCode, message: sentence(delivery.errorCode, locale), telegram: delivery.errorText },
    notBefore: delivery.notBefore.toISOString(),
    createdAt: delivery.createdAt.toISOString(),
    doneAt: delivery.doneAt?.toISOString() ?? null,
  };
}
