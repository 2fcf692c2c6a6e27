import { changeSubscription, findInvoice, type PaymentOutcome, payInvoice, renewSubscription } from "./cashier.ts";
import { type Conversation, type InviteLink, memberOf } from "./chats.ts";
import { detectEntities } from "./html.ts";
import { admitToChat, changeMembership, liftBan, setBlocked, tellBots } from "./membership.ts";
import type { ChatType, InlineButton, MemberStatus, TgChat, TgMessage, TgUser } from "./types.ts";
import type { Bot, Charge, Invoice, World } from "./world.ts";

export interface NewPerson {
  id?: number;
  firstName: string;
  lastName?: string;
  username?: string;
  languageCode?: string;
}

export interface NewChat {
  type: Exclude<ChatType, "private">;
  title: string;
  id?: number;
  username?: string;
  isForum?: boolean;
  /** Becomes its creator. */
  ownerId: number;
  memberIds?: readonly number[];
}

const JOIN_REQUEST_OPENS_MS = 300_000;
const FIRST_SUPERGROUP = -1_001_000_000_000;

/**
 * What people do in their Telegram: talk, press, block, invite, pay. Each deed changes the world and gives the bots
 * concerned the update they would get.
 */
export class People {
  /** `preCheckoutMs`: how long a bot has to answer a pre-checkout query; 10 000 in reality. */
  constructor(
    readonly world: World,
    readonly preCheckoutMs: number,
  ) {}

  addPerson(input: NewPerson): TgUser {
    const user: TgUser = {
      id: input.id ?? 700_000_000 + this.world.next(),
      is_bot: false,
      first_name: input.firstName,
      ...(input.lastName ? { last_name: input.lastName } : {}),
      ...(input.username ? { username: input.username } : {}),
      ...(input.languageCode ? { language_code: input.languageCode } : {}),
    };
    this.world.people.set(user.id, { user, isDeactivated: false });
    return user;
  }

  deactivate(personId: number): void {
    this.world.person(personId).isDeactivated = true;
  }

  addChat(input: NewChat): TgChat {
    const id = input.id ?? (input.type === "group" ? -5_000_000 : FIRST_SUPERGROUP) - this.world.next();
    const chat: TgChat = {
      id,
      title: input.title,
      ...(input.username ? { username: input.username } : {}),
      type: input.type,
      ...(input.isForum ? { is_forum: true } : {}),
    };
    const conversation = this.world.addGroup(chat);
    this.world.setMember(conversation, this.world.person(input.ownerId).user, "creator");
    for (const memberId of input.memberIds ?? [])
      this.world.setMember(conversation, this.world.person(memberId).user, "member");
    return chat;
  }

  /**
   * A person writes. `chatId` is a group, or a bot's id for the private chat with it. A command /start opens the
   * chat for the bot. Returns the message.
   */
  userSends(
    chatId: number,
    personId: number,
    text: string,
    options: { threadId?: number; replyTo?: number } = {},
  ): TgMessage {
    const conversation = this.#chat(chatId, personId);
    const { user } = this.world.person(personId);
    const entities = detectEntities(text);
    const reply = options.replyTo === undefined ? undefined : conversation.messages.get(options.replyTo);
    if (conversation.private) {
      if (conversation.private.isBlocked) setBlocked(this.world, this.world.bot(chatId), personId, false);
      conversation.private.isStarted = true;
    }
    const isChannel = conversation.chat.type === "channel";
    const draft = {
      ...(isChannel ? { sender_chat: conversation.chat } : { from: user }),
      ...(options.threadId ? { message_thread_id: options.threadId, is_topic_message: true } : {}),
      ...(reply ? { reply_to_message: reply } : {}),
      text,
      ...(entities.length > 0 ? { entities } : {}),
    };
    const message = this.world.post(conversation, draft, null);
    tellBots(this.world, conversation, message);
    return message;
  }

  /** Presses Start, with the payload of a deep link if there is one. */
  start(botId: number, personId: number, payload = ""): TgMessage {
    return this.userSends(botId, personId, payload ? `/start ${payload}` : "/start");
  }

  /** Allows messages from a Mini App without /start. */
  allowWriting(botId: number, personId: number): TgMessage {
    const conversation = this.#chat(botId, personId);
    if (conversation.private) conversation.private.isStarted = true;
    const draft = { from: this.world.person(personId).user, write_access_allowed: { from_request: true } };
    const message = this.world.post(conversation, draft, null);
    tellBots(this.world, conversation, message);
    return message;
  }

  /** A bot was made for `manager` to manage: it hears of it, and in the private chat with the maker if there is one. */
  tellOfManagedBot(manager: Bot, personId: number, bot: TgUser): void {
    const { user } = this.world.person(personId);
    this.world.update(manager, "managed_bot", { user, bot }, personId);
    const conversation = this.world.privateChat(manager.user.id, personId);
    if (!conversation.private?.isStarted) return;
    const message = this.world.post(conversation, { from: user, managed_bot_created: { bot } }, null);
    tellBots(this.world, conversation, message);
  }

