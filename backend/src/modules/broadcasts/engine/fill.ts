/** Filling ahead of a bot's lane: recipients, their messages and the checkpoint are one transaction, so a kill doubles nothing. */
import type { ActionContext } from "@backend/kit/context.ts";
import type { Logger } from "@backend/kit/log.ts";
import {
  type AudienceAsk,
  type AudienceMember,
  stillInAudience,
  walkAudience,
} from "@backend/modules/audience/index.ts";
import { isTimeZone } from "@backend/modules/identity/index.ts";
import {
  type ChatRow,
  type Content,
  findOwnChats,
  type NewDelivery,
  queueDeliveries,
  type Reader,
  renderLetter,
} from "@backend/modules/messaging/index.ts";
import { batchRows, roomFor } from "../domain/ahead.ts";
import { variantOf } from "../domain/experiment.ts";
import type { QuietHours } from "../domain/quiet.ts";
import { isTooLate } from "../domain/schedule.ts";
import { dueFor } from "../domain/start.ts";
import { skipReasons } from "../errors.ts";
import { type Linker, linkerOf } from "../links.ts";
import type { BroadcastsPorts } from "../ports.ts";
import { type Broadcast, findBot, moveCheckpoint } from "../queries.ts";
import {
  type AttentionLimit,
  count,
  type Due,
  decidePlanned,
  insertRecipients,
  listDuePlanned,
  listKnownChats,
  listWeary,
  lockAttention,
  type NewRecipient,
  takeRecipientIds,
} from "../recipients-queries.ts";
import { sampleOf } from "./audience.ts";

/** What holds for every recipient of one pass. */
export interface FillFrame {
  ask: AudienceAsk;
  bots: ReadonlyMap<string, { username: string; name: string }>;
  /** Null for urgent broadcasts. */
  quiet: QuietHours | null;
  attention: AttentionLimit | null;
}

/** Whoever a message may go to now, before it is known whether it does. */
interface Candidate {
  recipientId: bigint;
  chatId: string;
  telegramId: number | null;
  variant: number;
  timeZone: string | null;
  reader: Reader;
}

type Verdict =
  | { state: "queued"; deliveryId: bigint }
  | { state: "skipped"; reason: string }
  | { state: "planned"; dueAt: Date };

/** Moments per zone, since most recipients of a batch share a few. */
function dueDates(broadcast: Broadcast, frame: FillFrame, now: Date): (timeZone: string | null) => Date | null {
  const known = new Map<string | null, Date | null>();
  return (own) => {
    const found = known.get(own);
    if (found !== undefined) return found;
    // A zone that nobody knows must not hold up everybody behind it.
    const timeZone = own !== null && isTimeZone(own) ? own : frame.ask.timeZone;
    const at = dueFor(broadcast.schedule, frame.quiet, timeZone, now);
    const due = at > now ? at : null;
    known.set(own, due);
    return due;
  };
}

const readerOf = (member: AudienceMember, bot: Reader["bot"]): Reader => ({
  language: member.language,
  firstName: member.firstName,
  lastName: member.lastName,
  username: member.username,
  fields: member.fields,
  source: member.source,
  bot,
});

const readerOfChat = (chat: ChatRow, bot: Reader["bot"]): Reader => ({
  language: chat.locale,
  firstName: null,
  lastName: null,
  username: null,
  fields: {},
  source: null,
  bot,
});

interface Judged {
  isOptedOut: boolean;
  isTooLate?: boolean;
}

export class Filler {
  readonly #dueOf: (timeZone: string | null) => Date | null;

  constructor(
    readonly broadcast: Broadcast,
    readonly frame: FillFrame,
    readonly linker: Linker,
    readonly log: Logger,
  ) {
    this.#dueOf = dueDates(broadcast, frame, frame.ask.now);
  }

  /** One batch for one bot, in the transaction that holds the broadcast's lock. True when there is room and audience for another. */
  async fill(ctx: ActionContext, botId: string, perSecond: number): Promise<boolean> {
    const { broadcast } = this;
    const bot = await findBot(ctx.db, broadcast.id, botId);
    const room = bot ? roomFor(perSecond, bot.queued) : 0;
    const batch = Math.min(batchRows, room);
    if (!bot || batch === 0) return false;
    if (this.frame.attention) await lockAttention(ctx.db, broadcast.workspaceId);
    const due = await listDuePlanned(ctx.db, { broadcastId: broadcast.id, botId, now: ctx.now, limit: batch });
    let queued = due.length > 0 ? await this.#decideDue(ctx, botId, due) : 0;
    const limit = batch - due.length;
    if (limit === 0) return queued < room;
    if (bot.isWalked) return false;
    const members = await walkAudience(ctx.db, {
      ...this.frame.ask,
      botId,
      afterId: bot.checkpoint,
      ceiling: bot.ceiling,
      limit,
      where: sampleOf(broadcast),
    });
    queued += await this.#take(ctx, botId, members);
    const isWalked = members.length < limit;
    const checkpoint = isWalked ? bot.ceiling : (members.at(-1)?.id ?? bot.ceiling);
    await moveCheckpoint(ctx.db, bot, { checkpoint, isWalked });
    return !isWalked && queued < room;
  }

