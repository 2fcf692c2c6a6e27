import type { ActionContext } from "@backend/kit/context.ts";
import { namesOfThings } from "../campaign-queries.ts";
import { adviceRule, adviseShares } from "../domain/advice.ts";
import { figuresOf } from "../domain/figures.ts";
import type { ShareRow } from "../domain/shares.ts";
import { findDraft } from "../flow-queries.ts";
import { pinned, rowsOfDraft } from "../flow-rows.ts";
import type { CampaignsPorts } from "../ports.ts";
import type { Advice, AdviceQuery } from "../report-contracts.ts";
import { reportDesk } from "../report-desk.ts";
import { ageOf, periodOf, questionOf, seePlace } from "../report-place.ts";
import type { FlowPlace } from "../report-queries.ts";

/** Shares that a flow's offers could have by what they earned. The rows are those of the draft, where somebody has begun one. */
export async function readAdvice(
  ctx: ActionContext<Pick<CampaignsPorts, "vault" | "trackerReports">>,
  input: AdviceQuery & { flowId: string },
): Promise<Advice> {
  const place = await seePlace(ctx, { flowId: input.flowId });
  const { from, to } = periodOf({ period: input.period ?? "7" }, ctx.now, place.timeZone);
  const by = input.by ?? "epc";
  const reading = await reportDesk.ask(ctx, place.tracker, questionOf(place, { from, to }, "offer"));
  const figures = new Map(reading.answer.rows.map(([offer, ...values]) => [offer, figuresOf(values)]));
  const rows = place.flow ? await rowsOf(ctx, place.flow) : [];
  const { obstacle, mayBeChance, rows: advised } = adviseShares(rows, figures, by);
  const names = await namesOfThings(
    ctx.db,
    place.tracker.connectionId,
    "offer",
    rows.map(({ id }) => id),
  );
  const byId = new Map(advised.map((row) => [row.id, row]));
  return {
    by,
    from,
    to,
    timeZone: place.timeZone,
    currency: place.tracker.currency,
    rule: adviceRule,
    offers: rows.map((row) => {
      const { clicks, conversions, revenue } = figures.get(row.id) ?? figuresOf();
      const { suggested = null, value = null, leftOut = null } = byId.get(row.id) ?? {};
      const name = names.get(row.id) ?? null;
      return { ...row, name, suggested, clicks, conversions, revenue, value, leftOut };
    }),
    obstacle,
    mayBeChance,
    ...ageOf(ctx, [reading]),
  };
}

async function rowsOf(ctx: ActionContext, flow: FlowPlace): Promise<ShareRow[]> {
  const draft = await findDraft(ctx.db, flow.id);
  return (draft ? rowsOfDraft(draft) : pinned(flow, flow.pins)).offers;
}
