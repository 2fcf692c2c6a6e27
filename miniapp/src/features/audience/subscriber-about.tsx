import { href } from "@miniapp/app/paths.ts";
import { ChoiceRow } from "@miniapp/features/identity/components/choice-row.tsx";
import { TimeZonePicker } from "@miniapp/features/identity/components/time-zone-picker.tsx";
import { useCan, useMe } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { type AppTranslator, useT } from "@miniapp/shared/i18n.ts";
import { Fact, Field as Input, Row, Section } from "@miniapp/shared/ui/index.ts";
import { type JSX, useState } from "react";
import { changeSubscriber, type Field, type Subscriber } from "./api.ts";
import { FieldInput } from "./field-input.tsx";
import { textOf } from "./field-texts.ts";
import { noteName, type SubscriberForm } from "./use-subscriber-form.ts";

/** Stands for "no zone of his own" in the picker; no zone is called so. */
const workspaceZone = "workspace";
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
