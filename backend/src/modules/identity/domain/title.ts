import { withoutUnprintable } from "./telegram-user.ts";

/** A name that a member gave to something: one line, trimmed; empty when nothing visible is left. */
export const cleanTitle = (text: string): string => withoutUnprintable(text).replace(/\s+/g, " ").trim();
