/** Shapes that cross HTTP, and the vocabulary in which every room writes messages. */

import { oneOf } from "@backend/kit/one-of.ts";
import { pageOf, pageQuery } from "@backend/kit/paging.ts";
import { chatStates } from "@db/schema/messaging.ts";
import { type Static, t } from "elysia";

// ── What a message says ─────────────────────────────────────────────────────────────────────────────────────────────

const buttonText = t.String({ minLength: 1, maxLength: 100 });

/**
 * A link, a screen of the Mini App (`app` is its path: "conversions/12"), text that goes to the clipboard, or a question that comes
 * back to the bot when it is pressed (`callback`, 1 to 64 bytes; anybody in the chat may press, so the answer checks who did).
 */
export const Button = t.Union([
  t.Object({ text: buttonText, url: t.String({ minLength: 1, maxLength: 2048 }) }),
  t.Object({ text: buttonText, app: t.String({ maxLength: 200, pattern: "^[A-Za-z0-9/_-]*$" }) }),
  t.Object({ text: buttonText, copy: t.String({ minLength: 1, maxLength: 256 }) }),
  t.Object({ text: buttonText, callback: t.String({ pattern: "^[A-Za-z0-9:_-]{1,64}$" }) }),
]);
export type Button = Static<typeof Button>;

const options = {
  /** Arrives without a sound. */
  silent: t.Optional(t.Boolean()),
  /** Cannot be forwarded or saved. */
  protect: t.Optional(t.Boolean()),
};
const buttons = { buttons: t.Optional(t.Array(t.Array(Button, { maxItems: 8 }), { maxItems: 20 })) };
/** Telegram HTML, escaped already. The server counts 4096 characters after parsing and refuses 32 KB before it. */
const html = (maxLength: number) => t.String({ minLength: 1, maxLength });
/** A file of ours ("upload:<id>"), a file id that belongs to the sending bot, or an https address that Telegram fetches. */
const media = t.String({ minLength: 1, maxLength: 2048 });
const captioned = { media, caption: t.Optional(html(8192)), ...options, ...buttons };

export const AlbumItem = t.Object({
  kind: t.Union([t.Literal("photo"), t.Literal("video"), t.Literal("document")]),
  media,
  caption: t.Optional(html(8192)),
});

/** One message. An album takes the place of as many messages as it has items, and Telegram gives it no buttons. */
export const Content = t.Union([
  t.Object({
    kind: t.Literal("text"),
    html: html(32_768),
    /** Link previews are off unless asked for: an alert with a card below every link cannot be scanned. */
    linkPreview: t.Optional(t.Boolean()),
    ...options,
    ...buttons,
  }),
  t.Object({ kind: t.Literal("photo"), ...captioned }),
  t.Object({ kind: t.Literal("video"), ...captioned }),
  t.Object({ kind: t.Literal("document"), ...captioned }),
  t.Object({ kind: t.Literal("album"), items: t.Array(AlbumItem, { minItems: 2, maxItems: 10 }), ...options }),
]);
export type Content = Static<typeof Content>;

/**
 * One message in several languages, with variables in braces (`domain/letter.ts`). Whoever reads none of them gets `fallback`,
 * which is always there.
 */
export const Letter = t.Object({
  fallback: t.String({ pattern: "^[a-z]{2}$" }),
  messages: t.Record(t.String({ pattern: "^[a-z]{2}$" }), Content),
});
export type Letter = Static<typeof Letter>;

/**
 * What a digest needs to stand for a message when its chat cannot take messages one by one. `kind` names the renderer that
 * makes one text of many items; only messages of one kind and one topic are folded together.
 */
export const Fold = t.Object({
  kind: t.String({ minLength: 1, maxLength: 60 }),
  item: t.Unknown(),
  /** Language and zone of the digest; the first folded message decides. */
  locale: t.Optional(t.String()),
  timeZone: t.Optional(t.String()),
});
export type Fold = Static<typeof Fold>;

// ── Chats ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export const ChatKindContract = t.Union([
  t.Literal("private"),
  t.Literal("group"),
  t.Literal("supergroup"),
  t.Literal("channel"),
]);
export const ChatStateContract = oneOf(chatStates);

