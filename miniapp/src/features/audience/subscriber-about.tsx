import { href } from "@miniapp/app/paths.ts";
import { ChoiceRow } from "@miniapp/features/identity/components/choice-row.tsx";
import { TimeZonePicker } from "@miniapp/features/identity/components/time-zone-picker.tsx";
import { useCan, useMe } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { type AppTranslator, useT } from "@miniapp/shared/i18n.ts";
import { Fact, Field as Input, Row, Section } from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { type JSX, useState } from "react";
import { changeSubscriber, type Field, type Subscriber } from "./api.ts";
import { noteName, type SubscriberForm, textOf } from "./use-subscriber-form.ts";

/** Stands for "no zone of his own" in the picker; no zone is called so. */
const workspaceZone = "workspace";
/** More choices than fit in a select belong in a sheet. */
const selectAtMost = 7;

/** Fields, note and time zone: what is known of him besides what Telegram says. */
export function AboutPart({ subscriber, form }: { subscriber: Subscriber; form: SubscriberForm }): JSX.Element {
  const t = useT();
  const can = useCan();
  const { draft, fields, wrong } = form;
  if (!can("audience.manage")) return <Known subscriber={subscriber} fields={fields} />;
  return (
    <>
      <Section header={t("app.audience.about")}>
        {fields.map((field) => (
          <FieldInput
            key={field.key}
            field={field}
            text={draft.value[field.key] ?? ""}
            isWrong={wrong.has(field.key)}
            onChange={(text) => draft.change({ [field.key]: text })}
          />
        ))}
        {fields.length === 0 && <Row tone="accent" title={t("app.fields.make")} to={href("fields")} />}
        <Zone subscriber={subscriber} />
      </Section>
      <Section footer={t("app.audience.note_footer")}>
        <Input
          kind="textarea"
          label={t("app.audience.note")}
          value={draft.value[noteName] ?? ""}
          onChange={(note) => draft.change({ [noteName]: note })}
          maxLength={2_000}
        />
      </Section>
    </>
  );
}

function wordOf(t: AppTranslator, field: Field, text: string): string {
  if (field.kind !== "boolean" || text === "") return text;
  return t(text === "true" ? "app.fields.yes" : "app.fields.no");
}

function Known({ subscriber, fields }: { subscriber: Subscriber; fields: readonly Field[] }): JSX.Element | null {
  const t = useT();
  const known = fields.filter(({ key }) => subscriber.fields[key] !== undefined);
  if (known.length === 0 && !subscriber.note && !subscriber.timeZone) return null;
  return (
    <Section header={t("app.audience.about")}>
      {known.map((field) => (
        <Fact key={field.key} name={field.name} value={wordOf(t, field, textOf(subscriber.fields[field.key]))} />
      ))}
      <Fact name={t("app.fact.time_zone")} value={subscriber.timeZone} />
      <Fact name={t("app.audience.note")} value={subscriber.note} />
    </Section>
  );
}

function FieldInput({
  field,
  text,
  isWrong,
  onChange,
}: {
  field: Field;
  text: string;
  isWrong: boolean;
  onChange(text: string): void;
}): JSX.Element {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  const { name, kind } = field;
  const none = { value: "", label: t("app.fields.none") };
  // A value that the field no longer offers is shown all the same: it is what is stored.
  const choices = [...new Set([...field.choices, ...(text === "" ? [] : [text])])];
  const error = isWrong ? t(`app.fields.wrong.${kind}`) : undefined;
  if (kind === "boolean")
    return (
      <Input
        kind="select"
        label={name}
        value={text}
        choices={[none, { value: "true", label: t("app.fields.yes") }, { value: "false", label: t("app.fields.no") }]}
        onChange={onChange}
      />
    );
  if (kind === "choice" && choices.length > selectAtMost)
    return (
      <>
        <ChoiceRow title={name} value={text || none.label} isQuiet={text === ""} onClick={() => setOpen(true)} />
        {isOpen && (
          <PickerSheet
            title={name}
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
        label={name}
        value={text}
        choices={[none, ...choices.map((choice) => ({ value: choice, label: choice }))]}
        onChange={onChange}
        error={error}
      />
    );
  return <Input kind={kind} label={name} value={text} onChange={onChange} error={error} maxLength={500} />;
}

/** The zone acts at once, as it does in one's own profile. */
function Zone({ subscriber }: { subscriber: Subscriber }): JSX.Element {
  const t = useT();
  const { workspace } = useMe();
  const [isOpen, setOpen] = useState(false);
  const change = useAct(changeSubscriber, { stale: ["audience"], done: t("app.saved") });
  return (
    <>
      <ChoiceRow
        title={t("app.fact.time_zone")}
        value={subscriber.timeZone ?? t("app.audience.workspace_zone")}
        isQuiet={subscriber.timeZone === null}
        onClick={() => setOpen(true)}
        isDisabled={change.isOff}
      />
      {isOpen && (
        <TimeZonePicker
          first={{ value: workspaceZone, label: t("app.audience.workspace_zone"), hint: workspace.timeZone }}
          value={subscriber.timeZone ?? workspaceZone}
          onPick={(zone) =>
            change.run({ subscriberId: String(subscriber.id), timeZone: zone === workspaceZone ? null : zone })
          }
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
