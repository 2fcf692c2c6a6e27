/** What begins a sequence, and what ends it early. */
import { useT } from "@miniapp/shared/i18n.ts";
import { Field, Row, Section, Switch } from "@miniapp/shared/ui/index.ts";
import { type JSX, useState } from "react";
import { FieldInput } from "../audience/field-input.tsx";
import { textOf, valueIn } from "../audience/field-texts.ts";
import { ChoiceMark } from "../conversions/choice-mark.tsx";
import { statusKey, statusOrder } from "../conversions/status.tsx";
import type { SequenceChoices, StopRule, Trigger } from "./api.ts";

const kinds = ["joined", "tagged", "field_changed", "clicked", "converted", "opted_in", "by_hand"] as const;

/** A trigger of another kind, as general as it can be; null when there is nothing it could name yet. */
function startOf(kind: Trigger["kind"], choices: SequenceChoices): Trigger | null {
  const [tag] = choices.tags;
  if (kind === "joined") return { kind, source: null };
  if (kind === "tagged") return tag ? { kind, tagId: tag.id } : null;
  const [field] = choices.fields;
  if (kind === "field_changed") return field ? { kind, key: field.key, value: null } : null;
  if (kind === "clicked") return { kind, broadcastId: null };
  if (kind === "converted") return { kind, status: null };
  return kind === "opted_in" ? { kind, categoryId: null } : { kind };
}

interface ChoiceFieldProps {
  label: string;
  value: string | number | null;
  choices: readonly { id: string | number; name: string }[];
  /** What stands for none in particular; without it one must be chosen. */
  any?: string;
  onChange(id: string | null): void;
}

/** One of what the workspace has. What is named and gone stays in sight until something else is chosen. */
function ChoiceField({ label, value, choices, any, onChange }: ChoiceFieldProps): JSX.Element {
  const t = useT();
  const isGone = value !== null && !choices.some(({ id }) => id === value);
  return (
    <Field
      kind="select"
      label={label}
      value={value === null ? "" : String(value)}
      choices={[
        ...(any === undefined ? [] : [{ value: "", label: any }]),
        ...(isGone ? [{ value: String(value), label: t("app.sequences.gone") }] : []),
        ...choices.map(({ id, name }) => ({ value: String(id), label: name })),
      ]}
      onChange={(chosen) => onChange(chosen === "" ? null : chosen)}
    />
  );
}

export function TriggerPart({
  value,
  onChange,
  choices,
}: {
  value: Trigger;
  onChange(value: Trigger): void;
  choices: SequenceChoices;
}): JSX.Element {
  const t = useT();
  const statuses = statusOrder.map((status) => ({ id: status, name: t(statusKey(status)) }));
  const offered = kinds.filter((kind) => kind === value.kind || startOf(kind, choices) !== null);
  return (
    <Section
      header={t("app.sequences.begins")}
      footer={
        value.kind === "field_changed"
          ? t("app.sequences.field_text")
          : choices.tags.length === 0
            ? t("app.sequences.no_tags")
            : undefined
      }
    >
      <Field
        kind="select"
        label={t("app.sequences.when")}
        value={value.kind}
        choices={offered.map((kind) => ({ value: kind, label: t(`app.sequences.trigger_${kind}`) }))}
        onChange={(chosen) => {
          const kind = kinds.find((one) => one === chosen);
          const next = kind && startOf(kind, choices);
          if (next) onChange(next);
        }}
      />
      {value.kind === "joined" && <SourceFields value={value} onChange={onChange} />}
      {value.kind === "tagged" && (
        <ChoiceField
          label={t("app.sequences.tag")}
          value={value.tagId}
          choices={choices.tags}
          onChange={(id) => onChange({ kind: "tagged", tagId: Number(id) })}
        />
      )}
      {value.kind === "field_changed" && (
        <>
          <ChoiceField
            label={t("app.sequences.field")}
            value={value.key}
            choices={choices.fields.map(({ key, name }) => ({ id: key, name }))}
            onChange={(key) => onChange({ kind: "field_changed", key: key ?? value.key, value: null })}
          />
          <ValueField key={value.key} value={value} onChange={onChange} choices={choices} />
        </>
      )}
      {value.kind === "clicked" && (
        <ChoiceField
          label={t("app.sequences.broadcast")}
          any={t("app.sequences.any_broadcast")}
          value={value.broadcastId}
          choices={choices.broadcasts}
          onChange={(broadcastId) => onChange({ kind: "clicked", broadcastId })}
        />
      )}
      {value.kind === "converted" && (
        <ChoiceField
          label={t("app.sequences.status")}
          any={t("app.sequences.any_status")}
          value={value.status}
          choices={statuses}
          onChange={(status) => onChange({ kind: "converted", status })}
        />
      )}
      {value.kind === "opted_in" && (
        <ChoiceField
          label={t("app.sequences.category")}
          any={t("app.sequences.any_category")}
          value={value.categoryId}
          choices={choices.categories}
          onChange={(id) => onChange({ kind: "opted_in", categoryId: id === null ? null : Number(id) })}
        />
      )}
    </Section>
  );
}

