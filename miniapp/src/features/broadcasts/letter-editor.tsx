/** What a message says. */
import type { Letter } from "@backend/modules/messaging/contracts.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Field } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";

type LetterValue = typeof Letter.static;

export interface LetterEditorProps {
  /** Null while nothing is written. */
  value: LetterValue | null;
  onChange(value: LetterValue | null): void;
  /** The bots that will send it. */
  botIds: readonly string[];
}

/** The text of the one language that everybody gets, in Telegram's HTML. */
export function LetterEditor({ value, onChange }: LetterEditorProps): JSX.Element {
  const t = useT();
  const { locale } = useFormat();
  const language = value?.fallback ?? locale;
  const content = value?.messages[language];
  const text = content?.kind === "text" ? content.html : "";
  return (
    <Field
      kind="textarea"
      label={t("app.broadcast.text")}
      value={text}
      maxLength={4096}
      onChange={(html) =>
        onChange(html === "" ? null : { fallback: language, messages: { [language]: { kind: "text", html } } })
      }
    />
  );
}
