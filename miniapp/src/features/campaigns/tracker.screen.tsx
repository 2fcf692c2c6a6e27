/** One tracker: whether it is read, how fresh what we have is, what is wrong and what to do, and how it is read. */
import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { type AppTranslator, sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { openAddress } from "@miniapp/shared/telegram/index.ts";
import {
  Badge,
  Empty,
  Field,
  InboxIcon,
  KeyIcon,
  LinkIcon,
  Progress,
  PulseIcon,
  ReplayIcon,
  Row,
  Screen,
  Section,
  Spinner,
  Switch,
  TrafficIcon,
  toast,
  useIsOffline,
} from "@miniapp/shared/ui/index.ts";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useParams } from "wouter";
import { connectionQuery } from "../conversions/api.ts";
import { TimeZonePicker } from "../identity/components/time-zone-picker.tsx";
import { useCan, useMe } from "../identity/me.ts";
import { type ChangeMirror, type TrackerMirror, trackersQuery, useChangeTracker, useSyncTracker } from "./api.ts";
import { SentDay } from "./sent-day.tsx";
import { ageWords, progressWords, standingOf, standingTone, standingWords } from "./tracker-words.ts";

const intervals = [5, 15, 30, 60, 180, 720, 1_440];

export default function TrackerScreen(): JSX.Element {
  const t = useT();
  const can = useCan();
  const { connectionId = "" } = useParams<{ connectionId: string }>();
  const { data: trackers } = useSuspenseQuery(trackersQuery);
  const tracker = trackers.find((one) => one.connectionId === connectionId);
  if (!tracker)
    return (
      <Screen title={t("app.campaigns.trackers.title")} back={href("trackers")}>
        <Empty title={t("app.campaigns.ref.no_tracker")} text={t("app.campaigns.connect_ask")} />
      </Screen>
    );
  return (
    <Screen title={tracker.name} back={href("trackers")}>
      <State tracker={tracker} />
      <Ways tracker={tracker} />
      <SentDay connectionId={connectionId} />
      {can("campaigns.manage") && <Settings tracker={tracker} />}
    </Screen>
  );
}

function State({ tracker }: { tracker: TrackerMirror }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const isOffline = useIsOffline();
  const sync = useSyncTracker(tracker.connectionId);
  const standing = standingOf(tracker);
  const isProblem = standing === "problem";
  const about = [
    isProblem && tracker.problemSince
      ? t("app.campaigns.tracker.problem_since", { when: format.dateTime(tracker.problemSince) })
      : null,
    standing === "on" ? null : tracker.lastOkAt === null ? null : ageWords(tracker, t, format),
  ];
  return (
    <Section>
      <Row
        title={
          standing === "running" ? (
            <Progress
              label={progressWords(tracker, t, format)}
              done={tracker.done}
              {...(tracker.total === null ? {} : { total: tracker.total })}
            />
          ) : (
            standingWords(tracker, t, format)
          )
        }
        subtitle={about.filter(Boolean).join(" ")}
        isWrapped
        note={<Badge tone={standingTone[standing]}>{t(`app.campaigns.tracker.${standing}`)}</Badge>}
        isNoteBelow
      />
      <Row
        before={tracker.isRunning ? <Spinner /> : <ReplayIcon />}
        tone="accent"
        title={t("app.campaigns.tracker.sync")}
        isDisabled={sync.isPending || isOffline || tracker.isRunning}
        onClick={() =>
          sync.mutate(undefined, {
            onSuccess: () => toast(t("app.campaigns.tracker.sync_asked")),
            onError: (error) => toast(sentenceOf(t, error)),
          })
        }
      />
      <Mend tracker={tracker} />
    </Section>
  );
}

/** Address and key belong to the connection; whoever may change that one is led there. */
function Mend({ tracker: { connectionId } }: { tracker: TrackerMirror }): JSX.Element | null {
  const t = useT();
  const can = useCan();
  const { data: connection } = useQuery({ ...connectionQuery(connectionId), enabled: can("connections.read") });
  if (!connection?.mayManage) return null;
  return (
    <Row before={<KeyIcon />} title={t("app.campaigns.tracker.mend")} to={href("truthSettings", { connectionId })} />
  );
}