export const ChatContract = t.Object({
  id: t.String(),
  botId: t.String(),
  telegramChatId: t.Number(),
  kind: ChatKindContract,
  /** The workspace's own name for it, or Telegram's title. */
  name: t.String(),
  title: t.String(),
  label: t.Nullable(t.String()),
  username: t.Nullable(t.String()),
  isForum: t.Boolean(),
  state: ChatStateContract,
  /** Why it cannot be written to, as a sentence in the reader's language; null when it can. */
  problem: t.Nullable(t.String()),
  stateSince: t.String(),
  personId: t.Nullable(t.String()),
  createdAt: t.String(),
});
export const TopicContract = t.Object({ threadId: t.Number(), name: t.String(), isClosed: t.Boolean() });
export const TopicListContract = t.Object({ items: t.Array(TopicContract) });
export const ChatPageContract = pageOf(ChatContract);
export const ChatParams = t.Object({ chatId: t.String({ format: "uuid" }) });
export const ChatListQuery = t.Object({
  ...pageQuery,
  kind: t.Optional(t.Union([ChatKindContract, t.Literal("team")])),
  state: t.Optional(ChatStateContract),
  botId: t.Optional(t.String({ format: "uuid" })),
  search: t.Optional(t.String({ maxLength: 100 })),
});
export const RenameChatBody = t.Object({ label: t.Nullable(t.String({ maxLength: 80 })) });
export const SendTestBody = t.Object(
  { threadId: t.Optional(t.Integer({ minimum: 1 })) },
  { examples: [{ threadId: 12 }] },
);
export const QueuedContract = t.Object({ deliveryId: t.String() });

// ── Deliveries ──────────────────────────────────────────────────────────────────────────────────────────────────────

export const laneNames = ["service", "alert", "sequence", "broadcast"] as const;
export const LaneContract = oneOf(laneNames);
export const deliveryStates = ["queued", "sending", "sent", "failed", "unknown", "cancelled", "folded"] as const;
export const DeliveryStateContract = oneOf(deliveryStates);

export const DeliveryContract = t.Object({
  id: t.String(),
  lane: LaneContract,
  /** "edit" and "delete" change a message that was sent before; `content` is then what it became, or what it was. */
  act: oneOf(["send", "edit", "delete"] as const),
  state: DeliveryStateContract,
  chat: t.Object({ id: t.String(), name: t.String(), kind: ChatKindContract }),
  threadId: t.Nullable(t.Number()),
  content: Content,
  /** What went out instead, when this message also stood for those folded into it. */
  digest: t.Nullable(Content),
  foldedInto: t.Nullable(t.String()),
  subject: t.Nullable(t.Object({ kind: t.String(), id: t.String() })),
  attempts: t.Number(),
  telegramMessageId: t.Nullable(t.Number()),
  /** Why it failed, is unknown or was cancelled. */
  problem: t.Nullable(t.Object({ code: t.String(), message: t.String(), telegram: t.Nullable(t.String()) })),
  notBefore: t.String(),
  createdAt: t.String(),
  doneAt: t.Nullable(t.String()),
});
export const DeliveryPageContract = pageOf(DeliveryContract);
export const DeliveryParams = t.Object({ deliveryId: t.String({ pattern: "^[0-9]{1,19}$" }) });
export const DeliveryListQuery = t.Object({
  ...pageQuery,
  state: t.Optional(DeliveryStateContract),
  lane: t.Optional(LaneContract),
  chatId: t.Optional(t.String({ format: "uuid" })),
  subjectKind: t.Optional(t.String({ maxLength: 60 })),
  subjectId: t.Optional(t.String({ maxLength: 100 })),
});
export const ResendUnknownBody = t.Object({
  /** These only; without it every message of the workspace whose outcome is unknown. */
  ids: t.Optional(t.Array(t.String({ pattern: "^[0-9]{1,19}$" }), { minItems: 1, maxItems: 200 })),
});
export const CountContract = t.Object({ count: t.Number() });

export const LaneStatusContract = t.Object({
  botId: t.String(),
  queued: t.Number(),
  oldestQueuedAt: t.Nullable(t.String()),
  unknown: t.Number(),
  hasOwner: t.Boolean(),
  pausedUntil: t.Nullable(t.String()),
  pausedReason: t.Nullable(t.String()),
});
export type LaneStatus = Static<typeof LaneStatusContract>;
