import { type Locale, locales } from "@backend/i18n/translator.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import type { JSX } from "react";

export type LanguageChoice = Locale | "auto";

export function LanguagePicker<Choice extends LanguageChoice>({
  value,
  hasAuto,
  onPick,
  onClose,
}: {
  value: Choice;
  /** Offers to follow Telegram as well. */
  hasAuto?: Choice extends Locale ? false : true;
  onPick(choice: Choice): void;
  onClose(): void;
}): JSX.Element {
  const t = useT();
  const languages = locales.map((locale) => ({ value: locale as LanguageChoice, label: t(`app.languages.${locale}`) }));
  return (
    <PickerSheet
      title={t("app.fact.language")}
      options={hasAuto ? [{ value: "auto" as LanguageChoice, label: t("app.profile.auto") }, ...languages] : languages}
      value={value}
      onPick={(choice) => onPick(choice as Choice)}
      onClose={onClose}
    />
  );
}
