/** Shapes that cross HTTP. */
import { oneOf } from "@backend/kit/one-of.ts";
import { accessStates } from "@db/schema/access.ts";
import { type Static, t } from "elysia";
import { gateProblems } from "./domain/gate.ts";

const Id = t.String({ format: "uuid" });
const Kind = oneOf(["group", "supergroup", "channel"]);

/** What keeps a bot from keeping the door; the sentence says what to do, in the reader's language. */
const Problem = t.Nullable(t.Object({ code: oneOf(gateProblems), text: t.String() }));

const chatFields = {
  chatId: t.String(),
  name: t.String(),
  kind: Kind,
  /** Username of the bot that keeps the door. */
  bot: t.String(),
  problem: Problem,
};

/** A closed chat that a product opens. */
export const ProductChat = t.Object({
  ...chatFields,
  /** Whom we let in and who is in. */
  inside: t.Integer(),
  /** Of them, whose time is over and whom the bot could not show out yet. */
  overdue: t.Integer(),
});
export type ProductChat = Static<typeof ProductChat>;
export const ProductChatList = t.Object({ items: t.Array(ProductChat) });
export type ProductChatList = Static<typeof ProductChatList>;
export const ProductOfChatsParams = t.Object({ productId: Id });
export const ProductChatParams = t.Object({ productId: Id, chatId: Id });

/** A group or channel that a product may open, once nothing is in the way. */
export const ClosableChat = t.Object(chatFields);
export type ClosableChat = Static<typeof ClosableChat>;
export const ClosableChatList = t.Object({ items: t.Array(ClosableChat) });

/** A closed chat that the caller may enter. */
export const MyAccess = t.Object({
  chatId: t.String(),
  name: t.String(),
  kind: Kind,
  /** We let him in, and he has not been shown out since. */
  isIn: t.Boolean(),
  /** He cannot come in at the moment; the team knows. */
  isShut: t.Boolean(),
  /** Of the products that open it for him. */
  productIds: t.Array(t.String()),
});
export type MyAccess = Static<typeof MyAccess>;
export const MyAccessList = t.Object({ items: t.Array(MyAccess) });
export const MyAccessParams = t.Object({ chatId: Id });
export const AccessLink = t.Object({
  /** Opens the chat for whoever is in, and asks to join for him; of no use to others. */
  url: t.String(),
  until: t.String(),
});
export type AccessLink = Static<typeof AccessLink>;

/** A closed chat that one person may enter, or was let into, for the team. */
export const PersonAccess = t.Object({
  chatId: t.String(),
  name: t.String(),
  kind: Kind,
  /** What opens it for him now; of several what lasts longest. Null: nothing does, or he is blocked. */
  right: t.Nullable(
    t.Object({
      orderId: t.String(),
      orderNumber: t.Integer(),
      title: t.String(),
      /** Null = without an end. */
      endsAt: t.Nullable(t.String()),
    }),
  ),
  /** `invited` is also whoever has not asked for a link yet. */
  state: oneOf(accessStates),
  /** Until when a link works that he was given; null = he has none. */
  linkUntil: t.Nullable(t.String()),
  joinedAt: t.Nullable(t.String()),
  endedAt: t.Nullable(t.String()),
  /** His time is over, and he is in still. */
  isOverdue: t.Boolean(),
});
export type PersonAccess = Static<typeof PersonAccess>;
export const PersonAccessList = t.Object({ items: t.Array(PersonAccess) });
export const PersonParams = t.Object({ personId: Id });
