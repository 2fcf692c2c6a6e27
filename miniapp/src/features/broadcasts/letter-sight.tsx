/** A letter in each of its languages, exactly as Telegram shows it. */
import { languageTitle } from "@backend/i18n/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Chips, Section } from "@miniapp/shared/ui/index.ts";
import { type JSX, useState } from "react";
import { LetterPreview } from "./letter-preview.tsx";
import type { Letter } from "./letters-api.ts";

/** `header`: what it is; without one, that it is a preview. */
export function LetterSight({ letter, header }: { letter: Letter; header?: string }): JSX.Element {
  const t = useT();
  const [chosen, setChosen] = useState<string>();
  const codes = Object.keys(letter.messages);
  const language = [chosen, t.locale].find((code) => code !== undefined && codes.includes(code)) ?? letter.fallback;
  const { silent, protect } = letter.messages[language] ?? {};
  const ways = [silent && t("app.letter.silent"), protect && t("app.letter.protect")].filter((way) => way);
  return (
    <>
      {codes.length > 1 && (
        <Chips
          label={t("app.letter.languages")}
          choices={codes.map((code) => ({ value: code, label: languageTitle(t.locale, code) }))}
          value={language}
          onChange={(code) => code && setChosen(code)}
        />
      )}
      <Section header={header ?? t("app.letter.preview")} footer={[...ways, t("app.letter.preview_hint")].join(" · ")}>
        <LetterPreview letter={letter} language={language} />
      </Section>
    </>
  );
}
