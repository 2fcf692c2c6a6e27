/** A value of a field, typed or chosen as its kind asks. Its words are those of the audience. */
import { ChoiceRow } from "@miniapp/features/identity/components/choice-row.tsx";
import { useT } from "@miniapp/shared/i18n.ts";
import { Field as Input } from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { type JSX, useState } from "react";
import type { Field } from "./api.ts";

/** More choices than fit in a select belong in a sheet. */
const selectAtMost = 7;

export function FieldInput({
  field,
  label = field.name,
  empty,
  text,
  isWrong,
  onChange,
}: {
  field: Pick<Field, "name" | "kind" | "choices">;
  /** The field's name, unless the screen has said that already. */
  label?: string;
  /** What no value stands for, where it is not "not set". */
  empty?: string;
  text: string;
  isWrong: boolean;
  onChange(text: string): void;
}): JSX.Element {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  const { kind } = field;
  const none = { value: "", label: empty ?? t("app.fields.none") };
  // A value that the field no longer offers is shown all the same: it is what is stored.
  const choices = [...new Set([...field.choices, ...(text === "" ? [] : [text])])];
  const error = isWrong ? t(`app.fields.wrong.${kind}`) : undefined;
  if (kind === "boolean")
    return (
      <Input
        kind="select"
        label={label}
        value={text}
        choices={[none, { value: "true", label: t("app.fields.yes") }, { value: "false", label: t("app.fields.no") }]}
        onChange={onChange}
      />
    );
  if (kind === "choice" && choices.length > selectAtMost)
    return (
      <>
        <ChoiceRow title={label} value={text || none.label} isQuiet={text === ""} onClick={() => setOpen(true)} />
        {isOpen && (
          <PickerSheet
            title={label}
            value={text}
            options={[none, ...choices.map((choice) => ({ value: choice, label: choice }))]}
            onPick={onChange}
            onClose={() => setOpen(false)}
          />
        )}
      </>
    );
  if (kind === "choice")
    return (
      <Input
        kind="select"
        label={label}
        value={text}
        choices={[none, ...choices.map((choice) => ({ value: choice, label: choice }))]}
        onChange={onChange}
        error={error}
      />
    );
  return (
    <Input
      kind={kind}
      label={label}
      value={text}
      onChange={onChange}
      error={error}
      maxLength={500}
      {...(empty === undefined ? {} : { placeholder: empty })}
    />
  );
}
