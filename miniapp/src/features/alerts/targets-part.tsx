/** "Who is told": chats, topics and people, each with its own words, language and sound. */
import { limits, type RouteTarget } from "@backend/modules/conversions/domain/conditions.ts";
import { isLocale, useT } from "@miniapp/shared/i18n.ts";
import {
  Avatar,
  Badge,
  Button,
  ChatIcon,
  Field,
  PeopleIcon,
  PersonIcon,
  Row,
  Section,
  Switch,
  TrashIcon,
} from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { Sheet, SheetBody } from "@miniapp/shared/ui/sheet.tsx";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { TargetPicker } from "../conversions/target-picker.tsx";
import { useCan } from "../identity/me.ts";
import { membersQuery } from "../identity/members-api.ts";
import { templatesQuery } from "./api.ts";
import { targetKey } from "./condition-words.ts";

export interface TargetsPartProps {
  targets: RouteTarget[];
  /** What each target is called, by `targetKey`. */
  names: Readonly<Record<string, string>>;
  /** Of those that cannot be written to. */
  unreachable: ReadonlySet<string>;
  error?: string | undefined;
  mayManage: boolean;
  onChange(targets: RouteTarget[], names: Readonly<Record<string, string>>): void;
}

const plain = { templateId: null, locale: null, isSilent: false } as const;

export function TargetsPart(props: TargetsPartProps): JSX.Element {
  const { targets, names, unreachable, error, mayManage, onChange } = props;
  const t = useT();
  const can = useCan();
  const { data: templates } = useQuery(templatesQuery);
  const [open, setOpen] = useState<number | null>(null);
  const [picking, setPicking] = useState<"chat" | "person" | null>(null);
  const edited = open === null ? undefined : targets[open];

  const add = (target: RouteTarget, name: string) => {
    const key = targetKey(target);
    if (targets.some((known) => targetKey(known) === key)) return;
    onChange([...targets, target], { ...names, [key]: name });
  };
  const details = (target: RouteTarget) =>
    [
      templates?.items.find(({ id }) => id === target.templateId)?.name,
      target.locale && t(`app.languages.${target.locale}`),
      target.isSilent && t("app.target.silent"),
    ].filter((part) => typeof part === "string");

  return (
    <Section header={t("app.route.who")} footer={error ?? (mayManage ? t("app.route.who_hint") : undefined)}>
      {targets.map((target, index) => {
        const key = targetKey(target);
        return (
          <Row
            key={key}
            before={
              <Avatar
                tone={unreachable.has(key) ? "bad" : "accent"}
                icon={target.kind === "person" ? <PersonIcon /> : <PeopleIcon />}
              />
            }
            title={names[key] ?? t("app.target.gone")}
            subtitle={details(target).join(" · ") || undefined}
            note={unreachable.has(key) && <Badge tone="bad">{t("app.target.unreachable")}</Badge>}
            isNoteBelow
            {...(mayManage ? { onClick: () => setOpen(index) } : {})}
          />
        );
      })}
      {mayManage && targets.length < limits.targets && (
        <>
          <Row
            before={<ChatIcon />}
            tone="accent"
            title={t("app.target.add_chat")}
            onClick={() => setPicking("chat")}
          />
          {can("members.read") && (
            <Row
              before={<PersonIcon />}
              tone="accent"
              title={t("app.target.add_person")}
              onClick={() => setPicking("person")}
            />
          )}
        </>
      )}
      {picking === "chat" && (
        <TargetPicker
          chatId={null}
          onPick={({ chatId, threadId, name }) => add({ kind: "chat", chatId, threadId, ...plain }, name)}
          onClose={() => setPicking(null)}
        />
      )}
      {picking === "person" && (
        <PersonPicker
          onPick={(personId, name) => add({ kind: "person", personId, ...plain }, name)}
          onClose={() => setPicking(null)}
        />
      )}
      {edited && open !== null && (
        <TargetSheet
          name={names[targetKey(edited)] ?? t("app.target.gone")}
          target={edited}
          templates={templates?.items ?? []}
          onChange={(target) =>
            onChange(
              targets.map((known, index) => (index === open ? target : known)),
              names,
            )
          }
          onRemove={() => {
            onChange(
              targets.filter((_, index) => index !== open),
              names,
            );
            setOpen(null);
          }}
          onClose={() => setOpen(null)}
        />
      )}
    </Section>
  );
}

function PersonPicker({
  onPick,
  onClose,
}: {
  onPick(personId: string, name: string): void;
  onClose(): void;
}): JSX.Element {
  const t = useT();
  const { data } = useQuery(membersQuery);
  const members = data?.items ?? [];
  return (
    <PickerSheet
      title={t("app.target.add_person")}
      value={null}
      options={members.map(({ person, role }) => ({
        value: person.id,
        label: person.name || t("app.target.nameless"),
        hint: t(`app.roles.${role}`),
        before: <Avatar name={person.name} />,
      }))}
      onPick={(id) =>
        onPick(id, members.find(({ person }) => person.id === id)?.person.name || t("app.target.nameless"))
      }
      onClose={onClose}
    />
  );
}

function TargetSheet({
  name,
  target,
  templates,
  onChange,
  onRemove,
  onClose,
}: {
  name: string;
  target: RouteTarget;
  templates: readonly { id: string; name: string; isDefault: boolean }[];
  onChange(target: RouteTarget): void;
  onRemove(): void;
  onClose(): void;
}): JSX.Element {
  const t = useT();
  return (
    <Sheet title={name} onClose={onClose}>
      <SheetBody>
        <Section>
          <Field
            kind="select"
            label={t("app.target.template")}
            value={target.templateId ?? ""}
            choices={[
              { value: "", label: t("app.templates.default") },
              ...templates.filter(({ isDefault }) => !isDefault).map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={(templateId) => onChange({ ...target, templateId: templateId || null })}
          />
          <Field
            kind="select"
            label={t("app.target.language")}
            value={target.locale ?? ""}
            choices={[
              {
                value: "",
                label: t(target.kind === "person" ? "app.target.language_person" : "app.target.language_connection"),
              },
              ...(["en", "ru", "uk"] as const).map((value) => ({ value, label: t(`app.languages.${value}`) })),
            ]}
            onChange={(locale) => onChange({ ...target, locale: isLocale(locale) ? locale : null })}
          />
          <Switch
            label={t("app.target.is_silent")}
            hint={t("app.target.silent_hint")}
            isOn={target.isSilent}
            onChange={(isSilent) => onChange({ ...target, isSilent })}
          />
          <Row before={<TrashIcon />} tone="danger" title={t("app.target.remove")} onClick={onRemove} />
        </Section>
        <Button isWide onClick={onClose}>
          {t("app.cond.done")}
        </Button>
      </SheetBody>
    </Sheet>
  );
}
