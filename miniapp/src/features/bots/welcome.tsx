/** The message that answers /start, in one language: seen as Telegram shows it, written with the composer of letters. */
import { messageFor } from "@backend/modules/messaging/domain/letter.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import {
  Button,
  ChatIcon,
  CopyIcon,
  PlusIcon,
  Row,
  Section,
  Sheet,
  SheetBody,
  TrashIcon,
  useUndo,
} from "@miniapp/shared/ui/index.ts";
import { type JSX, useState } from "react";
import { LetterEditor } from "../broadcasts/letter-editor.tsx";
import { LetterPreview } from "../broadcasts/letter-preview.tsx";
import { useLetterProblems } from "../broadcasts/letter-problems.ts";
import { UseTemplateSheet } from "../broadcasts/template-sheets.tsx";
import type { SaveTexts } from "./api.ts";
import { asLetter, written } from "./welcome-draft.ts";

type Content = NonNullable<SaveTexts["welcome"]>;

export interface WelcomeProps {
  value: Content | null;
  onChange(welcome: Content | null): void;
  /** Two letters; the general texts are shown in the reader's own. */
  language: string;
  isReadOnly: boolean;
  whenEmpty: string;
}

export default function Welcome({ value, onChange, language, isReadOnly, whenEmpty }: WelcomeProps): JSX.Element {
  const t = useT();
  const [sheet, setSheet] = useState<"write" | "template" | null>(null);
  const offerUndo = useUndo({ value, onChange });
  const letter = asLetter(language, value);
  // Null while the workspace's fields are not known: then the server alone says what is wrong.
  const isWrong = (useLetterProblems(letter) ?? []).some(({ isWarning }) => !isWarning);
  const note = value ? t(isWrong ? "app.bots.welcome_wrong" : "app.bots.welcome_hint") : whenEmpty;
  const replace = (next: Content | null, said: string) => {
    onChange(next);
    if (value)
      offerUndo(said, (now) => {
        now.onChange(value);
      });
  };
  const close = () => {
    // A message in which nothing was written is none.
    if (value && !written(value)) onChange(null);
    setSheet(null);
  };
  return (
    <>
      <Section header={t("app.bots.welcome")} footer={note}>
        {value && <LetterPreview letter={letter} language={language} />}
        {(value || !isReadOnly) && (
          <Row
            before={value ? <ChatIcon /> : <PlusIcon />}
            tone="accent"
            title={t(
              value ? (isReadOnly ? "app.bots.welcome_open" : "app.bots.welcome_change") : "app.bots.welcome_write",
            )}
            onClick={() => setSheet("write")}
          />
        )}
        {!isReadOnly && (
          <Row
            before={<CopyIcon />}
            tone="accent"
            title={t("app.mtemplates.use")}
            onClick={() => setSheet("template")}
          />
        )}
        {value && !isReadOnly && (
          <Row
            before={<TrashIcon />}
            tone="danger"
            title={t("app.bots.welcome_remove")}
            onClick={() => replace(null, t("app.bots.welcome_removed"))}
          />
        )}
      </Section>
      {sheet === "write" && (
        <Sheet title={t("app.bots.welcome")} onClose={close} isFull>
          <SheetBody>
            <LetterEditor
              value={letter}
              onChange={(next) => onChange(messageFor(next, language))}
              isReadOnly={isReadOnly}
              isMonolingual
            />
            <Button onClick={close} isWide>
              {t("app.letter.done")}
            </Button>
          </SheetBody>
        </Sheet>
      )}
      {sheet === "template" && (
        <UseTemplateSheet
          onUse={(template) => replace(messageFor(template, language), t("app.bots.welcome_replaced"))}
          onClose={() => setSheet(null)}
        />
      )}
    </>
  );
}
