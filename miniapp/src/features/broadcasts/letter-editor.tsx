/** What a message says. */
import type { Letter } from "@backend/modules/messaging/contracts.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Field, Section } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";

type LetterValue = typeof Letter.static;

export interface LetterEditorProps {
  value: LetterValue;
  onChange(letter: LetterValue): void;
  isReadOnly?: boolean;
}

/** The text of the language that everybody gets who reads no other, in Telegram's HTML. */
export function LetterEditor({ value, onChange, isReadOnly = false }: LetterEditorProps): JSX.Element {
  const t = useT();
  const { fallback, messages } = value;
  const message = messages[fallback];
  return (
    <Section>
      <Field
        kind="textarea"
        label={t("app.sequences.text")}
        value={message?.kind === "text" ? message.html : ""}
        maxLength={4096}
        isDisabled={isReadOnly}
        onChange={(html) => onChange({ fallback, messages: { ...messages, [fallback]: { kind: "text", html } } })}
      />
    </Section>
  );
}