/** What is no value of the field's kind is kept as it is typed, and said to be wrong: the server does not take it. */
function ValueField({
  value: { key, value },
  onChange,
  choices,
}: {
  value: Extract<Trigger, { kind: "field_changed" }>;
  onChange(value: Trigger): void;
  choices: SequenceChoices;
}): JSX.Element | null {
  const t = useT();
  const [text, setText] = useState(textOf(value ?? undefined));
  const field = choices.fields.find((one) => one.key === key);
  if (!field) return null;
  return (
    <FieldInput
      field={field}
      label={t("app.sequences.becomes")}
      empty={t("app.sequences.any_value")}
      text={text}
      isWrong={valueIn(field, text) === undefined}
      onChange={(typed) => {
        setText(typed);
        const meant = valueIn(field, typed);
        onChange({ kind: "field_changed", key, value: meant === undefined ? typed : meant });
      }}
    />
  );
}

function SourceFields({
  value: { source },
  onChange,
}: {
  value: Extract<Trigger, { kind: "joined" }>;
  onChange(value: Trigger): void;
}): JSX.Element {
  const t = useT();
  return (
    <>
      <Field
        kind="select"
        label={t("app.sequences.source")}
        value={source?.test ?? "any"}
        choices={(["any", "is", "starts"] as const).map((test) => ({
          value: test,
          label: t(`app.sequences.source_${test}`),
        }))}
        onChange={(test) =>
          onChange({
            kind: "joined",
            source: test === "is" || test === "starts" ? { test, value: source?.value ?? "" } : null,
          })
        }
      />
      {source && (
        <Field
          label={t("app.sequences.source_value")}
          value={source.value}
          maxLength={64}
          isMono
          onChange={(typed) => onChange({ kind: "joined", source: { ...source, value: typed.trim() } })}
        />
      )}
    </>
  );
}

export function StopsPart({
  value,
  onChange,
  choices,
}: {
  value: readonly StopRule[];
  onChange(value: StopRule[]): void;
  choices: SequenceChoices;
}): JSX.Element {
  const t = useT();
  const [firstTag] = choices.tags;
  const tagged = value.find((rule) => rule.kind === "tagged");
  const set = (kind: StopRule["kind"], rule: StopRule | null) =>
    onChange([...value.filter((one) => one.kind !== kind), ...(rule ? [rule] : [])]);
  const rules: readonly StopRule[] = [{ kind: "converted", status: null }, { kind: "replied" }, { kind: "clicked" }];
  return (
    <Section header={t("app.sequences.ends")} footer={t("app.sequences.ends_text")}>
      {rules.map((rule) => (
        <Switch
          key={rule.kind}
          label={t(`app.sequences.stop_${rule.kind}`)}
          isOn={value.some(({ kind }) => kind === rule.kind)}
          onChange={(isOn) => set(rule.kind, isOn ? rule : null)}
        />
      ))}
      {(firstTag || tagged) && (
        <Switch
          label={t("app.sequences.stop_tagged")}
          isOn={tagged !== undefined}
          onChange={(isOn) => set("tagged", isOn && firstTag ? { kind: "tagged", tagId: firstTag.id } : null)}
        />
      )}
      {tagged && (
        <ChoiceField
          label={t("app.sequences.tag")}
          value={tagged.tagId}
          choices={choices.tags}
          onChange={(id) => set("tagged", { kind: "tagged", tagId: Number(id) })}
        />
      )}
    </Section>
  );
}

export function SettingsPart({
  botIds,
  categoryId,
  isUrgent,
  isRepeatable,
  onChange,
  choices,
}: {
  botIds: readonly string[];
  categoryId: number | null;
  isUrgent: boolean;
  isRepeatable: boolean;
  onChange(part: { botIds?: string[]; categoryId?: number | null; isUrgent?: boolean; isRepeatable?: boolean }): void;
  choices: SequenceChoices;
}): JSX.Element {
  const t = useT();
  const isAll = botIds.length === 0;
  const toggle = (id: string) =>
    onChange({ botIds: botIds.includes(id) ? botIds.filter((one) => one !== id) : [...botIds, id] });
  return (
    <Section header={t("app.sequences.more")}>
      {choices.categories.length > 0 && (
        <ChoiceField
          label={t("app.sequences.category")}
          any={t("app.sequences.no_category")}
          value={categoryId}
          choices={choices.categories}
          onChange={(id) => onChange({ categoryId: id === null ? null : Number(id) })}
        />
      )}
      {choices.bots.length > 1 && (
        <Switch
          label={t("app.sequences.bots")}
          isOn={isAll}
          onChange={(isOn) => onChange({ botIds: isOn ? [] : choices.bots.map(({ id }) => id) })}
        />
      )}
      {!isAll &&
        choices.bots.map(({ id, name }) => (
          <Row
            key={id}
            title={name}
            before={<ChoiceMark isOn={botIds.includes(id)} />}
            isChecked={botIds.includes(id)}
            // The last one stays: none would mean all.
            isDisabled={botIds.length === 1 && botIds.includes(id)}
            onClick={() => toggle(id)}
          />
        ))}
      <Switch label={t("app.sequences.urgent")} isOn={isUrgent} onChange={(isOn) => onChange({ isUrgent: isOn })} />
      <Switch
        label={t("app.sequences.repeatable")}
        hint={t("app.sequences.repeatable_text")}
        isOn={isRepeatable}
        onChange={(isOn) => onChange({ isRepeatable: isOn })}
      />
    </Section>
  );
}
