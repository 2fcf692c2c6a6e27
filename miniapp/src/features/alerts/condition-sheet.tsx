/** One condition, built by tapping. What is changed here shows at once in the route behind the sheet. */
import {
  type AmountCondition,
  type Condition,
  type TextCondition,
  type TimeCondition,
  textOperators,
} from "@backend/modules/conversions/domain/conditions.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Button, Field, Row, Section, Switch, TrashIcon } from "@miniapp/shared/ui/index.ts";
import { Sheet, SheetBody } from "@miniapp/shared/ui/sheet.tsx";
import { type JSX, useState } from "react";
import styles from "./alerts.module.css";
import { useRouteWords } from "./condition-words.ts";
import { ValueChoices } from "./value-choices.tsx";

export interface ConditionSheetProps {
  condition: Condition;
  error?: string | undefined;
  onChange(condition: Condition): void;
  onRemove(): void;
  onClose(): void;
}

export default function ConditionSheet({
  condition,
  error,
  onChange,
  onRemove,
  onClose,
}: ConditionSheetProps): JSX.Element {
  const t = useT();
  const words = useRouteWords();
  const title =
    condition.kind === "text"
      ? words.field(condition.field, condition.sub)
      : t(condition.kind === "amount" ? "app.cond.amount" : "app.cond.hours");
  return (
    <Sheet title={title} onClose={onClose} isFull={condition.kind === "text"}>
      <SheetBody>
        {condition.kind === "text" ? (
          <TextPart condition={condition} onChange={onChange} />
        ) : condition.kind === "amount" ? (
          <AmountPart condition={condition} onChange={onChange} />
        ) : (
          <TimePart condition={condition} onChange={onChange} />
        )}
        <Section footer={error}>
          <Switch
            label={t("app.cond.negate")}
            hint={t("app.cond.negate_hint")}
            isOn={condition.not}
            onChange={(not) => onChange({ ...condition, not })}
          />
          <Row before={<TrashIcon />} tone="danger" title={t("app.cond.remove")} onClick={onRemove} />
        </Section>
        <Button isWide onClick={onClose}>
          {t("app.cond.done")}
        </Button>
      </SheetBody>
    </Sheet>
  );
}

interface PartProps<C extends Condition> {
  condition: C;
  onChange(condition: Condition): void;
}

function TextPart({ condition, onChange }: PartProps<TextCondition>): JSX.Element {
  const t = useT();
  const { operator, field, sub = 1 } = condition;
  return (
    <>
      <Section>
        {field === "sub" && (
          <Field
            kind="select"
            label={t("app.cond.sub_number")}
            value={String(sub)}
            choices={Array.from({ length: 30 }, (_, index) => ({ value: String(index + 1), label: String(index + 1) }))}
            onChange={(value) => onChange({ ...condition, sub: Number(value) })}
          />
        )}
        <Field
          kind="select"
          label={t("app.cond.operator")}
          hint={operator === "is" || operator === "absent" ? undefined : t(`app.cond.operator_hint.${operator}`)}
          value={operator}
          choices={textOperators.map((value) => ({ value, label: t(`app.cond.operator.${value}`) }))}
          onChange={(value) => {
            const next = textOperators.find((known) => known === value) ?? "is";
            onChange({ ...condition, operator: next, values: next === "absent" ? [] : condition.values });
          }}
        />
      </Section>
      {operator !== "absent" && (
        <ValueChoices condition={condition} onChange={(values) => onChange({ ...condition, values })} />
      )}
    </>
  );
}

/** What a person typed as an exact decimal, a comma for a point; null while it is none yet. */
function decimalOf(text: string): string | null {
  const plain = text.replace(",", ".").replace(/[\s.]+$/, "");
  return /^-?\d{1,18}(?:\.\d{1,8})?$/.test(plain) ? plain : null;
}

function AmountPart({ condition, onChange }: PartProps<AmountCondition>): JSX.Element {
  const t = useT();
  const [typed, setTyped] = useState({ min: condition.min ?? "", max: condition.max ?? "" });
  const edge = (name: "min" | "max", label: string) => (
    <Field
      kind="number"
      label={label}
      value={typed[name]}
      maxLength={20}
      error={typed[name] !== "" && decimalOf(typed[name]) === null ? t("app.cond.amount_invalid") : undefined}
      onChange={(text) => {
        setTyped({ ...typed, [name]: text });
        onChange({ ...condition, [name]: decimalOf(text) });
      }}
    />
  );
  return (
    <Section footer={t("app.cond.amount_hint")}>
      <div className={styles.pair}>
        {edge("min", t("app.cond.from"))}
        {edge("max", t("app.cond.to"))}
      </div>
      <Field
        label={t("app.cond.currency")}
        hint={t("app.cond.currency_hint")}
        value={condition.currency ?? ""}
        maxLength={5}
        onChange={(value) => onChange({ ...condition, currency: value.trim().toUpperCase() || null })}
      />
    </Section>
  );
}

function TimePart({ condition, onChange }: PartProps<TimeCondition>): JSX.Element {
  const t = useT();
  return (
    <Section footer={t("app.cond.hours_hint")}>
      <div className={styles.pair}>
        <Field
          kind="time"
          label={t("app.cond.from")}
          value={condition.from}
          onChange={(from) => onChange({ ...condition, from })}
        />
        <Field
          kind="time"
          label={t("app.cond.to")}
          value={condition.to}
          onChange={(to) => onChange({ ...condition, to })}
        />
      </div>
    </Section>
  );
}
