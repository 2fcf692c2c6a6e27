import { translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import type { ErrorParams } from "@backend/kit/errors.ts";
import { type ChatRow, chatName } from "@backend/modules/messaging/index.ts";
import { durationMs, starsAtMost } from "../domain/estimate.ts";
import { smallestVariant, winnerRule } from "../domain/experiment.ts";
import { afterQuiet } from "../domain/quiet.ts";
import { spreadMs, startOf } from "../domain/start.ts";
import { limitsNow } from "../engine/begin.ts";
import { readinessOf } from "../engine/check.ts";
import type { Check } from "../engine-contracts.ts";
import { countsAnyLink } from "../links.ts";
import type { BroadcastsPorts } from "../ports.ts";
import { type Broadcast, findSettings } from "../queries.ts";
import { ownBroadcast } from "./own-broadcast.ts";

/** What would happen if it were launched now: problems, warnings, reach, duration, price. Changes nothing. */
export async function checkBroadcast(
  ctx: ActionContext<BroadcastsPorts>,
  input: { broadcastId: string },
): Promise<Check> {
  const row = await ownBroadcast(ctx, input.broadcastId);
  const settings = await findSettings(ctx.db, row.workspaceId);
  const { problems, reach, chats, loads, ask } = await readinessOf(ctx, row);
  const t = translator(ctx.actor.locale);
  const quiet = row.options.isUrgent ? null : (settings?.quietHours ?? null);
  const timeZone = ask?.timeZone ?? "UTC";
  const startsAt = startOf(row.schedule, ctx.now);
  const begins = startsAt ?? ctx.now;
  const isPaid = row.options.isPaid ?? false;
  const warnings: { code: string; params?: ErrorParams }[] = [
    ...(isPaid ? [{ code: "broadcasts.warning.paid" }] : []),
    ...(afterQuiet(begins, quiet, timeZone) > begins ? [{ code: "broadcasts.warning.quiet" }] : []),
    ...(settings?.attention && !row.options.isUrgent ? [{ code: "broadcasts.warning.attention" }] : []),
    ...(row.options.isUrgent ? [{ code: "broadcasts.warning.urgent" }] : []),
    ...(row.categoryId === null ? [{ code: "broadcasts.warning.no_category" }] : []),
    ...doubtsOfTest(ctx, row, reach.people),
    ...twiceChosen(chats),
  ];
  return {
    problems: problems.map(({ code, params, where }) => ({ code, message: t.find(code, params) ?? code, where })),
    warnings: warnings.map(({ code, params }) => ({ code, message: t.find(code, params) ?? code })),
    reach: {
      people: reach.people,
      chats: chats.length,
      optedOut: reach.optedOut,
      unreachable: reach.unreachable,
      byBot: reach.byBot,
    },
    durationSeconds: Math.ceil(
      (durationMs(loads, begins, quiet, timeZone) + spreadMs(row.schedule, begins) + testMs(row)) / 1000,
    ),
    starsAtMost: isPaid ? starsAtMost(loads) : null,
    startsAt: startsAt?.toISOString() ?? null,
    needsFourEyes: settings?.needsFourEyes ?? false,
    selfStop: await limitsNow(ctx, settings),
  };
}

/** A group that is chosen through two bots is two chats of ours and one of Telegram's: everybody in it reads the message twice. */
const twiceChosen = (chats: readonly ChatRow[]) =>
  chats
    .filter((chat, n) => chats.findIndex(({ telegramChatId }) => telegramChatId === chat.telegramChatId) < n)
    .map((chat) => ({ code: "broadcasts.warning.chat_twice", params: { chat: chatName(chat) } }));

/** Milliseconds that those who are not in the sample wait for the decision; how long a person thinks is not known. */
function testMs({ experiment, variants }: Broadcast): number {
  const waits = experiment?.isAuto && experiment.samplePercent < 100 && variants.length > 1;
  return waits ? experiment.afterMinutes * 60_000 : 0;
}

/** Why a test of variants may end without a winner: better known before it is sent than hours later. */
function doubtsOfTest(ctx: ActionContext<BroadcastsPorts>, row: Broadcast, reached: number) {
  const { experiment, variants } = row;
  if (experiment === null || variants.length < 2) return [];
  if (!countsAnyLink(ctx, row)) return [{ code: "broadcasts.warning.nothing_counted" }];
  const count = smallestVariant(reached, experiment.samplePercent, variants);
  if (count >= winnerRule.minPeople) return [];
  return [{ code: "broadcasts.warning.small_sample", params: { count, least: winnerRule.minPeople } }];
}
