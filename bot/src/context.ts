/** What a feature has at hand while it answers one update. */
import { type Translate, translator } from "@backend/i18n/index.ts";
import type { ActionContext, MemberActor } from "@backend/kit/context.ts";
import { meetTelegramUser, toTelegramUser } from "@backend/modules/identity/index.ts";
import { type ChatRow, type Content, queueDelivery } from "@backend/modules/messaging/index.ts";
import type { Context } from "grammy";
import type { BotPorts } from "./ports.ts";

/** The bot an update came to. */
export interface EdgeBot {
  id: string;
  workspaceId: string;
  telegramId: number;
  username: string;
  name: string;
}

/** What became of the update, for the inspector. `ignored` says why nothing was to do. */
export interface Outcome {
  ignored: string | null;
  facts: Record<string, unknown>;
}

/**
 * One update being read. Everything happens in the transaction of `action.db`; Telegram is told nothing from here: answers are
 * deliveries, queued with the facts that they answer.
 */
export class Edge {
  readonly outcome: Outcome = { ignored: "nothing to do", facts: {} };
  #sender: Promise<MemberActor | null> | undefined;
  #replies = 0;

  constructor(
    readonly action: ActionContext<BotPorts>,
    readonly bot: EdgeBot,
    readonly eventId: bigint,
  ) {}

  /** Whoever sent the update, as the actor that opens the app; null for other bots, channels and blocked persons. */
  sender(ctx: Context): Promise<MemberActor | null> {
    this.#sender ??= this.#meet(ctx);
    return this.#sender;
  }

  async #meet(ctx: Context): Promise<MemberActor | null> {
    const user = ctx.from && !ctx.from.is_bot ? toTelegramUser(ctx.from) : null;
    if (!user) return null;
    return meetTelegramUser(this.action, { workspaceId: this.bot.workspaceId, botId: this.bot.id, user });
  }

  /** The same action context with the sender as its actor. */
  as(actor: MemberActor): ActionContext<BotPorts> {
    return { ...this.action, actor };
  }

  /** Owes `content` to a chat: a service message, which overtakes whatever else waits there. Reading an update again owes nothing twice. */
  async reply(chat: ChatRow, content: Content, threadId?: number | null): Promise<void> {
    this.#replies += 1;
    const { id } = await queueDelivery(this.action.db, {
      workspaceId: this.bot.workspaceId,
      chatId: chat.id,
      threadId: threadId ?? null,
      lane: "service",
      content,
      subject: { kind: "update", id: String(this.eventId) },
      dedupeKey: `update:${this.eventId}:${this.#replies}`,
    });
    this.done({ deliveries: [...((this.outcome.facts.deliveries as string[] | undefined) ?? []), id] });
  }

  /** Notes what was done; the update counts as handled from then on. */
  done(facts: Record<string, unknown>): void {
    this.outcome.ignored = null;
    Object.assign(this.outcome.facts, facts);
  }

  ignore(reason: string): void {
    this.outcome.ignored = reason;
  }
}

export type BotContext = Context & { edge: Edge };

export const wordsOf = (actor: MemberActor): Translate => translator(actor.locale);
