import { useT } from "@miniapp/shared/i18n.ts";
import { Field } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { LocalText } from "./api.ts";
import { languages } from "./local-text.ts";

/** A short text in every language, one field each. */
export function LocalFields({
  value,
  onChange,
  maxLength,
}: {
  value: LocalText;
  onChange(value: LocalText): void;
  maxLength: number;
}): JSX.Element {
  const t = useT();
  return (
    <>
      {languages.map((language) => (
        <Field
          key={language}
          label={t(`app.languages.${language}`)}
          value={value[language] ?? ""}
          onChange={(text) => onChange({ ...value, [language]: text })}
          maxLength={maxLength}
        />
      ))}
    </>
  );
}
