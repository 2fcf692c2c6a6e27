/** Values of a rule: known ones are a tap away, of many the ones that fit what is typed; where any text may be compared, any can be added. */
import { segmentLimits } from "@backend/modules/audience/domain/segment.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import { Field, PlusIcon, Row, Section } from "@miniapp/shared/ui/index.ts";
import { ValueChips } from "@miniapp/shared/ui/value-chips.tsx";
import { type JSX, useState } from "react";

export interface ValueOption {
  value: string;
  label: string;
  /** How many have it. */
  count?: number;
}

export interface ValueChoicesProps {
  options: readonly ValueOption[];
  values: readonly string[];
  onChange(values: string[]): void;
  /** Any text may be added. */
  isOpen?: boolean;
  /** One value at a time. */
  isSingle?: boolean;
  hint?: string | undefined;
}

/** So many are offered at once; the rest are found by typing. */
const offered = 24;
const fold = (text: string) => text.toLocaleLowerCase();

export function ValueChoices({ options, values, onChange, isOpen, isSingle, hint }: ValueChoicesProps): JSX.Element {
  const t = useT();
  const format = useFormat();
  const [typed, setTyped] = useState("");
  const wanted = fold(typed.trim());
  const isMany = options.length > offered;
  const labelOf = new Map(options.map(({ value, label }) => [value, label]));
  const others = options.filter(({ value }) => !values.includes(value));
  const fitting = wanted === "" ? others : others.filter(({ label }) => fold(label).includes(wanted));
  const shown = fitting.slice(0, offered);

  const toggle = (value: string) => {
    haptics.selected();
    if (values.includes(value)) onChange(values.filter((known) => known !== value));
    else if (isSingle) onChange([value]);
    else if (values.length < segmentLimits.values) onChange([...values, value]);
  };
  const add = () => {
    const value = typed.trim();
    if (value === "") return;
    if (!values.includes(value)) toggle(value);
    setTyped("");
  };
  const isEmpty = options.length === 0 && values.length === 0;
  return (
    <>
      {!isEmpty && (
        <ValueChips
          label={t("app.seg.values")}
          onToggle={toggle}
          chips={[
            ...values.map((value) => ({
              value,
              label: labelOf.get(value) ?? (isOpen ? value : t("app.seg.say.gone")),
              isOn: true,
            })),
            ...shown.map((option) => ({ ...option, isOn: false })),
          ]}
        />
      )}
      {isEmpty && !isOpen && (
        <Section>
          <Row title={t("app.seg.nothing_to_choose")} />
        </Section>
      )}
      {(isOpen || isMany) && (
        <Section
          footer={
            fitting.length > shown.length
              ? t("app.seg.more_values", { number: format.number(fitting.length - shown.length) })
              : hint
          }
        >
          <Field
            label={t(isOpen ? "app.seg.type_value" : "app.seg.find")}
            value={typed}
            onChange={setTyped}
            maxLength={segmentLimits.textLength}
            {...(isOpen ? { onEnter: add } : {})}
          />
          {isOpen && (
            <Row
              before={<PlusIcon />}
              tone="accent"
              title={t("app.seg.add_value")}
              isDisabled={typed.trim() === ""}
              onClick={add}
            />
          )}
        </Section>
      )}
    </>
  );
}
