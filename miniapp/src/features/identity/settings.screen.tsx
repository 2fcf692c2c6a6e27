import { workspaceRules } from "@backend/modules/operations/domain/alert-rules.ts";
import { href } from "@miniapp/app/paths.ts";
import { changeAlerts, settingsQuery } from "@miniapp/features/operations/api.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import { Fact, Field, Loading, Screen, Section, Skeleton, Switch } from "@miniapp/shared/ui/index.ts";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { changeWorkspace, workspaceQuery } from "./api.ts";
import { ChoiceRow } from "./components/choice-row.tsx";
import { LanguagePicker } from "./components/language-picker.tsx";
import { TimeZonePicker } from "./components/time-zone-picker.tsx";

export default function SettingsScreen(): JSX.Element {
  const t = useT();
  const workspace = useQuery(workspaceQuery).data;
  const draft = useDraft("workspace", { name: workspace?.name ?? "" });
  useClosingConfirmation(draft.isDirty);
  const save = useAct(changeWorkspace, { stale: ["workspace", "me"], done: t("app.saved"), onDone: draft.clear });
  const name = draft.value.name.trim();
  return (
    <Screen
      title={t("app.control.settings")}
      back={href("control")}
      main={
        draft.isDirty && workspace
          ? {
              text: t("app.action.save"),
              onClick: () => save.run({ name }),
              isBusy: save.isBusy,
              isDisabled: save.isOff || name === "",
            }
          : undefined
      }
    >
      <Loading
        skeleton={
          <>
            <Skeleton rows={3} />
            <Skeleton rows={8} height={48} isSingle />
          </>
        }
      >
        <General
          name={draft.value.name}
          onName={(value) => draft.change({ name: value })}
          problem={name === "" && workspace ? t("app.settings.name_needed") : undefined}
        />
        <Loading skeleton={<Skeleton rows={8} height={48} isSingle />} isCompact>
          <Alerts />
        </Loading>
      </Loading>
    </Screen>
  );
}

function General({
  name,
  onName,
  problem,
}: {
  name: string;
  onName(name: string): void;
  problem: string | undefined;
}): JSX.Element {
  const t = useT();
  const query = useSuspenseQuery(workspaceQuery);
  const { id, locale, timeZone } = query.data;
  const [choosing, setChoosing] = useState<"language" | "zone" | null>(null);
  const change = useAct(changeWorkspace, { stale: ["workspace", "me"], done: t("app.saved") });
  return (
    <>
      <Freshness of={query} />
      <Section>
        <Field label={t("app.fact.name")} value={name} onChange={onName} maxLength={80} error={problem} />
        <ChoiceRow
          title={t("app.fact.language")}
          value={t(`app.languages.${locale}`)}
          onClick={() => setChoosing("language")}
          isDisabled={change.isOff}
        />
        <ChoiceRow
          title={t("app.fact.time_zone")}
          value={timeZone}
          onClick={() => setChoosing("zone")}
          isDisabled={change.isOff}
        />
        <Fact name="ID" value={id} canCopy isMono />
      </Section>
      {choosing === "language" && (
        <LanguagePicker
          value={locale}
          onPick={(value) => change.run({ locale: value })}
          onClose={() => setChoosing(null)}
        />
      )}
      {choosing === "zone" && (
        <TimeZonePicker
          value={timeZone}
          onPick={(value) => change.run({ timeZone: value })}
          onClose={() => setChoosing(null)}
        />
      )}
    </>
  );
}

function Alerts(): JSX.Element {
  const t = useT();
  const { alerts } = useSuspenseQuery(settingsQuery).data;
  const change = useAct(changeAlerts, { stale: ["settings"] });
  return (
    <Section header={t("app.settings.rules")}>
      <Switch
        label={t("app.settings.alerts")}
        isOn={alerts.isOn}
        onChange={(isOn) => change.run({ isOn })}
        isDisabled={change.isOff}
      />
      {workspaceRules.map((rule) => (
        <Switch
          key={rule}
          label={t(`app.rule.${rule}`)}
          isOn={alerts.isOn && !alerts.off.includes(rule)}
          onChange={(isOn) =>
            change.run({ off: isOn ? alerts.off.filter((other) => other !== rule) : [...alerts.off, rule] })
          }
          isDisabled={change.isOff || !alerts.isOn}
        />
      ))}
    </Section>
  );
}
