/** One message of a sequence: when it comes, to whom, and what it says. What is changed is in the sequence's draft at once. */
import { useCan } from "@miniapp/features/identity/me.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Button, Field, Row, Section, Sheet, SheetBody, Switch } from "@miniapp/shared/ui/index.ts";
import { type JSX, useState } from "react";
import { ConditionEditor } from "../audience/condition-editor.tsx";
import { LetterEditor } from "../broadcasts/letter-editor.tsx";
import type { SequenceBody } from "./api.ts";
import { type Unit, unitMinutes, unitOf } from "./sequence-words.ts";

export type StepDraft = SequenceBody["steps"][number] & {
  /** For lists: new steps have no id yet. */
  key: string;
};

export interface StepSheetProps {
  step: StepDraft;
  number: number;
  botIds: readonly string[];
  categoryId: number | null;
  isReadOnly: boolean;
  onChange(part: Partial<StepDraft>): void;
  /** Absent at the ends of the list. */
  onEarlier?: (() => void) | undefined;
  onLater?: (() => void) | undefined;
  onRemove?: (() => void) | undefined;
  onClose(): void;
}

const longestDays = 365;

export default function StepSheet(props: StepSheetProps): JSX.Element {
  const t = useT();
  const can = useCan();
  const { step, isReadOnly, onChange } = props;
  return (
    <Sheet title={t("app.sequences.step", { number: props.number })} onClose={props.onClose} isFull>
      <SheetBody>
        <fieldset disabled={isReadOnly} style={{ display: "contents" }}>
          <DelayFields step={step} onChange={onChange} />
        </fieldset>
        <LetterEditor value={step.letter} onChange={(letter) => onChange({ letter })} isReadOnly={isReadOnly} />
        {can("audience.read") && (
          <ConditionEditor
            value={step.condition}
            onChange={(condition) => onChange({ condition: condition as StepDraft["condition"] })}
            botIds={props.botIds}
            categoryId={props.categoryId}
            isFixed={isReadOnly}
          />
        )}
        {!isReadOnly && (props.onEarlier || props.onLater || props.onRemove) && (
          <Section>
            {props.onEarlier && <Row tone="accent" title={t("app.sequences.earlier")} onClick={props.onEarlier} />}
            {props.onLater && <Row tone="accent" title={t("app.sequences.later")} onClick={props.onLater} />}
            {props.onRemove && <Row tone="danger" title={t("app.sequences.remove_step")} onClick={props.onRemove} />}
          </Section>
        )}
        <Button onClick={props.onClose} isWide>
          {t(isReadOnly ? "app.action.close" : "app.sequences.done")}
        </Button>
      </SheetBody>
    </Sheet>
  );
}

function DelayFields({ step, onChange }: Pick<StepSheetProps, "step" | "onChange">): JSX.Element {
  const t = useT();
  const [unit, setUnit] = useState<Unit>(unitOf(step.delayMinutes));
  const [typed, setTyped] = useState(String(step.delayMinutes / unitMinutes[unit]));
  const set = (text: string, by: Unit) => {
    setTyped(text);
    setUnit(by);
    const count = Math.min(Math.floor(Number(text.replace(/\D/g, "") || "0")), (longestDays * 1_440) / unitMinutes[by]);
    onChange({ delayMinutes: count * unitMinutes[by] });
  };
  return (
    <Section>
      <Field
        kind="number"
        inputMode="numeric"
        label={t("app.sequences.delay")}
        value={typed}
        maxLength={6}
        onChange={(text) => set(text.replace(/\D/g, ""), unit)}
      />
      <Field
        kind="select"
        label={t("app.sequences.unit")}
        value={unit}
        choices={(["minutes", "hours", "days"] as const).map((one) => ({
          value: one,
          label: t(`app.sequences.${one}`),
        }))}
        onChange={(one) => set(typed, one === "days" || one === "hours" ? one : "minutes")}
      />
      <Switch
        label={t("app.sequences.at_clock")}
        isOn={step.atClock !== null}
        onChange={(isOn) => onChange({ atClock: isOn ? "10:00" : null })}
      />
      {step.atClock !== null && (
        <Field
          kind="time"
          label={t("app.sequences.clock")}
          value={step.atClock}
          onChange={(clock) => clock !== "" && onChange({ atClock: clock.slice(0, 5) })}
        />
      )}
    </Section>
  );
}
