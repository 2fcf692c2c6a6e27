/** Rows → what leaves the server. */
import { type Translate, translator } from "@backend/i18n/index.ts";
import type { Actor } from "@backend/kit/context.ts";
import type { PersonRef } from "@backend/modules/identity/index.ts";
import type { Static } from "elysia";
import type { MyPost, Task } from "./contracts.ts";
import { countNames } from "./domain/progress.ts";
import { isOpen } from "./domain/task.ts";
import type { TaskRow } from "./queries.ts";

const iso = (at: Date | null) => at?.toISOString() ?? null;

/** Digits that the database pads an exact decimal with say nothing. */
export const plainAmount = (amount: string): string =>
  amount.includes(".") ? amount.replace(/0+$/, "").replace(/\.$/, "") : amount;

export const worthOf = (task: TaskRow): { amount: string; currency: string } | null =>
  task.worth !== null && task.currency !== null ? { amount: plainAmount(task.worth), currency: task.currency } : null;

function progressOf(task: TaskRow): MyPost["progress"] {
  const { progress } = task;
  return {
    percent: task.state === "completed" ? 100 : (progress.progress ?? null),
    counts: countNames.flatMap((name) => {
      const count = progress[name];
      return count === undefined ? [] : [{ name, count }];
    }),
  };
}

/** Why it did not work out, for a customer or the team; null where it goes well. */
function problemOf(t: Translate, task: TaskRow): string | null {
  return task.problem === null || task.state === "completed"
    ? null
    : (t.find(`fulfilment.problem.${task.problem}`, {}) ?? null);
}

export const presentPost = (task: TaskRow, locale: Actor["locale"]): MyPost => ({
  id: task.id,
  platform: task.platform,
  address: task.address,
  state: task.state,
  progress: progressOf(task),
  // An attempt that went wrong is the team's business as long as another follows.
  problem: isOpen(task.state) ? null : problemOf(translator(locale), task),
  returned: task.returnedAt === null ? null : worthOf(task),
  mayCancel: task.state === "created",
  createdAt: task.createdAt.toISOString(),
  startedAt: iso(task.startedAt),
  endedAt: iso(task.endedAt),
  deadlineAt: task.deadlineAt.toISOString(),
});

/** People and workers by id, as the team knows them. */
export interface Names {
  people: ReadonlyMap<string, Static<typeof PersonRef>>;
  workers: ReadonlyMap<string, string>;
}

export const workerRef = (names: Names, keyId: string | null) =>
  keyId === null ? null : { id: keyId, name: names.workers.get(keyId) ?? "…" };

export function presentTask(task: TaskRow, names: Names, locale: Actor["locale"]): Task {
  const person = names.people.get(task.personId);
  if (!person) throw new Error("a task belongs to nobody");
  return {
    id: task.id,
    platform: task.platform,
    address: task.address,
    state: task.state,
    attempts: task.attempts,
    person,
    worker: workerRef(names, task.workerKeyId),
    progress: progressOf(task),
    problem: problemOf(translator(locale), task),
    leaseUntil: iso(task.leaseUntil),
    heardAt: iso(task.heardAt),
    returnedAt: iso(task.returnedAt),
    createdAt: task.createdAt.toISOString(),
    startedAt: iso(task.startedAt),
    endedAt: iso(task.endedAt),
    deadlineAt: task.deadlineAt.toISOString(),
  };
}
