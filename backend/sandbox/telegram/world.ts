import { type Conversation, memberOf, newConversation } from "./chats.ts";
import { badRequest, forbidden } from "./errors.ts";
import { type FaultScript, seededRandom } from "./faults.ts";
import { Journal } from "./journal.ts";
import { BotMeter, type Limits } from "./limits.ts";
import type { TgChat, TgInvoice, TgMessage, TgUser, UpdateType } from "./types.ts";
import { UpdateQueue } from "./updates.ts";
import type { WebhookDelivery } from "./webhooks.ts";

export interface Person {
  user: TgUser;
  isDeactivated: boolean;
}

export interface AcceptedMessage {
  chatId: number;
  threadId: number | undefined;
  messageId: number;
  /** Text or caption as people see it. */
  text: string;
  method: string;
  /** Parameters as they came. */
  payload: Readonly<Record<string, unknown>>;
  /** Milliseconds of the stand-in's clock. */
  at: number;
}

export interface Bot {
  token: string;
  user: TgUser;
  canJoinGroups: boolean;
  /** Privacy mode is off: it hears everything in groups. */
  hearsEverything: boolean;
  hasMainApp: boolean;
  /** Bot Management Mode is on in @BotFather. */
  canManageBots: boolean;
  /** The bot that may ask for this one's token, and the person who made it. */
  managedBy?: { botId: number; personId: number };
  isRevoked: boolean;
  queue: UpdateQueue;
  webhook: WebhookDelivery;
  meter: BotMeter;
  accepted: AcceptedMessage[];
  /** Texts and commands by language code; "" is the fallback. */
  names: Map<string, string>;
  /** When the name was changed, in any language. */
  renamedAt: number[];
  descriptions: Map<string, string>;
  shortDescriptions: Map<string, string>;
  commands: Map<string, { command: string; description: string }[]>;
  /** Menu buttons by chat id; "" is the default one. */
  menuButtons: Map<string, MenuButton>;
  settingsChangedAt: number;
}

export type MenuButton =
  | { type: "default" }
  | { type: "commands" }
  | { type: "web_app"; text: string; web_app: { url: string } };

export interface CallbackQuery {
  id: string;
  botId: number;
  personId: number;
  at: number;
  isAnswered: boolean;
}

export interface Invoice extends TgInvoice {
  slug: string;
  botId: number;
  payload: string;
  /** Where the invoice message stands, unless it is a link. */
  chatId?: number;
  messageId?: number;
  subscriptionPeriod?: number;
}

export interface Charge {
  id: string;
  botId: number;
  personId: number;
  invoice: Invoice;
  isRefunded: boolean;
}

/** A subscription, known by the charge that began it. */
export interface Subscription {
  first: Charge;
  /** Unix seconds. */
  paidUntil: number;
  /** By the person; he may take it back until it ends. */
  isCanceled: boolean;
  /** By the bot, after which the person cannot renew it. */
  isStopped: boolean;
}

/** A line of a bot's account of Stars, as getStarTransactions shows it. */
export interface StarLine {
  id: string;
  amount: number;
  date: number;
  source?: Record<string, unknown>;
  receiver?: Record<string, unknown>;
}

export interface PreCheckout {
  botId: number;
  settle: (outcome: { isOk: boolean; errorMessage?: string }) => void;
}

/** Everything the stand-in knows, and the ways to look it up. */
export class World {
  readonly bots = new Map<number, Bot>();
  readonly people = new Map<number, Person>();
  readonly groups = new Map<number, Conversation>();
  readonly privates = new Map<string, Conversation>();
  readonly callbacks = new Map<string, CallbackQuery>();
  readonly invoices = new Map<string, Invoice>();
  readonly charges = new Map<string, Charge>();
  readonly subscriptions = new Map<string, Subscription>();
  /** Of each bot, oldest first. */
  readonly starLines = new Map<number, StarLine[]>();
  readonly preCheckouts = new Map<string, PreCheckout>();
  /** Messages sent without a sound; the message itself does not say so. */
  readonly silent = new WeakSet<TgMessage>();
  readonly journal = new Journal();
  readonly random: () => number;
  readonly #botsByToken = new Map<string, Bot>();
  #sequence = 0;

  constructor(
    readonly now: () => number,
    readonly limits: Limits,
    readonly faults: FaultScript,
    seed: number,
    /** Where update ids begin; drawn from the seed when left out. */
    readonly firstUpdateId?: number,
  ) {
    this.random = seededRandom(seed);
  }

  /** Unix seconds. */
  seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  /** A number never given before in this world. */
  next(): number {
    return ++this.#sequence;
  }

  botByToken(token: string): Bot | undefined {
    const bot = this.#botsByToken.get(token);
    return bot && !bot.isRevoked ? bot : undefined;
  }

  bot(id: number): Bot {
    const bot = this.bots.get(id);
    if (!bot) throw new Error(`the stand-in has no bot ${id}`);
    return bot;
  }

  person(id: number): Person {
    const person = this.people.get(id);
    if (!person) throw new Error(`the stand-in has no person ${id}`);
    return person;
  }

