import { href } from "@miniapp/app/paths.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import { Fact, Field, Loading, Screen, Section, Skeleton, Switch, useCopy } from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { apiKeysQuery, createApiKey } from "./api.ts";
import { ChoiceRow } from "./components/choice-row.tsx";
import { type Area, areaNames, areas, type Level, levelsOf, programs, type Scope, scopesOf } from "./scopes.ts";

type Levels = Partial<Record<Area, Level>>;

export default function NewApiKeyScreen(): JSX.Element {
  // The key is shown once: it stays in this screen's memory and in no draft.
  const [key, setKey] = useState<string | null>(null);
  return key === null ? <Form onCreated={setKey} /> : <Ready value={key} />;
}

function Form({ onCreated }: { onCreated(key: string): void }): JSX.Element {
  const t = useT();
  const draft = useDraft("api-key", { name: "", levels: {} as Levels, programs: [] as Scope[] });
  useClosingConfirmation(draft.isDirty);
  const grantable = useQuery(apiKeysQuery).data?.grantableScopes ?? [];
  const create = useAct(createApiKey, {
    stale: ["api-keys"],
    onDone: (answer) => {
      draft.clear();
      onCreated(answer.key);
    },
  });
  const { name, levels } = draft.value;
  const scopes: Scope[] = [...scopesOf(levels, grantable), ...draft.value.programs];
  return (
    <Screen
      title={t("app.keys.new")}
      back={href("apiKeys")}
      main={{
        text: t("app.action.create"),
        onClick: () => create.run({ name: name.trim(), scopes }),
        isBusy: create.isBusy,
        isDisabled: create.isOff || name.trim() === "" || scopes.length === 0,
      }}
    >
      <Section footer={name.trim() === "" ? t("app.keys.name_hint") : undefined}>
        <Field
          label={t("app.fact.name")}
          value={name}
          onChange={(value) => draft.change({ name: value })}
          maxLength={80}
        />
      </Section>
      <Loading skeleton={<Skeleton rows={8} />}>
        <Rights
          levels={levels}
          chosen={draft.value.programs}
          onLevels={(value) => draft.change({ levels: value })}
          onPrograms={(value) => draft.change({ programs: value })}
          note={scopes.length === 0 ? t("app.keys.none") : undefined}
        />
      </Loading>
    </Screen>
  );
}

function Rights({
  levels,
  chosen,
  onLevels,
  onPrograms,
  note,
}: {
  levels: Levels;
  chosen: readonly Scope[];
  onLevels(levels: Levels): void;
  onPrograms(programs: Scope[]): void;
  note: string | undefined;
}): JSX.Element {
  const t = useT();
  const { grantableScopes } = useSuspenseQuery(apiKeysQuery).data;
  const [choosing, setChoosing] = useState<Area | null>(null);
  const wordOf = (level: Level) => t(level === "none" ? "app.scope.off" : `app.keys.${level}`);
  const offered = programs.filter((program) => grantableScopes.includes(program));
  return (
    <>
      <Section header={t("app.keys.rights")} footer={note}>
        {areas
          .filter((area) => levelsOf(area, grantableScopes).length > 1)
          .map((area) => (
            <ChoiceRow
              key={area}
              title={t(areaNames[area])}
              hint={t(`app.scope.${area}`)}
              value={wordOf(levels[area] ?? "none")}
              isQuiet={(levels[area] ?? "none") === "none"}
              onClick={() => setChoosing(area)}
            />
          ))}
      </Section>
      {offered.length > 0 && (
        <Section>
          {offered.map((program) => (
            <Switch
              key={program}
              label={t(`app.keys.${program}`)}
              hint={program}
              isOn={chosen.includes(program)}
              onChange={(isOn) => onPrograms(isOn ? [...chosen, program] : chosen.filter((other) => other !== program))}
            />
          ))}
        </Section>
      )}
      {choosing && (
        <PickerSheet
          title={t(areaNames[choosing])}
          options={levelsOf(choosing, grantableScopes).map((level) => ({ value: level, label: wordOf(level) }))}
          value={levels[choosing] ?? "none"}
          onPick={(level) => onLevels({ ...levels, [choosing]: level })}
          onClose={() => setChoosing(null)}
        />
      )}
    </>
  );
}

function Ready({ value }: { value: string }): JSX.Element {
  const t = useT();
  const copy = useCopy();
  return (
    <Screen
      title={t("app.keys.key")}
      subtitle={t("app.keys.once")}
      back={href("apiKeys")}
      main={{ text: t("app.action.copy"), onClick: () => copy(value) }}
    >
      <Section>
        <Fact name={t("app.keys.key")} value={value} canCopy isMono />
        <Fact name="HTTP" value={`Authorization: Bearer ${value.slice(0, 8)}…`} isMono />
      </Section>
    </Screen>
  );
}
