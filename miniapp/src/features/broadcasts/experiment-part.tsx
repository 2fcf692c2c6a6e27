/** Variants of a message and how they are compared, in a composer. The letter of the chosen one is edited below by whoever shows this. */
import { evenShares, winnerRule, withShare } from "@backend/modules/broadcasts/domain/experiment.ts";
import { type AppTranslator, useT } from "@miniapp/shared/i18n.ts";
import { Field, PlusIcon, Row, Section, Slider, Switch, Tabs } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { Experiment, Variant } from "./schedule-api.ts";

export interface ExperimentPartProps {
  variants: readonly Variant[];
  experiment: Experiment | null;
  onChange(change: { variants: Variant[]; experiment: Experiment | null }): void;
  /** Which variant's letter is being edited. */
  selected: number;
  onSelect(index: number): void;
}

const keys = ["A", "B", "C", "D"] as const;
const afterChoices = [30, 60, 120, 240, 480, 1_440, 2_880] as const;
const first: Experiment = { samplePercent: 20, measure: "clicks", isAuto: true, afterMinutes: 240, editLosers: false };

/** The variants with even shares and keys in order. */
const arranged = (variants: readonly Pick<Variant, "letter">[]): Variant[] => {
  const shares = evenShares(variants.length);
  return variants.map(({ letter }, at) => ({ key: keys[at] ?? "A", share: shares[at] ?? 100, letter }));
};

export function ExperimentPart(props: ExperimentPartProps): JSX.Element {
  const t = useT();
  const { variants, experiment, onChange, selected, onSelect } = props;
  const isOn = variants.length > 1;
  const add = () => {
    const letter = variants[selected]?.letter ?? variants[0]?.letter;
    if (letter === undefined) return;
    onChange({ variants: arranged([...variants, { letter }]), experiment: experiment ?? first });
    onSelect(variants.length);
  };
  const remove = (index: number) => {
    const rest = arranged(variants.filter((_, at) => at !== index));
    onChange({ variants: rest, experiment: rest.length > 1 ? experiment : null });
    onSelect(Math.min(selected, rest.length - 1));
  };
  if (!isOn)
    return (
      <Section>
        <Row
          before={<PlusIcon />}
          tone="accent"
          title={t("app.experiment.test")}
          isDisabled={variants.length === 0}
          onClick={add}
        />
      </Section>
    );
  const settings = experiment ?? first;
  const set = (part: Partial<Experiment>) =>
    onChange({ variants: [...variants], experiment: { ...settings, ...part } });
  const setShare = (index: number, wanted: number) => {
    const shares = withShare(
      variants.map(({ share }) => share),
      index,
      wanted,
    );
    onChange({
      variants: variants.map((variant, at) => ({ ...variant, share: shares[at] ?? variant.share })),
      experiment: settings,
    });
  };
  return (
    <>
      <Tabs
        label={t("app.experiment.title")}
        value={String(selected)}
        choices={variants.map(({ key, share }, at) => ({ value: String(at), label: `${key} · ${share}\u00a0%` }))}
        onChange={(value) => onSelect(Number(value))}
      />
      <Section header={t("app.experiment.title")}>
        {variants.map(({ key, share }, at) => (
          <Slider
            key={key}
            label={t("app.experiment.share", { key })}
            value={share}
            min={1}
            max={100 - (variants.length - 1)}
            shown={`${share}\u00a0%`}
            onChange={(wanted) => setShare(at, wanted)}
          />
        ))}
        {variants.length < keys.length && (
          <Row before={<PlusIcon />} tone="accent" title={t("app.experiment.add")} onClick={add} />
        )}
        <Row
          tone="danger"
          title={t("app.experiment.remove", { key: variants[selected]?.key ?? "" })}
          onClick={() => remove(selected)}
        />
      </Section>
      <Comparison settings={settings} set={set} />
    </>
  );
}

function Comparison({ settings, set }: { settings: Experiment; set(part: Partial<Experiment>): void }): JSX.Element {
  const t = useT();
  const isWhole = settings.samplePercent === 100;
  const minutes = [...new Set([...afterChoices, settings.afterMinutes])].sort((a, b) => a - b);
  return (
    <>
      <Section
        header={t("app.experiment.test")}
        footer={isWhole ? t("app.experiment.sample_all_text") : t("app.experiment.sample_text")}
      >
        <Slider
          label={t("app.experiment.sample")}
          value={settings.samplePercent}
          min={5}
          max={100}
          step={5}
          shown={isWhole ? t("app.experiment.sample_all") : `${settings.samplePercent}\u00a0%`}
          onChange={(samplePercent) => set({ samplePercent })}
        />
      </Section>
      <Section footer={ruleOf(t)}>
        <Field
          kind="select"
          label={t("app.experiment.measure")}
          value={settings.measure}
          choices={(["clicks", "orders"] as const).map((value) => ({ value, label: t(`app.experiment.${value}`) }))}
          onChange={(value) => set({ measure: value === "orders" ? "orders" : "clicks" })}
        />
        <Switch label={t("app.experiment.auto")} isOn={settings.isAuto} onChange={(isAuto) => set({ isAuto })} />
        {settings.isAuto && (
          <Field
            kind="select"
            label={t("app.experiment.after")}
            value={String(settings.afterMinutes)}
            choices={minutes.map((value) => ({ value: String(value), label: spanOf(t, value) }))}
            onChange={(value) => set({ afterMinutes: Number(value) })}
          />
        )}
        <Switch
          label={t("app.experiment.edit")}
          isOn={settings.editLosers}
          onChange={(editLosers) => set({ editLosers })}
        />
      </Section>
    </>
  );
}

/** The rule by which a winner is named, in words and numbers. */
export const ruleOf = (t: AppTranslator): string =>
  t("app.experiment.rule", {
    people: winnerRule.minPeople,
    events: winnerRule.minEvents,
    percent: winnerRule.errorPercent,
  });

const spanOf = (t: AppTranslator, minutes: number): string => {
  if (minutes % 1_440 === 0) return t("app.experiment.days", { count: minutes / 1_440 });
  if (minutes % 60 === 0) return t("app.experiment.hours", { count: minutes / 60 });
  return t("app.experiment.minutes", { count: minutes });
};
