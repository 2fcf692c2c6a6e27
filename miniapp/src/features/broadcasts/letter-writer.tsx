/**
 * Writes a letter: languages, words, file, buttons, and below it what a reader gets. It keeps nothing: whoever shows it holds the
 * letter. What is wrong stands under its place; `useLetterProblems` tells whoever saves.
 */

import { languageTitle } from "@backend/i18n/format.ts";
import { blankReader } from "@backend/modules/messaging/domain/letter.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import {
  Chips,
  Field,
  GlobeIcon,
  PlusIcon,
  Row,
  Section,
  Switch,
  Tabs,
  TrashIcon,
  useUndo,
} from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { type JSX, useState } from "react";
import styles from "./letter.module.css";
import { LetterButtons } from "./letter-buttons.tsx";
import {
  asKind,
  emptyLetter,
  type LetterKind,
  letterKinds,
  withMessage,
  withOption,
  withoutLanguage,
} from "./letter-draft.ts";
import { LetterFiles } from "./letter-files.tsx";
import { languagesIn } from "./letter-languages.ts";
import { LetterPreview, useSampleReader } from "./letter-preview.tsx";
import { problemsAt, useLetterProblems } from "./letter-problems.ts";
import { LetterText, Problems } from "./letter-text.tsx";
import type { Content, Letter } from "./letters-api.ts";

export interface LetterEditorProps {
  value: Letter;
  onChange(letter: Letter): void;
  isReadOnly?: boolean;
  /** The letter has the one language that whoever shows it has chosen. */
  isMonolingual?: boolean;
}

export default function LetterWriter({
  value,
  onChange,
  isReadOnly = false,
  isMonolingual = false,
}: LetterEditorProps): JSX.Element {
  const t = useT();
  const problems = useLetterProblems(value) ?? [];
  const [chosen, setChosen] = useState(value.fallback);
  const language = Object.hasOwn(value.messages, chosen) ? chosen : value.fallback;
  const message: Content = value.messages[language] ?? { kind: "text", html: "" };
  const put = (next: Content) => onChange(withMessage(value, language, next));
  const part = { message, language, problems, isReadOnly, onChange: put };
  return (
    <>
      {!isMonolingual && <Languages {...{ value, language, problems, isReadOnly, onChange, onChoose: setChosen }} />}
      <Section>
        <Field
          label={t("app.letter.kind")}
          kind="select"
          choices={letterKinds.map((kind) => ({ value: kind, label: t(`app.letter.kind.${kind}`) }))}
          value={message.kind}
          isDisabled={isReadOnly}
          onChange={(kind) => put(asKind(message, kind as LetterKind))}
        />
      </Section>
      <LetterFiles {...part} />
      <LetterText {...part} />
      <LetterButtons {...part} />
      <Section header={t("app.letter.sending")}>
        <Switch
          label={t("app.letter.silent")}
          hint={t("app.letter.silent_hint")}
          isOn={message.silent ?? false}
          isDisabled={isReadOnly}
          onChange={(isOn) => onChange(withOption(value, "silent", isOn))}
        />
        <Switch
          label={t("app.letter.protect")}
          hint={t("app.letter.protect_hint")}
          isOn={message.protect ?? false}
          isDisabled={isReadOnly}
          onChange={(isOn) => onChange(withOption(value, "protect", isOn))}
        />
        {message.kind === "text" && (
          <Switch
            label={t("app.letter.link_preview")}
            isOn={message.linkPreview ?? false}
            isDisabled={isReadOnly}
            onChange={(isOn) => {
              const { linkPreview: _, ...rest } = message;
              put(isOn ? { ...rest, linkPreview: true } : rest);
            }}
          />
        )}
      </Section>
      <Preview letter={value} language={language} />
    </>
  );
}

interface LanguagesProps {
  value: Letter;
  language: string;
  problems: Parameters<typeof problemsAt>[0];
  isReadOnly: boolean;
  onChange(letter: Letter): void;
  onChoose(language: string): void;
}

function Languages({ value, language, problems, isReadOnly, onChange, onChoose }: LanguagesProps): JSX.Element {
  const t = useT();
  const [isAdding, setAdding] = useState(false);
  const codes = Object.keys(value.messages);
  const name = languageTitle(t.locale, language);
  const offerUndo = useUndo({ value, onChange });
  const add = (code: string) => {
    const message = value.messages[language];
    onChange(withMessage(value, code, message ?? { kind: "text", html: "" }));
    onChoose(code);
  };
  return (
    <>
      <Chips
        label={t("app.letter.languages")}
        choices={codes.map((code) => ({ value: code, label: languageTitle(t.locale, code) }))}
        value={language}
        onChange={(code) => code && onChoose(code)}
        last={
          !isReadOnly && (
            <Chips.Item isOn={false} icon={<PlusIcon size={18} />} onClick={() => setAdding(true)}>
              {t("app.letter.add_language")}
            </Chips.Item>
          )
        }
      />
      <Problems problems={problemsAt(problems, value.fallback, "")} />
      {codes.length > 1 && language === value.fallback && (
        <p className={styles.reason}>{t("app.letter.main_hint", { name })}</p>
      )}
      {codes.length > 1 && language !== value.fallback && !isReadOnly && (
        <Section>
          <Row
            before={<GlobeIcon />}
            tone="accent"
            title={t("app.letter.make_main", { name })}
            onClick={() => onChange({ ...value, fallback: language })}
          />
          <Row
            before={<TrashIcon />}
            tone="danger"
            title={t("app.letter.remove_language", { name })}
            onClick={() => {
              const taken = value.messages[language];
              onChange(withoutLanguage(value, language));
              onChoose(value.fallback);
              offerUndo(t("app.letter.language_removed", { name }), (now) => {
                if (taken && !Object.hasOwn(now.value.messages, language))
                  now.onChange(withMessage(now.value, language, taken));
              });
            }}
          />
        </Section>
      )}
      {isAdding && (
        <PickerSheet
          title={t("app.letter.add_language")}
          options={languagesIn(t.locale).filter((one) => !codes.includes(one.value))}
          value={null}
          onPick={add}
          onClose={() => setAdding(false)}
        />
      )}
    </>
  );
}

function Preview({ letter, language }: { letter: Letter; language: string }): JSX.Element {
  const t = useT();
  const [isKnown, setKnown] = useState<"known" | "unknown">("known");
  const sample = useSampleReader(language);
  const shown = Object.hasOwn(letter.messages, language) ? letter : emptyLetter(language);
  return (
    <Section header={t("app.letter.preview")} footer={t("app.letter.preview_hint")}>
      <div className={styles.reader}>
        <Tabs<"known" | "unknown">
          label={t("app.letter.reader")}
          choices={[
            { value: "known", label: t("app.letter.reader.known") },
            { value: "unknown", label: t("app.letter.reader.unknown") },
          ]}
          value={isKnown}
          onChange={(next) => setKnown(next)}
        />
      </div>
      <LetterPreview letter={shown} language={language} reader={isKnown === "known" ? sample : blankReader(sample)} />
    </Section>
  );
}
