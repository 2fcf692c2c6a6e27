import type { Conversation } from "../telegram/chats.ts";
import type { StandInEvent, TelegramStandIn, TgMessage } from "../telegram/index.ts";
import type { Bot } from "../telegram/world.ts";
import type { BotCard, ChatSummary, Language, LiveEvent, PersonCard, ShownMessage } from "./contracts.ts";

/** What a message is in one line of the chat list. */
export function summaryOf(message: TgMessage): string {
  const text = message.text ?? message.caption;
  if (text) return text.replaceAll(/\s+/g, " ").slice(0, 120);
  if (message.photo) return "🖼";
  if (message.video) return "🎬";
  if (message.document) return `📎 ${message.document.file_name ?? ""}`;
  if (message.invoice) return `🧾 ${message.invoice.title}`;
  if (message.successful_payment) return `⭐ ${message.successful_payment.total_amount}`;
  if (message.refunded_payment) return `↩ ⭐ ${message.refunded_payment.total_amount}`;
  if (message.forum_topic_created) return `# ${message.forum_topic_created.name}`;
  return "…";
}

const isInside = (status: string | undefined): boolean =>
  status !== undefined && status !== "left" && status !== "kicked";

/** What one person sees of the stand-in's world. */
export class PersonView {
  constructor(readonly telegram: TelegramStandIn) {}

  person(id: number, role: string | null): PersonCard {
    const { user } = this.telegram.world.person(id);
    const languageCode = (["ru", "uk"].includes(user.language_code ?? "") ? user.language_code : "en") as Language;
    const name = [user.first_name, user.last_name].filter(Boolean).join(" ");
    return { id, name, username: user.username ?? null, languageCode, role };
  }

  bot(bot: Bot, languageCode: string, personId: number): BotCard {
    const inLanguage = <Value>(map: Map<string, Value>) => map.get(languageCode) ?? map.get("");
    const menu = bot.menuButtons.get(String(personId)) ?? bot.menuButtons.get("");
    const scopes = ["all_private_chats", "default"].flatMap((scope) => [`${scope}|${languageCode}`, `${scope}|`]);
    const commands = scopes.map((scope) => bot.commands.get(scope)).find((list) => list !== undefined) ?? [];
    return {
      id: bot.user.id,
      name: inLanguage(bot.names) || bot.user.first_name,
      username: bot.user.username ?? "",
      description: inLanguage(bot.descriptions) ?? "",
      commands,
      menuButton: menu?.type === "web_app" ? { text: menu.text, url: menu.web_app.url } : null,
    };
  }

  /** The private chats with every bot, then groups and channels the person is in; the liveliest first. */
  chats(personId: number): ChatSummary[] {
    const { world } = this.telegram;
    const privates = [...world.bots.values()].map((bot) =>
      this.#summary(world.privateChat(bot.user.id, personId), personId, bot),
    );
    const groups = [...world.groups.values()]
      .filter((group) => isInside(group.members.get(personId)?.status) && group.migratedTo === undefined)
      .map((group) => this.#summary(group, personId));
    return [...privates, ...groups].sort((a, b) => (b.last?.date ?? 0) - (a.last?.date ?? 0));
  }

  /** The chat a person names by its id in the list; undefined when they are not in it. */
  conversation(personId: number, chatId: number): Conversation | undefined {
    const { world } = this.telegram;
    if (world.bots.has(chatId)) return world.privateChat(chatId, personId);
    const group = world.groups.get(chatId);
    return group && isInside(group.members.get(personId)?.status) ? group : undefined;
  }

  messages(conversation: Conversation, limit = 200): ShownMessage[] {
    return [...conversation.messages.values()].slice(-limit).map((message) => {
      const invoiceSlug = message.invoice ? this.#invoiceOf(conversation.chat.id, message.message_id) : undefined;
      const isSilent = this.telegram.world.silent.has(message);
      return { ...message, isSilent, ...(invoiceSlug ? { invoiceSlug } : {}) };
    });
  }

  /** An event as this person's page hears it; undefined when it is none of their business. */
  liveEvent(personId: number, event: StandInEvent): LiveEvent | undefined {
    switch (event.kind) {
      case "callback-answered": {
        if (event.personId !== personId) return undefined;
        const { text, showAlert, url } = event;
        return { kind: "answer", text, showAlert, url: url ?? null };
      }
      case "bot-changed":
        return { kind: "bot" };
      case "member-changed":
        return { kind: "chat", chatId: event.chat.id };
      case "message-sent":
      case "message-edited":
      case "message-deleted":
        return this.#chatEvent(personId, event.chatId, event.personId, this.#privateBot(event));
      case "chat-changed":
        return this.#chatEvent(personId, event.chat.id, event.personId, event.botId);
      case "update-queued":
      case "invoice-changed":
        return undefined;
      default:
        return event satisfies never;
    }
  }

  #privateBot(event: StandInEvent): number | null {
    return "botId" in event ? (event.botId ?? null) : null;
  }

  /** A private chat is listed under its bot; when the event does not name the bot, the page looks at all of them. */
  #chatEvent(
    personId: number,
    chatId: number,
    ownerId: number | undefined,
    botId: number | null,
  ): LiveEvent | undefined {
    if (ownerId === undefined) return { kind: "chat", chatId };
    return ownerId === personId ? { kind: "chat", chatId: botId ?? 0 } : undefined;
  }

  #invoiceOf(chatId: number, messageId: number): string | undefined {
    for (const invoice of this.telegram.world.invoices.values())
      if (invoice.chatId === chatId && invoice.messageId === messageId) return invoice.slug;
    return undefined;
  }

  #summary(conversation: Conversation, personId: number, bot?: Bot): ChatSummary {
    const last = [...conversation.messages.values()].at(-1);
    const { chat } = conversation;
    const status = conversation.members.get(personId)?.status;
    const isChannel = chat.type === "channel";
    return {
      id: bot?.user.id ?? chat.id,
      type: chat.type,
      title: bot ? bot.user.first_name : (chat.title ?? ""),
      isForum: chat.is_forum === true,
      topics: [...conversation.topics.values()]
        .filter((topic) => !topic.isDeleted)
        .map(({ id, name, isClosed }) => ({ id, name, isClosed })),
      isStarted: conversation.private?.isStarted ?? true,
      isBlocked: conversation.private?.isBlocked ?? false,
      canWrite: !isChannel || status === "creator" || status === "administrator",
      last: last ? { text: summaryOf(last), date: last.date } : null,
    };
  }
}
