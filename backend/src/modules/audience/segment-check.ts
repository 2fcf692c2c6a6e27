/** Whether a condition can be used as the workspace is now: what its rules name may have been deleted since. */
import { listOwnBots } from "@backend/modules/bots/index.ts";
import type { Db } from "@db/client.ts";
import { listOwnFields, ownTagIds } from "./catalog-queries.ts";
import { type Condition, checkCondition, type Known, type Problem, rulesOf } from "./domain/segment.ts";
import { conditionBroken } from "./segment-errors.ts";
import { broadcastFacts } from "./segment-facts.ts";

/** What the workspace still has of what these rules name. Nothing is asked of the database that no rule is about. */
async function knownTo(db: Db, workspaceId: string, conditions: readonly Condition[]): Promise<Known> {
  const tags = new Set<number>();
  const broadcasts = new Set<string>();
  let namesBots = false;
  let namesFields = false;
  for (const rule of conditions.flatMap(rulesOf)) {
    if (rule.kind === "tag") for (const id of rule.values) tags.add(id);
    if (rule.kind === "broadcast") broadcasts.add(rule.broadcastId);
    if (rule.kind === "bot") namesBots = true;
    if (rule.kind === "field") namesFields = true;
  }
  return {
    bots: new Set(namesBots ? (await listOwnBots(db, workspaceId)).map(({ id }) => id) : []),
    tags: await ownTagIds(db, workspaceId, [...tags]),
    fields: new Map(
      namesFields ? (await listOwnFields(db, workspaceId)).map(({ key, kind }) => [key, kind] as const) : [],
    ),
    broadcasts: new Set(
      broadcasts.size > 0 ? await broadcastFacts().findExisting(db, workspaceId, [...broadcasts]) : [],
    ),
  };
}

/** Problems of each condition, in their order. */
export async function findProblems(
  db: Db,
  workspaceId: string,
  conditions: readonly Condition[],
): Promise<Problem[][]> {
  const known = await knownTo(db, workspaceId, conditions);
  return conditions.map((condition) => checkCondition(condition, known));
}

/**
 * Refuses a condition that cannot mean what it says: its rules name a tag, field, bot or broadcast that is gone, or that never was
 * the workspace's. The refusal's code is the key of the reason, `path` says where.
 */
export async function assertUsable(db: Db, workspaceId: string, condition: Condition | null): Promise<void> {
  if (condition === null) return;
  const [[problem] = []] = await findProblems(db, workspaceId, [condition]);
  if (problem) throw conditionBroken(problem);
}
