/** What is typed about a sequence, beside what another has saved meanwhile. Pure: values in, values out. */
import { hashKey } from "@tanstack/react-query";
import type { Sequence, SequenceBody } from "./api.ts";
import type { Form } from "./sequence-form.ts";

export type Field = keyof Form;

export interface Writing {
  /** What was typed, and whatever else; only the fields of `base` are meant. */
  mine: Form;
  /** The fields that were typed in, each as it stood there when it was begun. */
  base: Partial<Form>;
}

export interface Meeting {
  /** Different fields stand beside each other. */
  form: Form;
  /** What both have written, differently: mine is in the form until somebody chooses. */
  torn: Field[];
  isDirty: boolean;
}

/** Whatever the order of their fields; steps whatever they are called, since new ones get their ids when they are saved. */
const isSame = (a: unknown, b: unknown) => hashKey([nameless(a)]) === hashKey([nameless(b)]);
const nameless = (value: unknown) =>
  Array.isArray(value)
    ? value.map((one) => (typeof one === "object" && one !== null ? { ...one, id: undefined, key: undefined } : one))
    : value;

export function meet({ mine, base }: Writing, theirs: Form): Meeting {
  const written = (Object.keys(base) as Field[]).filter((field) => !isSame(mine[field], theirs[field]));
  return {
    form: { ...theirs, ...only(mine, written) },
    torn: written.filter((field) => !isSame(theirs[field], base[field])),
    isDirty: written.length > 0,
  };
}

/** These fields of it. */
export const only = (form: Form, fields: readonly Field[]): Partial<Form> =>
  Object.fromEntries(fields.map((field) => [field, form[field]]));

/** Steps that another has taken out meanwhile, and that stay, are new ones: nothing there is called by their ids any more. */
export function withStepsOf({ steps, waiting }: Sequence, body: SequenceBody): SequenceBody {
  const known = new Set([...steps, ...(waiting?.steps ?? [])].map(({ id }) => id));
  return {
    ...body,
    steps: body.steps.map(({ id, ...step }) => (id !== undefined && known.has(id) ? { id, ...step } : step)),
  };
}