  /**
   * Met for the first time after the day was over where he is. Who was planned in time is not asked again: quiet hours and pauses
   * put him off, and the rest of an experiment comes when it comes.
   */
  #isTooLate(own: string | null): boolean {
    const { schedule, phase } = this.broadcast;
    const timeZone = own !== null && isTimeZone(own) ? own : this.frame.ask.timeZone;
    return phase === 1 && isTooLate(schedule, timeZone, this.frame.ask.now);
  }

  /** New recipients of the walk; answers with how many were queued. */
  async #take(ctx: ActionContext, botId: string, members: readonly AudienceMember[]): Promise<number> {
    const { broadcast } = this;
    // A chat chosen by itself may be a subscriber's too; the constraint says once, and so do we before it has to.
    const known = await listKnownChats(
      ctx.db,
      broadcast.id,
      members.map(({ chatId }) => chatId),
    );
    const fresh = members.filter(({ chatId }) => !known.has(chatId));
    if (fresh.length === 0) return 0;
    const ids = await takeRecipientIds(ctx.db, fresh.length);
    const candidates = fresh.map((member, n): Candidate & Judged & { member: AudienceMember } => ({
      recipientId: ids[n] ?? 0n,
      chatId: member.chatId,
      telegramId: member.telegramId,
      variant: this.#variantOf(member.id),
      timeZone: member.timeZone,
      reader: readerOf(member, this.#bot(botId)),
      isOptedOut: member.isOptedOut,
      isTooLate: this.#isTooLate(member.timeZone),
      member,
    }));
    const verdicts = await this.#judge(ctx, candidates);
    const rows = candidates.map(({ recipientId, chatId, telegramId, variant, member }): NewRecipient => {
      const verdict = verdicts.get(recipientId);
      return {
        id: recipientId,
        chatId,
        subscriberId: member.id,
        telegramId,
        variant,
        language: member.language,
        state: verdict?.state ?? "skipped",
        reason: verdict?.state === "skipped" ? verdict.reason : null,
        dueAt: verdict?.state === "planned" ? verdict.dueAt : null,
        deliveryId: verdict?.state === "queued" ? verdict.deliveryId : null,
      };
    });
    await insertRecipients(
      ctx.db,
      { broadcastId: broadcast.id, workspaceId: broadcast.workspaceId, botId, now: ctx.now },
      rows,
    );
    return this.#count(ctx, botId, 0, [...verdicts.values()]);
  }

  /** Planned ones, whose time has come: who has left, refuses by now or cannot be written to gets nothing. As `#take`. */
  async #decideDue(ctx: ActionContext, botId: string, due: readonly Due[]): Promise<number> {
    const { broadcast } = this;
    const members = await stillInAudience(
      ctx.db,
      this.frame.ask,
      due.flatMap(({ subscriberId }) => (subscriberId === null ? [] : [subscriberId])),
    );
    const groups = await findOwnChats(
      ctx.db,
      broadcast.workspaceId,
      due.flatMap(({ subscriberId, chatId }) => (subscriberId === null ? [chatId] : [])),
    );
    const chats = new Map(groups.map((chat) => [chat.id, chat]));
    const verdicts = new Map<bigint, Verdict>();
    const candidates: (Candidate & Judged)[] = [];
    const bot = this.#bot(botId);
    for (const one of due) {
      const { id: recipientId, chatId, telegramId, variant } = one;
      const common = { recipientId, chatId, telegramId, variant };
      const member = one.subscriberId === null ? undefined : members.get(one.subscriberId);
      const chat = one.subscriberId === null ? chats.get(chatId) : undefined;
      if (member)
        candidates.push({
          ...common,
          timeZone: member.timeZone,
          reader: readerOf(member, bot),
          isOptedOut: member.isOptedOut,
        });
      else if (chat?.state === "active")
        candidates.push({ ...common, timeZone: null, reader: readerOfChat(chat, bot), isOptedOut: false });
      else
        verdicts.set(recipientId, {
          state: "skipped",
          reason: chat
            ? `messaging.failed.chat_${chat.state}`
            : one.subscriberId === null
              ? skipReasons.gone
              : skipReasons.left,
        });
    }
    for (const [id, verdict] of await this.#judge(ctx, candidates)) verdicts.set(id, verdict);
    const languages = new Map(candidates.map(({ recipientId, reader }) => [recipientId, reader.language]));
    await decidePlanned(
      ctx.db,
      ctx.now,
      [...verdicts].map(([id, verdict]) => ({
        id,
        language: languages.get(id) ?? null,
        state: verdict.state,
        reason: verdict.state === "skipped" ? verdict.reason : null,
        dueAt: verdict.state === "planned" ? verdict.dueAt : null,
        deliveryId: verdict.state === "queued" ? verdict.deliveryId : null,
      })),
    );
    return this.#count(ctx, botId, due.length, [...verdicts.values()]);
  }

  /** Who gets it now, who later and who not; messages of the first are queued. */
  async #judge(ctx: ActionContext, candidates: readonly (Candidate & Judged)[]): Promise<Map<bigint, Verdict>> {
    const verdicts = new Map<bigint, Verdict>();
    const ready: Candidate[] = [];
    for (const candidate of candidates) {
      const dueAt = candidate.isOptedOut ? null : this.#dueOf(candidate.timeZone);
      if (candidate.isOptedOut) verdicts.set(candidate.recipientId, { state: "skipped", reason: skipReasons.optedOut });
      else if (candidate.isTooLate)
        verdicts.set(candidate.recipientId, { state: "skipped", reason: skipReasons.tooLate });
      else if (dueAt) verdicts.set(candidate.recipientId, { state: "planned", dueAt });
      else ready.push(candidate);
    }
    const weary = await this.#weary(ctx, ready);
    const messages: { candidate: Candidate; content: Content }[] = [];
    for (const candidate of ready) {
      const content = weary.has(candidate.telegramId) ? null : this.#render(candidate);
      if (content) messages.push({ candidate, content });
      else
        verdicts.set(candidate.recipientId, {
          state: "skipped",
          reason: weary.has(candidate.telegramId) ? skipReasons.attention : skipReasons.unreadable,
        });
    }
    const queued = await queueDeliveries(
      ctx.db,
      messages.map(({ candidate, content }) => this.#delivery(candidate, content)),
    );
    for (const [n, { candidate }] of messages.entries()) {
      const id = queued[n]?.id ?? null;
      verdicts.set(
        candidate.recipientId,
        id === null ? { state: "skipped", reason: skipReasons.gone } : { state: "queued", deliveryId: BigInt(id) },
      );
    }
    return verdicts;
  }

  /** Humans who have had as many messages lately as one may get. */
  async #weary(ctx: ActionContext, candidates: readonly Candidate[]): Promise<ReadonlySet<number | null>> {
    const { attention } = this.frame;
    if (!attention) return new Set();
    const humans = candidates.flatMap(({ telegramId }) => (telegramId === null ? [] : [telegramId]));
    return new Set((await listWeary(ctx.db, this.broadcast.workspaceId, humans, attention, ctx.now)).keys());
  }

  #variantOf(id: number): number {
    const { variants, winner, phase, seed } = this.broadcast;
    const won = phase === 2 ? variants.findIndex(({ key }) => key === winner) : -1;
    return won >= 0 ? won : variantOf(seed, id, variants);
  }

  /** Null where a letter cannot be put into words for this reader: one odd value must not hold up the others. */
  #render({ reader, variant, recipientId }: Candidate): Content | null {
    const letter = (this.broadcast.variants[variant] ?? this.broadcast.variants[0])?.letter;
    if (!letter) return null;
    try {
      return this.linker(renderLetter(letter, reader), recipientId);
    } catch (error) {
      this.log.warn({ err: error, broadcastId: this.broadcast.id }, "broadcast: a letter could not be rendered");
      return null;
    }
  }

  #delivery(candidate: Candidate, content: Content): NewDelivery {
    const { id, workspaceId, options } = this.broadcast;
    return {
      workspaceId,
      chatId: candidate.chatId,
      lane: "broadcast",
      content,
      subject: { kind: "broadcast", id },
      isPaid: options.isPaid ?? false,
    };
  }

  #bot = (botId: string): Reader["bot"] => this.frame.bots.get(botId) ?? { username: "", name: "" };

  async #count(ctx: ActionContext, botId: string, fromPlanned: number, verdicts: readonly Verdict[]): Promise<number> {
    const moves = { planned: -fromPlanned, queued: 0, skipped: 0 };
    for (const { state } of verdicts) moves[state]++;
    await count(ctx.db, this.broadcast.id, [{ botId, moves }]);
    return moves.queued;
  }
}

export async function fillerOf(
  ctx: ActionContext<BroadcastsPorts>,
  broadcast: Broadcast,
  frame: FillFrame,
): Promise<Filler> {
  return new Filler(broadcast, frame, await linkerOf(ctx, broadcast.id), ctx.log);
}
