import { translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { durationMs, starsAtMost } from "../domain/estimate.ts";
import { afterQuiet } from "../domain/quiet.ts";
import { startOf } from "../domain/start.ts";
import { limitsNow } from "../engine/begin.ts";
import { readinessOf } from "../engine/check.ts";
import type { Check } from "../engine-contracts.ts";
import type { BroadcastsPorts } from "../ports.ts";
import { findSettings } from "../queries.ts";
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
  const warnings = [
    ...(isPaid ? ["broadcasts.warning.paid"] : []),
    ...(afterQuiet(begins, quiet, timeZone) > begins ? ["broadcasts.warning.quiet"] : []),
    ...(settings?.attention && !row.options.isUrgent ? ["broadcasts.warning.attention"] : []),
    ...(row.options.isUrgent ? ["broadcasts.warning.urgent"] : []),
    ...(row.categoryId === null ? ["broadcasts.warning.no_category"] : []),
  ];
  return {
    problems: problems.map((one) => ({ ...one, message: t.find(one.code) ?? one.code })),
    warnings: warnings.map((code) => ({ code, message: t.find(code) ?? code })),
    reach: {
      people: reach.people,
      chats: chats.length,
      optedOut: reach.optedOut,
      unreachable: reach.unreachable,
      byBot: reach.byBot,
    },
    durationSeconds: Math.ceil(durationMs(loads, begins, quiet, timeZone) / 1000),
    starsAtMost: isPaid ? starsAtMost(loads) : null,
    startsAt: startsAt?.toISOString() ?? null,
    needsFourEyes: settings?.needsFourEyes ?? false,
    selfStop: await limitsNow(ctx, settings),
  };
}
