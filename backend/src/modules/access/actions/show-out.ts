import type { Static } from "elysia";
import { type Ctx, findGate, lookAgain, wasDone } from "../gate.ts";
import type { showOutJob } from "../jobs.ts";
import { banMs, standingOf } from "./settle-access.ts";

/**
 * The job for whoever was erased: nobody would know any more that he has to go one day, so he goes now. Nobody is told: there is nobody to
 * write to. Dying before the ban is lifted is no harm: it ends by itself.
 */
export async function showOut(ctx: Ctx, about: Static<(typeof showOutJob)["payload"]>): Promise<void> {
  const gate = await findGate(ctx, about.workspaceId, about.chatId);
  if (!gate || gate.bot.token === null) return;
  const { chatGates } = ctx.ports;
  const guest = { telegramChatId: gate.telegramChatId, telegramId: about.telegramId };
  // An administrator stays, and so does a ban by the team: ours would replace it, and be lifted.
  const standing = await standingOf(ctx, gate.bot.token, guest);
  if (standing === null) await lookAgain(ctx, gate);
  if (standing !== "in") return;
  const until = new Date(ctx.now.getTime() + banMs);
  if (!(await wasDone(chatGates.ban(gate.bot.token, { ...guest, until })))) await lookAgain(ctx, gate);
  else await wasDone(chatGates.unban(gate.bot.token, guest));
}