  group(id: number): Conversation {
    const found = this.groups.get(id);
    if (!found) throw new Error(`the stand-in has no chat ${id}`);
    return found;
  }

  rememberToken(bot: Bot): void {
    this.#botsByToken.set(bot.token, bot);
    this.bots.set(bot.user.id, bot);
  }

  newMeter(): BotMeter {
    return new BotMeter(this.limits);
  }

  newQueue(): UpdateQueue {
    return new UpdateQueue(this.firstUpdateId ?? 10_000 + Math.floor(this.random() * 1_000_000), this.now);
  }

  /** The private chat of a bot and a person, made on first use. */
  privateChat(botId: number, personId: number): Conversation {
    const key = `${botId}:${personId}`;
    let found = this.privates.get(key);
    if (!found) {
      found = newConversation(privateChatOf(this.person(personId).user));
      found.private = { botId, isStarted: false, isBlocked: false, writableUntil: 0 };
      this.privates.set(key, found);
    }
    return found;
  }

  /** The chat a call names by id or @username. Throws the error of the real server when there is none. */
  chatFor(bot: Bot, chatId: string): Conversation {
    if (chatId === "") throw badRequest("chat_id is empty");
    if (chatId.startsWith("@")) {
      const wanted = chatId.slice(1).toLowerCase();
      for (const group of this.groups.values()) if (group.chat.username?.toLowerCase() === wanted) return group;
      throw badRequest("chat not found");
    }
    const id = Number(chatId);
    if (!Number.isSafeInteger(id) || id === 0) throw badRequest("chat not found");
    if (id < 0) {
      const group = this.groups.get(id);
      if (!group) throw badRequest("chat not found");
      return group;
    }
    if (this.bots.has(id)) throw forbidden("the bot can't send messages to the bot");
    if (!this.people.has(id)) throw badRequest("chat not found");
    return this.privateChat(bot.user.id, id);
  }

  /** Stores a message and tells watchers. Does not create updates: bots do not hear themselves. */
  post(
    conversation: Conversation,
    draft: Omit<TgMessage, "message_id" | "chat" | "date">,
    botId: number | null,
  ): TgMessage {
    const message: TgMessage = {
      message_id: conversation.nextMessageId++,
      chat: conversation.chat,
      date: this.seconds(),
      ...draft,
    };
    conversation.messages.set(message.message_id, message);
    return this.#announce(conversation, message, botId, false);
  }

  /** The same for a bot's message, which may be silent. */
  postFromBot(
    conversation: Conversation,
    draft: Omit<TgMessage, "message_id" | "chat" | "date">,
    bot: Bot,
    isSilent: boolean,
  ): TgMessage {
    const isChannel = conversation.chat.type === "channel";
    const message: TgMessage = {
      message_id: conversation.nextMessageId++,
      ...(isChannel ? { sender_chat: conversation.chat } : { from: bot.user }),
      chat: conversation.chat,
      date: this.seconds(),
      ...draft,
    };
    conversation.messages.set(message.message_id, message);
    if (isSilent) this.silent.add(message);
    return this.#announce(conversation, message, bot.user.id, isSilent);
  }

  #announce(conversation: Conversation, message: TgMessage, botId: number | null, isSilent: boolean): TgMessage {
    const chatId = conversation.chat.id;
    this.journal.publish({ kind: "message-sent", botId, chatId, isSilent, message, ...personOf(conversation) });
    return message;
  }

  /** Queues an update and tells watchers. */
  update(bot: Bot, type: UpdateType, payload: unknown, lane: string | number): void {
    const id = bot.queue.push(type, payload, String(lane));
    if (id === undefined) return;
    this.journal.publish({
      kind: "update-queued",
      botId: bot.user.id,
      update: { update_id: id, [type]: payload } as never,
    });
  }

  chatChanged(conversation: Conversation): void {
    this.journal.publish({
      kind: "chat-changed",
      chat: conversation.chat,
      botId: conversation.private?.botId ?? null,
      ...personOf(conversation),
    });
  }

  /** Makes a group or channel with these members. */
  addGroup(chat: TgChat): Conversation {
    const conversation = newConversation(chat);
    this.groups.set(chat.id, conversation);
    return conversation;
  }

  setMember(
    conversation: Conversation,
    user: TgUser,
    status: Parameters<typeof memberOf>[2],
    rights?: Record<string, boolean>,
  ) {
    const before = conversation.members.get(user.id) ?? memberOf(conversation.chat, user, "left");
    const after = memberOf(conversation.chat, user, status, rights);
    conversation.members.set(user.id, after);
    this.journal.publish({ kind: "member-changed", chat: conversation.chat, member: after });
    return { before, after };
  }
}

/** Who a private chat belongs to, as the journal names it. */
export function personOf(conversation: Conversation): { personId?: number } {
  return conversation.private ? { personId: conversation.chat.id } : {};
}

function privateChatOf(user: TgUser): TgChat {
  return {
    id: user.id,
    first_name: user.first_name,
    ...(user.last_name ? { last_name: user.last_name } : {}),
    ...(user.username ? { username: user.username } : {}),
    type: "private",
  };
}
