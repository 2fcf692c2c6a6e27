import type { ActionContext } from "@backend/kit/context.ts";
import { timeZoneOfWorkspace } from "@backend/modules/identity/index.ts";
import type { BotStatistics, BotsPeople } from "../bot-statistics-contracts.ts";
import { countBotDays, countPeople, type PeopleRow } from "../bot-statistics-queries.ts";
import { botNotFound } from "../errors.ts";

const peopleOf = ({ active, lost, unreachable }: PeopleRow) => ({ active, lost, unreachable });

/** How many people each bot of the workspace reaches. */
export async function readBotsPeople(ctx: ActionContext): Promise<BotsPeople> {
  const rows = await countPeople(ctx.db, ctx.actor.workspaceId, null);
  return { items: rows.map((row) => ({ botId: row.botId, people: peopleOf(row) })) };
}

/** One bot's thirty days. Throws reports.bot_not_found. */
export async function readBotStatistics(ctx: ActionContext, input: { botId: string }): Promise<BotStatistics> {
  const { workspaceId } = ctx.actor;
  const [row] = await countPeople(ctx.db, workspaceId, input.botId);
  if (!row) throw botNotFound();
  const timeZone = await timeZoneOfWorkspace(ctx.db, workspaceId);
  const days = await countBotDays(ctx.db, { workspaceId, botId: row.botId }, { now: ctx.now, timeZone });
  const totals = { joined: 0, lost: 0, sent: 0, failed: 0, unknown: 0, clicks: 0 };
  for (const day of days) for (const name of Object.keys(totals) as (keyof typeof totals)[]) totals[name] += day[name];
  return { people: peopleOf(row), days, totals };
}
