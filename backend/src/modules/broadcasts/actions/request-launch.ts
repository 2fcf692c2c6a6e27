import type { ActionContext } from "@backend/kit/context.ts";
import { holdersOf, personRefsOf } from "@backend/modules/identity/index.ts";
import { readinessOf } from "../engine/check.ts";
import { tell } from "../engine/tell.ts";
import type { BroadcastContract } from "../engine-contracts.ts";
import { needsPerson, notADraft, notReady } from "../errors.ts";
import type { BroadcastsPorts } from "../ports.ts";
import { updateBroadcast } from "../queries.ts";
import { assertSeen, changeOwn, personOf } from "./own-broadcast.ts";

/**
 * Asks others to let a draft go: everybody else who may send hears of it, with a button to it. It must be ready; whatever is
 * changed afterwards takes the request back. Throws broadcasts.not_a_draft, broadcasts.draft_changed when it is not what the caller
 * read (who asks for what he has not seen is no second pair of eyes), and the code of the first problem in its way.
 */
export async function requestLaunch(
  outer: ActionContext<BroadcastsPorts>,
  input: { broadcastId: string; seenAt?: string },
): Promise<{ broadcast: BroadcastContract; told: number }> {
  let told = 0;
  const broadcast = await changeOwn(outer, input.broadcastId, async (ctx, row) => {
    const personId = personOf(ctx);
    if (personId === null) throw needsPerson();
    if (row.state !== "draft") throw notADraft();
    assertSeen(row, input.seenAt);
    const { problems, reach, chats } = await readinessOf(ctx, row);
    const [problem] = problems;
    if (problem) throw notReady(problem);
    const asked = await updateBroadcast(ctx.db, row.id, { requestedBy: personId, requestedAt: ctx.now });
    const others = (await holdersOf(ctx.db, row.workspaceId, "broadcasts.send")).filter((id) => id !== personId);
    const name = (await personRefsOf(ctx.db, row.workspaceId, [personId])).get(personId)?.name ?? "";
    told = await tell(ctx, asked, others, `request:${ctx.now.getTime()}`, (t) => ({
      title: t("broadcasts.news.requested", { name: row.name }),
      lines: [t("broadcasts.news.requested_by", { person: name, count: reach.people + chats.length })],
      button: t("broadcasts.news.look"),
      // Where it is read and let go: on the page where it is written a slip of the finger would take the request back.
      screen: "launch",
    }));
    return [asked, { action: "broadcast.requested" }];
  });
  return { broadcast, told };
}
