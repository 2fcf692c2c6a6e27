/** Everything that stands in a broadcast's way, asked before its button and again when it is pressed. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { AppError, type ErrorParams } from "@backend/kit/errors.ts";
import { type AudienceAsk, listFieldKeys, type Reach } from "@backend/modules/audience/index.ts";
import { listOwnBots } from "@backend/modules/bots/index.ts";
import {
  type ChatRow,
  chatName,
  checkLetter,
  findOwnChats,
  hasFilesOf,
  lanePacesOf,
} from "@backend/modules/messaging/index.ts";
import type { Variant } from "../contracts.ts";
import { type BotLoad, paceOf } from "../domain/estimate.ts";
import { languageThatCannot } from "../domain/kind-change.ts";
import { isTooLate, nextRunOf } from "../domain/schedule.ts";
import { lastZone } from "../domain/start.ts";
import { standstill } from "../errors.ts";
import type { Broadcast } from "../queries.ts";
import { askOf, nobody, readReach } from "./audience.ts";

export interface Problem {
  code: string;
  /** What its sentence has places for. */
  params?: ErrorParams;
  /** What it is about: a bot, a chat, a language of a variant. */
  where: string | null;
}

export interface Readiness {
  problems: Problem[];
  /** Null: its segment is gone or cannot be read. */
  ask: AudienceAsk | null;
  reach: Reach;
  chats: ChatRow[];
  /** Bots of the audience and of the chats. */
  loads: (BotLoad & { botId: string })[];
}

function problemsOfLetters(variants: readonly Variant[], fields: readonly string[]): Problem[] {
  if (variants.length === 0) return [{ code: "broadcasts.problem.no_letter", where: null }];
  const problems: Problem[] = [];
  const shares = variants.reduce((sum, { share }) => sum + share, 0);
  if (shares !== 100) problems.push({ code: "broadcasts.problem.shares", where: `${shares} %` });
  for (const { key, letter } of variants) {
    const place = (language: string) => (variants.length > 1 ? `${key} · ${language}` : language);
    if (!letter.messages[letter.fallback])
      problems.push({ code: "broadcasts.problem.no_fallback", where: place(letter.fallback) });
    for (const { code, params, language, isWarning } of checkLetter(letter, { fields }))
      if (!isWarning) problems.push({ code, params, where: place(language) });
  }
  if (new Set(variants.map(({ key }) => key)).size < variants.length)
    problems.push({ code: "broadcasts.problem.same_variants", where: null });
  return problems;
}

function problemsOfPlan(broadcast: Broadcast, now: Date): Problem[] {
  const { schedule, experiment, variants } = broadcast;
  const problems: Problem[] = [];
  if (schedule.kind === "at" ? new Date(schedule.at) <= now : isTooLate(schedule, lastZone, now))
    problems.push({ code: "broadcasts.problem.time_passed", where: null });
  if (schedule.kind === "cron" && nextRunOf(schedule, now) === null)
    problems.push({ code: "sequences.plan_is_over", where: null });
  if (experiment && variants.length < 2) problems.push({ code: "broadcasts.problem.one_variant", where: null });
  const cannotMeet = variants.some(({ letter }) => variants.some((other) => languageThatCannot(letter, other.letter)));
  if (experiment?.editLosers && cannotMeet) problems.push({ code: "broadcasts.problem.losers_differ", where: null });
  if (!experiment && variants.length > 1) problems.push({ code: "broadcasts.problem.no_experiment", where: null });
  return problems;
}

async function readAudience(
  ctx: ActionContext,
  broadcast: Broadcast,
): Promise<Pick<Readiness, "ask" | "reach"> & { problem: Problem | null }> {
  const ask = await askOf(ctx, broadcast);
  if (!ask) return { ask, reach: nobody, problem: { code: "broadcasts.problem.segment_gone", where: null } };
  try {
    // On its own savepoint: a launch must still be able to write down what came of it.
    const reach = await inTransaction(ctx, (tx) => readReach(tx, ask, broadcast.botIds));
    return { ask, reach, problem: null };
  } catch (error) {
    // A rule names what is gone: the reason says which.
    if (error instanceof AppError)
      return { ask: null, reach: nobody, problem: { code: error.code, params: error.params, where: null } };
    ctx.log.warn({ err: error, broadcastId: broadcast.id }, "broadcast: the audience could not be counted");
    return { ask: null, reach: nobody, problem: { code: "broadcasts.problem.segment_unreadable", where: null } };
  }
}

/** Reads only; what a member may do is asked elsewhere. */
export async function readinessOf(ctx: ActionContext, broadcast: Broadcast): Promise<Readiness> {
  const { workspaceId } = broadcast;
  const bots = new Map((await listOwnBots(ctx.db, workspaceId)).map((bot) => [bot.id, bot]));
  const chats = await findOwnChats(ctx.db, workspaceId, broadcast.chatIds);
  const botIds = [...new Set([...broadcast.botIds, ...chats.map(({ botId }) => botId)])];
  const lanes = await lanePacesOf(ctx.db, botIds);
  const fields = (await listFieldKeys(ctx.db, workspaceId)).map(({ key }) => key);
  const problems: Problem[] = [...problemsOfLetters(broadcast.variants, fields), ...problemsOfPlan(broadcast, ctx.now)];
  for (const { key, letter } of broadcast.variants)
    if (!(await hasFilesOf(ctx.db, workspaceId, letter)))
      problems.push({ code: "letters.file_gone", where: broadcast.variants.length > 1 ? key : null });
  if (botIds.length === 0) problems.push({ code: "broadcasts.problem.no_bots", where: null });
  for (const id of botIds) {
    const bot = bots.get(id);
    const where = bot ? `@${bot.username}` : null;
    if (bot?.state !== "active") problems.push({ code: standstill.botOff, where });
    else if (lanes.get(id)?.isRefused) problems.push({ code: standstill.tokenRefused, where });
  }
  for (const chat of chats)
    if (chat.state !== "active") problems.push({ code: "broadcasts.problem.chat_lost", where: chatName(chat) });
  const { ask, reach, problem } = await readAudience(ctx, broadcast);
  if (problem) problems.push(problem);
  else if (reach.people + chats.length === 0 && botIds.length > 0)
    problems.push({ code: "broadcasts.problem.nobody", where: null });
  const people = new Map(reach.byBot.map((one) => [one.botId, one.people]));
  const loads = botIds.map((botId) => ({
    botId,
    people: (people.get(botId) ?? 0) + chats.filter((chat) => chat.botId === botId).length,
    perSecond: paceOf(broadcast.options.isPaid ?? false, lanes.get(botId)?.learnedPerSecond ?? null),
  }));
  return { problems, ask, reach, chats, loads };
}
