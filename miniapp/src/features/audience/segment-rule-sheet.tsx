/** One rule, built by tapping. It takes effect when it can be used: a half-made one never changes who is meant. */
import { checkCondition, originValues, type Rule, stateValues } from "@backend/modules/audience/domain/segment.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { CheckIcon, Field, Row, Section, TrashIcon } from "@miniapp/shared/ui/index.ts";
import { Sheet, SheetBody } from "@miniapp/shared/ui/sheet.tsx";
import { type JSX, useState } from "react";
import styles from "./segment.module.css";
import type { Vocabulary } from "./segment-api.ts";
import { testsOf, withTest } from "./segment-topics.ts";
import { ValueChoices, type ValueOption } from "./segment-values.tsx";
import { useSegmentWords } from "./segment-words.ts";

export interface RuleSheetProps {
  rule: Rule;
  vocabulary: Vocabulary;
  onChange(rule: Rule): void;
  /** Null for one that is not there yet. */
  onRemove: (() => void) | null;
  onClose(): void;
}

export default function RuleSheet({
  rule: given,
  vocabulary,
  onChange,
  onRemove,
  onClose,
}: RuleSheetProps): JSX.Element {
  const t = useT();
  const { timeZone } = useFormat();
  const words = useSegmentWords();
  const [rule, setRule] = useState(given);
  const set = (next: Rule) => {
    setRule(next);
    if (checkCondition(next).length === 0 && !isUnchosen(next)) onChange(next);
  };
  const title =
    rule.kind === "field"
      ? words.field(rule.field)
      : t(rule.kind === "moment" || rule.kind === "count" ? `app.seg.name.${rule.fact}` : `app.seg.name.${rule.kind}`);
  const [problem] = checkCondition(rule);
  // Nothing chosen yet is how every rule begins, and no mistake.
  const said = problem && problem.code !== "segments.no_values" ? t(problem.code) : undefined;
  return (
    <Sheet title={title} onClose={onClose} isFull={"values" in rule || rule.kind === "broadcast"}>
      <SheetBody>
        <Section>
          <Field
            kind="select"
            label={t("app.seg.how")}
            value={rule.test}
            choices={testsOf(rule).map((test) => ({ value: test, label: t(`app.seg.test.${test}`) }))}
            onChange={(test) => set(withTest(rule, test, timeZone))}
          />
          <Compared rule={rule} said={said} onChange={set} />
        </Section>
        <Values rule={rule} vocabulary={vocabulary} onChange={set} />
        <Section>
          <Row
            before={<CheckIcon />}
            tone="accent"
            title={t("app.seg.done")}
            onClick={onClose}
            isDisabled={said !== undefined}
          />
          {onRemove && <Row before={<TrashIcon />} tone="danger" title={t("app.seg.remove")} onClick={onRemove} />}
        </Section>
      </SheetBody>
    </Sheet>
  );
}

const isUnchosen = (rule: Rule): boolean => rule.kind === "broadcast" && rule.broadcastId === "";

interface PartProps {
  rule: Rule;
  onChange(rule: Rule): void;
}

/** What a person typed as a number, a comma for a point; NaN while it is none. */
const numberOf = (text: string): number => {
  const plain = text.replace(",", ".").replace(/\s/g, "");
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : Number.NaN;
};

/** A field for a number that may be half typed: it keeps its text. */
function NumberField({
  label,
  value,
  error,
  onChange,
}: {
  label: string;
  value: number;
  error?: string | undefined;
  onChange(value: number): void;
}): JSX.Element {
  const [typed, setTyped] = useState(Number.isNaN(value) ? "" : String(value));
  return (
    <Field
      kind="number"
      label={label}
      value={typed}
      maxLength={20}
      error={error}
      onChange={(text) => {
        setTyped(text);
        onChange(numberOf(text));
      }}
    />
  );
}