function Ways({ tracker }: { tracker: TrackerMirror }): JSX.Element {
  const t = useT();
  const can = useCan();
  return (
    <Section>
      <Row
        before={<TrafficIcon />}
        title={t("app.campaigns.tracker.campaigns")}
        end={t("app.campaigns.tracker.count", { count: tracker.campaigns })}
        to={`${href("campaigns")}?${new URLSearchParams({ connectionId: tracker.connectionId })}`}
      />
      {can("campaigns.manage") && (
        <Row
          before={<InboxIcon />}
          title={t("app.campaigns.tracker.postbacks")}
          to={href("trackerPostbacks", { connectionId: tracker.connectionId })}
        />
      )}
      <Row
        before={<PulseIcon />}
        title={t("app.campaigns.tracker.figures")}
        to={href("trackerFigures", { connectionId: tracker.connectionId })}
      />
      <Row
        before={<LinkIcon />}
        title={t("app.campaigns.tracker.open")}
        subtitle={tracker.apiUrl}
        onClick={() => openAddress(`${tracker.apiUrl}/admin`)}
      />
    </Section>
  );
}

const intervalWords = (minutes: number, t: AppTranslator): string =>
  minutes % 60 === 0
    ? t("app.campaigns.tracker.every_hours", { count: minutes / 60 })
    : t("app.campaigns.tracker.every_minutes", { count: minutes });

/** Everything acts at once and can be taken back. */
function Settings({ tracker }: { tracker: TrackerMirror }): JSX.Element {
  const t = useT();
  const { workspace } = useMe();
  const isOffline = useIsOffline();
  const change = useChangeTracker(tracker.connectionId);
  const [isChoosingZone, setChoosingZone] = useState(false);
  const { isOn, everyMinutes, timeZone, tellsDrift } = tracker;
  const save = (to: ChangeMirror, back: ChangeMirror) =>
    change.mutate(to, {
      onSuccess: () => toast(t("app.saved"), { undo: () => change.mutate(back) }),
      onError: (error) => toast(sentenceOf(t, error)),
    });
  const isDisabled = change.isPending || isOffline;
  const inWorkspace = t("app.campaigns.tracker.zone_workspace");
  return (
    <Section header={t("app.campaigns.tracker.settings")}>
      <Switch
        label={t("app.campaigns.tracker.is_on")}
        isOn={isOn}
        isDisabled={isDisabled}
        onChange={(on) => save({ isOn: on }, { isOn })}
      />
      <Field
        kind="select"
        label={t("app.campaigns.tracker.every")}
        value={String(everyMinutes)}
        isDisabled={isDisabled || !isOn}
        choices={[...new Set([...intervals, everyMinutes])]
          .sort((left, right) => left - right)
          .map((minutes) => ({ value: String(minutes), label: intervalWords(minutes, t) }))}
        onChange={(value) => save({ everyMinutes: Number(value) }, { everyMinutes })}
      />
      <Row
        title={t("app.campaigns.tracker.zone")}
        end={timeZone ?? inWorkspace}
        isDisabled={isDisabled}
        onClick={() => setChoosingZone(true)}
      />
      <Switch
        label={t("app.campaigns.tracker.tells_drift")}
        hint={t("app.campaigns.tracker.tells_drift_hint")}
        isOn={tellsDrift}
        isDisabled={isDisabled}
        onChange={(tells) => save({ tellsDrift: tells }, { tellsDrift })}
      />
      {isChoosingZone && (
        <TimeZonePicker
          value={timeZone ?? ""}
          first={{ value: "", label: inWorkspace, hint: workspace.timeZone }}
          onPick={(zone) => save({ timeZone: zone || null }, { timeZone })}
          onClose={() => setChoosingZone(false)}
        />
      )}
    </Section>
  );
}
