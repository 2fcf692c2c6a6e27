/** What the tracker says of itself beside what we have: by day, what was missed, how long things took, and every check. */
import { href } from "@miniapp/app/paths.ts";
import { Loaded } from "@miniapp/shared/code.tsx";
import { useFormat } from "@miniapp/shared/format.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import {
  Badge,
  Empty,
  Loading,
  ReplayIcon,
  Row,
  Screen,
  Section,
  Skeleton,
  Spinner,
  toast,
  useIsOffline,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX, ReactNode } from "react";
import { useParams } from "wouter";
import { useCan } from "../identity/me.ts";
import { connectionQuery } from "./api.ts";
import { StatusAvatar } from "./status.tsx";
import styles from "./truth.module.css";
import {
  missedQuery,
  type PullDay,
  pullDaysQuery,
  pullQuery,
  runsQuery,
  type TrackerPull,
  useRunPull,
} from "./truth-api.ts";
import { TruthOffer } from "./truth-offer.tsx";
import { deliveredWords, missedWords, standingOf, standingTone, standingWords } from "./truth-words.ts";

export default function TruthScreen(): JSX.Element {
  const t = useT();
  const { connectionId = "" } = useParams<{ connectionId: string }>();
  const { pull } = useSuspenseQuery(pullQuery(connectionId)).data;
  return (
    <Screen title={t("app.truth.title")} back={href("connection", { connectionId })}>
      {pull ? <State connectionId={connectionId} pull={pull} /> : <NotConnected connectionId={connectionId} />}
      <Part rows={7}>
        <Days connectionId={connectionId} />
      </Part>
      <Part rows={3}>
        <Missed connectionId={connectionId} />
      </Part>
      <Part rows={4}>
        <Loaded name="truth-delays" load={() => import("./truth-delays.tsx")} />
      </Part>
      <Part rows={4}>
        <Runs connectionId={connectionId} />
      </Part>
    </Screen>
  );
}

/** One part that fails leaves the others as they are. */
const Part = ({ rows, children }: { rows: number; children: ReactNode }): JSX.Element => (
  <Loading skeleton={<Skeleton rows={rows} height={56} />}>{children}</Loading>
);

function NotConnected({ connectionId }: { connectionId: string }): JSX.Element {
  const t = useT();
  const { mayManage } = useSuspenseQuery(connectionQuery(connectionId)).data;
  if (!mayManage) return <Empty text={t("app.truth.connect_text")} />;
  return <TruthOffer connectionId={connectionId} />;
}

function State({ connectionId, pull }: { connectionId: string; pull: TrackerPull }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { data: connection } = useSuspenseQuery(connectionQuery(connectionId));
  const isOffline = useIsOffline();
  const run = useRunPull(connectionId);
  const isPaused = connection.state === "paused";
  const standing = standingOf(pull, isPaused);
  const since =
    standing === "problem" && pull.problemSince
      ? t("app.truth.problem_since", {
          when: format.dateTime(pull.problemSince),
          next: format.moment(pull.nextRunAt),
        })
      : undefined;
  return (
    <Section>
      <Row
        title={standingWords(pull, standing, t, format)}
        subtitle={since}
        isWrapped
        note={<Badge tone={standingTone[standing]}>{t(`app.truth.state.${standing}`)}</Badge>}
        isNoteBelow
      />
      {connection.mayManage && !isPaused && (
        <Row
          before={pull.isRunning ? <Spinner /> : <ReplayIcon />}
          tone="accent"
          title={t("app.truth.run_now")}
          isDisabled={run.isPending || isOffline || pull.isRunning}
          onClick={() =>
            run.mutate(undefined, {
              onSuccess: () => toast(t("app.truth.run_asked")),
              onError: (error) => toast(sentenceOf(t, error)),
            })
          }
        />
      )}
      {connection.mayManage && <Row title={t("app.truth.settings")} to={href("truthSettings", { connectionId })} />}
    </Section>
  );
}

