/** Texts that a workspace writes in several languages. */
import { hasWords, textIn } from "@backend/modules/shop/domain/local-text.ts";
import { type Locale, useT } from "@miniapp/shared/i18n.ts";
import { useMe } from "../identity/me.ts";
import type { LocalText } from "./api.ts";

export { hasWords };

export const languages = ["en", "ru", "uk"] as const satisfies readonly Locale[];

/** A text as the reader sees it: in his language, else the workspace's, else in any. */
export function useTextIn(): (text: LocalText) => string {
  const t = useT();
  const { workspace } = useMe();
  return (text) => textIn(text, t.locale, workspace.locale);
}
