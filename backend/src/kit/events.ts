/** Facts that other rooms react to. `app/reactions.ts` is the one list of who reacts to what. */
import type { Db } from "@db/client.ts";
import type { Static, TSchema } from "@sinclair/typebox";
import { addJobs, type JobDefinition } from "./jobs.ts";

export interface EventDefinition<S extends TSchema = TSchema> {
  /** `domain.noun-verbed`. */
  name: string;
  payload: S;
}

export const defineEvent = <S extends TSchema>(event: EventDefinition<S>): EventDefinition<S> => event;

export interface Reaction {
  event: string;
  job: JobDefinition;
  map: (payload: never) => unknown;
}

/** One line of reactions.ts: when the event happened, enqueue the job with what `map` makes of it; null = does not concern it. */
export const when = <E extends TSchema, J extends TSchema>(
  event: EventDefinition<E>,
  job: JobDefinition<J>,
  map: (payload: Static<E>) => Static<J> | null,
): Reaction => ({ event: event.name, job: job as unknown as JobDefinition, map: map as Reaction["map"] });

/** A reaction that is written down at once, in the transaction of the event itself. It may only write: no network, no long work. */
export interface Addition {
  event: string;
  /** Gets all facts that were published together. */
  write: (db: Db, payloads: readonly never[]) => Promise<void>;
}

/** One line of reactions.ts for what is so frequent that a job for each would be too much. */
export const also = <E extends TSchema>(
  event: EventDefinition<E>,
  write: (db: Db, payloads: readonly Static<E>[]) => Promise<void>,
): Addition => ({ event: event.name, write: write as Addition["write"] });

let reactions: readonly (Reaction | Addition)[] = [];

/** Called once at start (and by tests that want reactions). */
export const setReactions = (list: readonly (Reaction | Addition)[]): void => {
  reactions = list;
};

/** Enqueues one job per reaction and writes every addition, in the transaction that `db` is: the fact and its consequences commit together. */
export const publish = <S extends TSchema>(db: Db, event: EventDefinition<S>, payload: Static<S>): Promise<void> =>
  publishAll(db, event, [payload]);

/** Many facts of one kind that are known at once: their jobs are one statement. */
export async function publishAll<S extends TSchema>(
  db: Db,
  event: EventDefinition<S>,
  payloads: readonly Static<S>[],
): Promise<void> {
  if (payloads.length === 0) return;
  const jobs: { job: JobDefinition; payload: unknown }[] = [];
  for (const reaction of reactions) {
    if (reaction.event !== event.name) continue;
    if ("write" in reaction) {
      await reaction.write(db, payloads as never);
      continue;
    }
    for (const payload of payloads) {
      const next = reaction.map(payload as never);
      if (next !== null) jobs.push({ job: reaction.job, payload: next });
    }
  }
  await addJobs(db, jobs);
}