function Days({ connectionId }: { connectionId: string }): JSX.Element {
  const t = useT();
  const { days, timeZone } = useSuspenseQuery(pullDaysQuery(connectionId)).data;
  const most = Math.max(...days.map(({ theirs }) => theirs));
  // A log that was connected an hour ago has no two weeks to show.
  const first = days.findLastIndex(({ theirs, elsewhere }) => theirs + elsewhere > 0);
  if (first < 0)
    return (
      <Section header={t("app.truth.days")} footer={t("app.truth.days_empty")}>
        {null}
      </Section>
    );
  return (
    <Section header={t("app.truth.days")} footer={t("app.truth.days_footer", { zone: timeZone })}>
      {days.slice(0, first + 1).map((day) => (
        <Day key={day.day} day={day} most={most} />
      ))}
    </Section>
  );
}

function Day({ day, most }: { day: PullDay; most: number }): JSX.Element {
  const t = useT();
  const format = useFormat();
  // Noon in UTC is that day from Samoa to Hawaii: the day is a name here, not a moment.
  const name = new Intl.DateTimeFormat(format.locale === "en" ? "en-GB" : format.locale, {
    weekday: "short",
    day: "numeric",
    month: "short",
    timeZone: "UTC",
  }).format(new Date(`${day.day}T12:00:00Z`));
  const width = (count: number) => ({ inlineSize: `${(count / Math.max(1, most)) * 100}%` });
  const more = [missedWords(day, t), day.elsewhere > 0 ? t("app.truth.elsewhere", { count: day.elsewhere }) : ""];
  return (
    <div className={styles.day}>
      <div className={styles.line}>
        <span>{name}</span>
        <span className={styles.count}>{deliveredWords(day, t)}</span>
      </div>
      <div className={styles.bar} aria-hidden="true">
        {day.delivered > 0 && <span style={width(day.delivered)} />}
        {day.recovered > 0 && <span className={styles.recovered} style={width(day.recovered)} />}
        {day.waiting > 0 && <span className={styles.waiting} style={width(day.waiting)} />}
      </div>
      {more.some(Boolean) && <div className={styles.quiet}>{more.filter(Boolean).join(" · ")}</div>}
    </div>
  );
}

function Missed({ connectionId }: { connectionId: string }): JSX.Element {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const list = useSuspenseInfiniteQuery(missedQuery(connectionId));
  const rows = list.data.pages.flatMap(({ items }) => items);
  return (
    <Section header={t("app.truth.missed")}>
      {rows.length === 0 && <Row title={t("app.truth.missed_none")} />}
      {rows.map((row) => (
        <Row
          key={row.key}
          before={<StatusAvatar status={row.status} />}
          title={t.find(`conversions.status.${row.status}`) ?? row.status}
          end={format.moment(row.happenedAt)}
          subtitle={t("app.truth.missed_id", { id: row.trackerId })}
          note={
            <Badge tone={row.arrival === "recovered" ? "good" : "warn"}>
              {t(row.arrival === "recovered" ? "app.truth.arrival.recovered" : "app.truth.arrival.waiting")}
            </Badge>
          }
          isNoteBelow
          {...(row.conversionId !== null && can("conversions.read")
            ? { to: href("conversion", { conversionId: row.conversionId }) }
            : {})}
        />
      ))}
      <More list={list} />
    </Section>
  );
}

function Runs({ connectionId }: { connectionId: string }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const list = useSuspenseInfiniteQuery(runsQuery(connectionId));
  const runs = list.data.pages.flatMap(({ items }) => items);
  return (
    <Section header={t("app.truth.runs")}>
      {runs.length === 0 && <Row title={t("app.truth.runs_none")} />}
      {runs.map((run) => {
        const counts = [t("app.truth.run_rows", { count: run.rows })];
        if (run.missing > 0) counts.push(t("app.truth.run_missing", { count: run.missing }));
        const said = run.problem?.message ?? (run.finishedAt === null ? t("app.truth.run_running") : counts.join(", "));
        return <Row key={run.id} title={format.dateTime(run.startedAt)} subtitle={said} isWrapped />;
      })}
      <More list={list} />
    </Section>
  );
}

interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage(): unknown;
}

function More({ list }: { list: Paged }): JSX.Element | null {
  const t = useT();
  if (!list.hasNextPage) return null;
  return (
    <Row
      tone="accent"
      title={t("app.truth.more")}
      isDisabled={list.isFetchingNextPage}
      onClick={() => void list.fetchNextPage()}
    />
  );
}
