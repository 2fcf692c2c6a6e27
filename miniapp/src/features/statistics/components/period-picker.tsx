/** The period that figures are of: a few that end today, or two days of one's own. */
import { isDay, longestDays, type Period } from "@backend/modules/reports/domain/periods.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Chips, Field, Section } from "@miniapp/shared/ui/index.ts";
import { type JSX, type ReactNode, useState } from "react";
import { type ChosenPeriod, chosenPeriod, type Preset, presets, problemOf } from "../period.ts";

export interface PeriodPickerProps {
  preset: Preset;
  period: Period;
  /** The day that it is now. */
  latest: string;
  /** What the address is to remember. */
  onChange(change: ChosenPeriod): void;
  /** A chip of another kind behind the others. */
  last?: ReactNode;
}

export function PeriodPicker({ preset, period, latest, onChange, last }: PeriodPickerProps): JSX.Element {
  const t = useT();
  return (
    <>
      <Chips<Preset>
        label={t("app.statistics.period")}
        choices={presets.map((value) => ({ value, label: t(`app.statistics.period.${value}`) }))}
        value={preset}
        onChange={(next) => onChange(chosenPeriod(next, period))}
        last={last}
      />
      {preset === "own" && (
        <OwnPeriod period={period} latest={latest} onChange={(next) => onChange({ period: preset, ...next })} />
      )}
    </>
  );
}

interface OwnPeriodProps {
  period: Period;
  latest: string;
  onChange(next: Period): void;
}

/** Two days. What is half typed stays in its field, and is asked for once it is a day. */
function OwnPeriod({ period, latest, onChange }: OwnPeriodProps): JSX.Element {
  const t = useT();
  const [typed, setTyped] = useState(period);
  const set = (change: Partial<typeof period>) => {
    const next = { ...typed, ...change };
    setTyped(next);
    if (isDay(next.from) && isDay(next.to)) onChange(next);
  };
  const problem = problemOf(typed, false);
  return (
    <Section>
      <Field kind="date" label={t("app.statistics.from")} value={typed.from} onChange={(from) => set({ from })} />
      <Field
        kind="date"
        label={t("app.statistics.to")}
        value={typed.to}
        onChange={(to) => set({ to })}
        error={problem ? t(`app.statistics.problem.${problem}`, { days: longestDays }) : undefined}
        hint={typed.to > latest ? t("app.statistics.in_future") : undefined}
      />
    </Section>
  );
}