  /** Presses a callback button under a message; the query id comes back. */
  pressButton(chatId: number, personId: number, messageId: number, data: string): string {
    const conversation = this.#chat(chatId, personId);
    const message = conversation.messages.get(messageId);
    const buttons: InlineButton[] = message?.reply_markup?.inline_keyboard?.flat() ?? [];
    if (!message || !buttons.some((button) => button.callback_data === data))
      throw new Error(`message ${messageId} has no button with the data ${data}`);
    const bot = this.#authorOf(conversation, message);
    const id = `${3_000_000_000_000 + this.world.next()}`;
    const { now } = this.world;
    this.world.callbacks.set(id, { id, botId: bot.user.id, personId, at: now(), isAnswered: false });
    const query = {
      id,
      from: this.world.person(personId).user,
      message,
      chat_instance: String(conversation.chat.id * 7919),
      data,
    };
    this.world.update(bot, "callback_query", query, personId);
    return id;
  }

  block(botId: number, personId: number): void {
    setBlocked(this.world, this.world.bot(botId), personId, true);
  }

  unblock(botId: number, personId: number): void {
    setBlocked(this.world, this.world.bot(botId), personId, false);
  }

  /** Adds a bot to a group (as a member, or with a rank) or, as an administrator, to a channel. */
  addBotToChat(
    chatId: number,
    botId: number,
    byId: number,
    rank: { status?: MemberStatus; rights?: Record<string, boolean> } = {},
  ): void {
    const conversation = this.world.group(chatId);
    const status = rank.status ?? (conversation.chat.type === "channel" ? "administrator" : "member");
    const by = this.world.person(byId).user;
    changeMembership(this.world, conversation, this.world.bot(botId).user, status, by, rank.rights);
  }

  /** Makes a bot administrator, with the usual rights unless some are named. */
  promoteBot(chatId: number, botId: number, byId: number, rights?: Record<string, boolean>): void {
    this.addBotToChat(chatId, botId, byId, { status: "administrator", rights: rights ?? {} });
  }

  /** Removes a bot: `kicked` by default, as a ban; `left` as a plain removal. */
  removeBot(chatId: number, botId: number, byId: number, status: "kicked" | "left" = "kicked"): void {
    const by = this.world.person(byId).user;
    changeMembership(this.world, this.world.group(chatId), this.world.bot(botId).user, status, by);
  }

  join(chatId: number, personId: number): void {
    admitToChat(this.world, this.world.group(chatId), this.world.person(personId).user);
  }

  leave(chatId: number, personId: number): void {
    const { user } = this.world.person(personId);
    changeMembership(this.world, this.world.group(chatId), user, "left", user);
  }