/** Numbers and days that the test compares with. */
function Compared({ rule, said, onChange }: PartProps & { said: string | undefined }): JSX.Element | null {
  const t = useT();
  if ("days" in rule)
    return (
      <NumberField
        label={t("app.seg.days")}
        value={rule.days}
        error={said}
        onChange={(days) => onChange({ ...rule, days } as Rule)}
      />
    );
  if ("day" in rule)
    return (
      <Field
        kind="date"
        label={t("app.seg.day")}
        value={rule.day}
        error={said}
        onChange={(day) => onChange({ ...rule, day } as Rule)}
      />
    );
  if (rule.kind === "count")
    return (
      <NumberField
        label={t("app.seg.number")}
        value={rule.count}
        error={said}
        onChange={(count) => onChange({ ...rule, count })}
      />
    );
  if (rule.kind !== "field" || rule.of !== "number") return null;
  if ("value" in rule)
    return (
      <NumberField
        label={t("app.seg.number")}
        value={rule.value}
        error={said}
        onChange={(value) => onChange({ ...rule, value })}
      />
    );
  if (!("from" in rule)) return null;
  return (
    <div className={styles.pair}>
      <NumberField
        label={t("app.seg.from")}
        value={rule.from}
        error={said}
        onChange={(from) => onChange({ ...rule, from })}
      />
      <NumberField label={t("app.seg.to")} value={rule.to} onChange={(to) => onChange({ ...rule, to })} />
    </div>
  );
}

/** The list that a rule chooses from. */
function Values({ rule, vocabulary, onChange }: PartProps & { vocabulary: Vocabulary }): JSX.Element | null {
  const t = useT();
  const words = useSegmentWords();
  const { bots, tags, fields, broadcasts, languages, sources } = vocabulary;
  if (rule.kind === "broadcast")
    return (
      <ValueChoices
        options={broadcasts
          .filter(({ id, sentAt }) => sentAt !== null || id === rule.broadcastId)
          .map(({ id, name }) => ({ value: id, label: name }))}
        values={rule.broadcastId === "" ? [] : [rule.broadcastId]}
        isSingle
        onChange={([broadcastId = ""]) => onChange({ ...rule, broadcastId })}
      />
    );
  if (!("values" in rule) || rule.test === "set" || rule.test === "unset") return null;
  const put = (values: string[]) => onChange({ ...rule, values } as Rule);
  const named = (things: readonly { id: string; name: string }[]): ValueOption[] =>
    things.map(({ id, name }) => ({ value: id, label: name }));
  switch (rule.kind) {
    case "tag":
      return (
        <ValueChoices
          options={tags.map(({ id, name }) => ({ value: String(id), label: name }))}
          values={rule.values.map(String)}
          onChange={(values) => onChange({ ...rule, values: values.map(Number) })}
        />
      );
    case "bot":
      return <ValueChoices options={named(bots)} values={rule.values} onChange={put} />;
    case "origin":
      return (
        <ValueChoices
          options={originValues.map((value) => ({ value, label: t(`app.seg.origin.${value}`) }))}
          values={rule.values}
          onChange={put}
        />
      );
    case "state":
      return (
        <ValueChoices
          options={stateValues.map((value) => ({ value, label: t(`app.seg.state.${value}`) }))}
          values={rule.values}
          onChange={put}
        />
      );
    case "language":
      return (
        <ValueChoices
          options={languages.map(({ value, count }) => ({ value, label: words.language(value), count }))}
          values={rule.values}
          onChange={put}
          isOpen
        />
      );
    case "source":
      return (
        <ValueChoices
          options={
            rule.test === "is" || rule.test === "is_not"
              ? sources.map(({ value, count }) => ({ value, label: value, count }))
              : []
          }
          values={rule.values}
          onChange={put}
          isOpen
          hint={rule.test === "glob" ? t("app.seg.glob_hint") : undefined}
        />
      );
    case "field": {
      const choices = fields.find(({ key }) => key === rule.field)?.choices ?? [];
      return (
        <ValueChoices
          options={choices.map((value) => ({ value, label: value }))}
          values={rule.values}
          onChange={put}
          isOpen={rule.of === "text"}
          hint={rule.test === "glob" ? t("app.seg.glob_hint") : undefined}
        />
      );
    }
  }
}
