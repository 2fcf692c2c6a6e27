/** A sequence that is being written: what is typed survives the page, beside what others save meanwhile. */
import { useDraft } from "@miniapp/shared/drafts.ts";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { changeSequence, type Sequence, type SequenceBody, sequenceQuery } from "./api.ts";
import { type Form, formOf } from "./sequence-form.ts";
import { type Field, type Meeting, meet, only, type Writing, withStepsOf } from "./two-writers.ts";

export interface SequenceDraft extends Meeting {
  change(part: Partial<Form>): void;
  clear(): void;
  /** The end of a conflict: mine is saved next, or gives way. */
  choose(whose: "mine" | "theirs"): void;
  /** Sends all of it, once mine is chosen where both have written. Throws as the server does; sequences.changed_meanwhile for a choice. */
  save(sequence: Sequence, bodyOf: (form: Form) => SequenceBody | null): Promise<Sequence>;
}

type Held = Form & { base: Partial<Form> };

export function useSequenceDraft(name: string, theirs: Form): SequenceDraft {
  const queries = useQueryClient();
  const held = useDraft<Held>(name, { ...theirs, base: {} });
  const { base, ...mine } = held.value;
  const met = meet({ mine, base }, theirs);
  const begin = (fields: readonly Field[]) =>
    held.change({
      base: {
        ...only(
          theirs,
          fields.filter((field) => !(field in base)),
        ),
        ...base,
      },
    });
  const restart = (fields: readonly Field[], values: Partial<Form>) =>
    held.change({ ...values, base: { ...base, ...only(theirs, fields) } });
  return {
    ...met,
    change: (part) => {
      begin(Object.keys(part) as Field[]);
      held.change(part);
    },
    clear: held.clear,
    choose: (whose) => restart(met.torn, only(whose === "mine" ? mine : theirs, met.torn)),
    save: (sequence, bodyOf) =>
      saveBeside(queries, { mine, base: { ...base, ...only(theirs, met.torn) } }, sequence, bodyOf),
  };
}

const isChanged = (failure: unknown) => (failure as { code?: string } | null)?.code === "sequences.changed_meanwhile";

/** Until nobody has saved in between, or the same thing was written twice: then the choice is the writer's. */
async function saveBeside(
  queries: QueryClient,
  writing: Writing,
  sequence: Sequence,
  bodyOf: (form: Form) => SequenceBody | null,
): Promise<Sequence> {
  const query = sequenceQuery(sequence.id);
  let seen = sequence;
  for (;;) {
    const { form } = meet(writing, formOf(seen));
    const body = bodyOf(form);
    if (body === null) throw new Error("a sequence that cannot be saved was");
    try {
      const saved = await changeSequence({ sequenceId: seen.id, seenAt: seen.updatedAt, ...withStepsOf(seen, body) });
      queries.setQueryData(query.queryKey, saved);
      return saved;
    } catch (failure) {
      if (!isChanged(failure)) throw failure;
      seen = await queries.fetchQuery({ ...query, staleTime: 0 });
      if (meet(writing, formOf(seen)).torn.length > 0) throw failure;
    }
  }
}
