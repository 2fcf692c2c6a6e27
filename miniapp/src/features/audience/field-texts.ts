/** Values of a person's fields as a form writes and reads them. */
import { type FieldValue, fits } from "@backend/modules/audience/domain/field.ts";
import type { Field } from "./api.ts";

export const textOf = (value: FieldValue | undefined): string => (value === undefined ? "" : String(value));

/** The value that a text of the form means; undefined when it is none of the field's kind. */
export function valueIn(field: Pick<Field, "kind" | "choices">, text: string): FieldValue | null | undefined {
  if (text.trim() === "") return null;
  const value =
    field.kind === "number"
      ? Number(text.trim().replace(",", "."))
      : field.kind === "boolean"
        ? text === "true"
        : text.trim();
  return fits(field, value) ? value : undefined;
}