  /** Asks to join, by a link if one is named. The bot may write to the person for five minutes. */
  askToJoin(chatId: number, personId: number, inviteLink?: string): void {
    const conversation = this.world.group(chatId);
    const { user } = this.world.person(personId);
    const link = inviteLink === undefined ? undefined : conversation.invites.get(inviteLink);
    if (inviteLink !== undefined && !this.#isValid(link)) throw new Error("the invite link is not valid any more");
    liftBan(this.world, conversation, user);
    if (conversation.members.get(personId)?.status === "kicked")
      throw new Error("this person was removed from the chat");
    conversation.joinRequests.set(personId, link);
    for (const bot of this.world.bots.values()) {
      const member = conversation.members.get(bot.user.id);
      if (member?.status !== "administrator" || member.can_invite_users !== true) continue;
      const terms = this.world.privateChat(bot.user.id, personId).private;
      if (terms) terms.writableUntil = this.world.now() + JOIN_REQUEST_OPENS_MS;
      const request = {
        chat: conversation.chat,
        from: user,
        user_chat_id: personId,
        date: this.world.seconds(),
        ...(link ? { invite_link: link } : {}),
      };
      this.world.update(bot, "chat_join_request", request, chatId);
    }
  }

  /**
   * Follows an invite link, whosever it is: whoever is in sees the chat, the others ask to join or are in, as the link has it. Undefined for
   * a link that there is not.
   */
  followInvite(
    personId: number,
    inviteLink: string,
  ): { chatId: number; outcome: "inside" | "asked" | "joined" } | undefined {
    const conversation = [...this.world.groups.values()].find(({ invites }) => invites.has(inviteLink));
    const link = conversation?.invites.get(inviteLink);
    if (!conversation || !link) return undefined;
    const chatId = conversation.chat.id;
    const status = conversation.members.get(personId)?.status;
    if (status !== undefined && status !== "left" && status !== "kicked") return { chatId, outcome: "inside" };
    if (link.creates_join_request) {
      this.askToJoin(chatId, personId, inviteLink);
      return { chatId, outcome: "asked" };
    }
    if (!this.#isValid(link)) throw new Error("the invite link is not valid any more");
    this.join(chatId, personId);
    return { chatId, outcome: "joined" };
  }

  /**
   * Opens a topic and returns its id, which is that of its service message: the next free one, or a later one if it is
   * named.
   */
  makeTopic(chatId: number, name: string, byId: number, wantedId = 0): number {
    const conversation = this.world.group(chatId);
    // 1 is the General topic.
    conversation.nextMessageId = Math.max(2, conversation.nextMessageId, wantedId);
    const id = conversation.nextMessageId;
    conversation.topics.set(id, { id, name, isClosed: false, isDeleted: false });
    this.#topicMessage(conversation, id, byId, { forum_topic_created: { name, icon_color: 0x6fb9f0 } });
    return id;
  }

  closeTopic(chatId: number, topicId: number, byId: number): void {
    this.#topic(chatId, topicId).isClosed = true;
    this.#topicMessage(this.world.group(chatId), topicId, byId, { forum_topic_closed: {} });
  }

  reopenTopic(chatId: number, topicId: number, byId: number): void {
    this.#topic(chatId, topicId).isClosed = false;
    this.#topicMessage(this.world.group(chatId), topicId, byId, { forum_topic_reopened: {} });
  }

  deleteTopic(chatId: number, topicId: number): void {
    this.#topic(chatId, topicId).isDeleted = true;
  }

  deleteGroup(chatId: number): void {
    this.world.group(chatId).isDeleted = true;
  }

  /** Turns a group into a supergroup and returns the new id. Bots get both service messages. */
  migrate(chatId: number, newId = FIRST_SUPERGROUP - this.world.next()): number {
    const old = this.world.group(chatId);
    const next = this.world.addGroup({ ...old.chat, id: newId, type: "supergroup" });
    for (const [id, member] of old.members) next.members.set(id, member);
    const by = [...old.members.values()].find((member) => member.status === "creator")?.user;
    const from = by ? { from: by } : {};
    tellBots(this.world, old, this.world.post(old, { ...from, migrate_to_chat_id: newId }, null));
    old.migratedTo = newId;
    tellBots(this.world, next, this.world.post(next, { ...from, migrate_from_chat_id: chatId }, null));
    return newId;
  }

  /** The invoice behind a slug or a link. */
  invoice(slugOrLink: string): Invoice {
    return findInvoice(this.world, slugOrLink);
  }

  /** Pays: asks the bot first, and only its consent within the time limit makes a payment. */
  payInvoice(personId: number, slugOrLink: string): Promise<PaymentOutcome> {
    return payInvoice(this.world, personId, findInvoice(this.world, slugOrLink), this.preCheckoutMs);
  }

  /** A month is over and the next is charged, or cannot be: `hasStars` false. A subscription is known by its first charge. */
  renewSubscription(firstChargeId: string, hasStars = true): Charge | null {
    return renewSubscription(this.world, firstChargeId, hasStars);
  }

  /** Gives a subscription up, or takes that back. What is paid stays until its end. */
  cancelSubscription(firstChargeId: string, isCanceled = true): void {
    changeSubscription(this.world, firstChargeId, isCanceled);
  }

  #isValid(link: InviteLink | undefined): boolean {
    if (!link || link.is_revoked) return false;
    return link.expire_date === undefined || link.expire_date > this.world.seconds();
  }

  #chat(chatId: number, personId: number): Conversation {
    return this.world.bots.has(chatId) ? this.world.privateChat(chatId, personId) : this.world.group(chatId);
  }

  #authorOf(conversation: Conversation, message: TgMessage): Bot {
    const id = conversation.private?.botId ?? message.from?.id;
    const bot = id === undefined ? undefined : this.world.bots.get(id);
    if (bot) return bot;
    const inside = [...this.world.bots.values()].find((one) => conversation.members.has(one.user.id));
    if (!inside) throw new Error("no bot stands behind this message");
    return inside;
  }

  #topic(chatId: number, topicId: number) {
    const topic = this.world.group(chatId).topics.get(topicId);
    if (!topic) throw new Error(`chat ${chatId} has no topic ${topicId}`);
    return topic;
  }

  #topicMessage(conversation: Conversation, threadId: number, byId: number, part: Partial<TgMessage>): void {
    const from = this.world.person(byId).user;
    const draft = { from, message_thread_id: threadId, is_topic_message: true, ...part };
    tellBots(this.world, conversation, this.world.post(conversation, draft, null));
    this.world.chatChanged(conversation);
  }

  /** The bot's own place in a chat. */
  botMember(chatId: number, botId: number) {
    const conversation = this.world.group(chatId);
    return conversation.members.get(botId) ?? memberOf(conversation.chat, this.world.bot(botId).user, "left");
  }
}
