/** One summary, made or changed, and sent at once to see what it looks like. */
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { type Locale, useT } from "@miniapp/shared/i18n.ts";
import {
  Empty,
  Field,
  Loading,
  Row,
  Screen,
  Section,
  SendIcon,
  Skeleton,
  Switch,
  Tabs,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useParams } from "wouter";
import type { ChosenTarget } from "../conversions/target-picker.tsx";
import { meQuery } from "../identity/me.ts";
import {
  type CreateSummary,
  changeSummary,
  createSummary,
  deleteSummary,
  type Summary,
  sendSummary,
  summariesQuery,
} from "./api.ts";
import { type ConnectionChoice, ConnectionField, chosenOf, TargetSection } from "./scope.tsx";
import { useEditing } from "./use-editing.ts";
import { weekdayName } from "./weekdays.ts";

interface Form {
  isOn: boolean;
  period: Summary["period"];
  at: string;
  weekday: number;
  connection: ConnectionChoice | null;
  target: ChosenTarget | null;
  locale: Locale;
}

export default function SummaryScreen(): JSX.Element {
  const { summaryId } = useParams();
  return (
    <Loading
      skeleton={
        <Screen title={"\u00a0"} back={href("summaries")}>
          <Skeleton rows={3} />
          <Skeleton rows={3} />
        </Screen>
      }
    >
      {summaryId === undefined ? <New /> : <Known summaryId={summaryId} />}
    </Loading>
  );
}

function New(): JSX.Element {
  const t = useT();
  const { locale } = useFormat();
  const { workspace } = useSuspenseQuery(meQuery).data;
  return (
    <Editor
      title={t("app.summary.new")}
      summary={null}
      timeZone={workspace.timeZone}
      initial={{ isOn: true, period: "day", at: "09:00", weekday: 1, connection: null, target: null, locale }}
    />
  );
}

function Known({ summaryId }: { summaryId: string }): JSX.Element {
  const t = useT();
  const { data: summaries } = useSuspenseQuery(summariesQuery);
  const summary = summaries.find(({ id }) => id === summaryId);
  if (!summary)
    return (
      <Screen title={t("app.summary.title")} back={href("summaries")}>
        <Empty text={t("app.state.nothing_found")} />
      </Screen>
    );
  const { isOn, period, at, weekday, connection, locale, timeZone } = summary;
  return (
    <Editor
      title={t("app.summary.title")}
      summary={summary}
      timeZone={timeZone}
      initial={{ isOn, period, at, weekday, connection, target: chosenOf(summary.target), locale }}
    />
  );
}

const bodyOf = (form: Form): CreateSummary => ({
  isOn: form.isOn,
  period: form.period,
  at: form.at,
  weekday: form.weekday,
  connectionId: form.connection?.id ?? null,
  chatId: form.target?.chatId ?? null,
  threadId: form.target?.threadId ?? null,
  locale: form.locale,
});

function Editor({
  title,
  summary,
  timeZone,
  initial,
}: {
  title: string;
  summary: Summary | null;
  timeZone: string;
  initial: Form;
}): JSX.Element {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const draft = useDraft<Form>(summary?.id ?? "new", initial);
  const form = draft.value;
  const mayManage = can("conversions.manage");
  const isReady = /^\d\d:\d\d$/.test(form.at) && (form.target !== null || !form.isOn);
  const editing = useEditing<Form, CreateSummary>({
    topic: "summaries",
    list: href("summaries"),
    id: summary?.id ?? null,
    draft,
    stored: summary && bodyOf(initial),
    body: isReady ? bodyOf(form) : null,
    create: createSummary,
    change: (summaryId, body) => changeSummary({ summaryId, ...body }),
    remove: deleteSummary,
  });
  const send = useAct(sendSummary, { stale: [], done: t("app.summary.sent") });
  return (
    <Screen title={title} back={href("summaries")} main={mayManage ? editing.main : undefined}>
      <fieldset disabled={!mayManage} style={{ display: "contents" }}>
        <Tabs
          label={t("app.summary.period")}
          value={form.period}
          onChange={(period) => draft.change({ period })}
          choices={[
            { value: "day", label: t("app.summary.day") },
            { value: "week", label: t("app.summary.week") },
          ]}
        />
        <Section footer={t(`app.summary.${form.period}_text`)}>
          {form.period === "week" && (
            <Field
              kind="select"
              label={t("app.summary.weekday")}
              value={String(form.weekday)}
              choices={[1, 2, 3, 4, 5, 6, 7].map((day) => ({
                value: String(day),
                label: weekdayName(format.locale, day),
              }))}
              onChange={(value) => draft.change({ weekday: Number(value) })}
            />
          )}
          <Field
            kind="time"
            label={t("app.summary.at", { zone: timeZone })}
            value={form.at}
            onChange={(at) => draft.change({ at: at.slice(0, 5) })}
            hint={
              summary?.isOn && !draft.isDirty
                ? t("app.summary.next", { when: format.dateTime(summary.nextAt) })
                : undefined
            }
          />
          <ConnectionField value={form.connection} onChange={(connection) => draft.change({ connection })} />
          {summary && (
            <Switch label={t("app.reporting.is_on")} isOn={form.isOn} onChange={(isOn) => draft.change({ isOn })} />
          )}
        </Section>
        <TargetSection
          target={form.target}
          locale={form.locale}
          onTarget={(target) => draft.change({ target })}
          onLocale={(locale) => draft.change({ locale })}
        />
        {summary && mayManage && (
          <Section>
            {summary.target && !draft.isDirty && (
              <Row
                before={<SendIcon />}
                tone="accent"
                title={t("app.summary.send")}
                isDisabled={send.isOff}
                onClick={() => send.run(summary.id)}
              />
            )}
            <Row tone="danger" title={t("app.reporting.delete")} isDisabled={editing.isOff} onClick={editing.remove} />
          </Section>
        )}
      </fieldset>
    </Screen>
  );
}
