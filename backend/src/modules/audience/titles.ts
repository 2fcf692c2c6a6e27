/** Names that members give to tags, fields and choices. */
import { cleanName } from "@backend/modules/identity/index.ts";
import { nameMissing } from "./errors.ts";

const maxLength = 60;

/** On one line, without what nobody should see; "" when nothing is left. */
export const tidy = (raw: string): string => cleanName(raw.replace(/\s+/gu, " "), maxLength);

/** The same, of something that has to have a name. Throws audience.name_missing. */
export function titleOf(raw: string): string {
  const title = tidy(raw);
  if (title === "") throw nameMissing();
  return title;
}
