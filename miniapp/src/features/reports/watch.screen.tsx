/** One watch, made or changed, with what it would say of the last hour. */
import { isPercentOf } from "@backend/modules/reports/domain/watch.ts";
import { href } from "@miniapp/app/paths.ts";
import { ChoiceRow } from "@miniapp/features/identity/components/choice-row.tsx";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { type Locale, useT } from "@miniapp/shared/i18n.ts";
import {
  Empty,
  Failure,
  Field,
  Loading,
  Row,
  Screen,
  Section,
  Skeleton,
  Slider,
  Switch,
} from "@miniapp/shared/ui/index.ts";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useDeferredValue, useState } from "react";
import { useParams } from "wouter";
import { type Status, statusKey, statusOrder } from "../conversions/status.tsx";
import type { ChosenTarget } from "../conversions/target-picker.tsx";
import {
  type CreateWatch,
  changeWatch,
  createWatch,
  deleteWatch,
  type Watch,
  watchesQuery,
  watchPreviewQuery,
} from "./api.ts";
import { LazyPicker } from "./lazy-picker.tsx";
import { type ConnectionChoice, ConnectionField, chosenOf, TargetSection } from "./scope.tsx";
import { useEditing } from "./use-editing.ts";

type Direction = Watch["direction"];
const directions = ["drop", "spike", "both"] as const satisfies readonly Direction[];
const coolDowns = [1, 3, 6, 12, 24] as const;

interface Form {
  name: string;
  isOn: boolean;
  status: Status | null;
  connection: ConnectionChoice | null;
  direction: Direction;
  percent: number;
  minVolume: string;
  coolDownMinutes: number;
  target: ChosenTarget | null;
  locale: Locale;
}

export default function WatchScreen(): JSX.Element {
  const { watchId } = useParams();
  const t = useT();
  return (
    <Loading
      skeleton={
        <Screen title={"\u00a0"} back={href("watches")}>
          <Skeleton rows={3} />
          <Skeleton rows={4} />
        </Screen>
      }
    >
      {watchId === undefined ? <New /> : <Known watchId={watchId} title={t("app.watch.title")} />}
    </Loading>
  );
}

function New(): JSX.Element {
  const t = useT();
  const { locale } = useFormat();
  return (
    <Editor
      title={t("app.watch.new")}
      watch={null}
      initial={{
        name: "",
        isOn: true,
        status: null,
        connection: null,
        direction: "drop",
        percent: 50,
        minVolume: "10",
        coolDownMinutes: 180,
        target: null,
        locale,
      }}
    />
  );
}

function Known({ watchId, title }: { watchId: string; title: string }): JSX.Element {
  const t = useT();
  const { data: watches } = useSuspenseQuery(watchesQuery);
  const watch = watches.find(({ id }) => id === watchId);
  if (!watch)
    return (
      <Screen title={title} back={href("watches")}>
        <Empty text={t("app.state.nothing_found")} />
      </Screen>
    );
  const { name, isOn, status, connection, direction, percent, coolDownMinutes, locale } = watch;
  return (
    <Editor
      title={title}
      watch={watch}
      initial={{
        name,
        isOn,
        status,
        connection,
        direction,
        percent,
        minVolume: String(watch.minVolume),
        coolDownMinutes,
        target: chosenOf(watch.target),
        locale,
      }}
    />
  );
}

const volumeOf = (text: string): number | null => (/^[1-9]\d{0,5}$/.test(text.trim()) ? Number(text) : null);

const bodyOf = (form: Form, minVolume: number): CreateWatch => ({
  name: form.name.trim(),
  isOn: form.isOn,
  status: form.status,
  connectionId: form.connection?.id ?? null,
  direction: form.direction,
  percent: form.percent,
  minVolume,
  coolDownMinutes: form.coolDownMinutes,
  chatId: form.target?.chatId ?? null,
  threadId: form.target?.threadId ?? null,
  locale: form.locale,
});

function Editor({ title, watch, initial }: { title: string; watch: Watch | null; initial: Form }): JSX.Element {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const draft = useDraft<Form>(watch?.id ?? "new", initial);
  const form = draft.value;
  const mayManage = can("conversions.manage");
  const minVolume = volumeOf(form.minVolume);
  const isReady = form.name.trim() !== "" && (form.target !== null || !form.isOn);
  const editing = useEditing<Form, CreateWatch>({
    topic: "watches",
    list: href("watches"),
    id: watch?.id ?? null,
    draft,
    stored: watch && bodyOf(initial, watch.minVolume),
    body: isReady && minVolume !== null ? bodyOf(form, minVolume) : null,
    create: createWatch,
    change: (watchId, body) => changeWatch({ watchId, ...body }),
    remove: deleteWatch,
  });
  const setDirection = (direction: Direction) =>
    draft.change({ direction, ...(isPercentOf(direction, form.percent) ? {} : { percent: 100 }) });
  return (
    <Screen title={title} back={href("watches")} main={mayManage ? editing.main : undefined}>
      <fieldset disabled={!mayManage} style={{ display: "contents" }}>
        <Section footer={watch?.firedAt ? t("app.watch.fired", { when: format.dateTime(watch.firedAt) }) : undefined}>
          <Field
            label={t("app.watch.name")}
            value={form.name}
            onChange={(name) => draft.change({ name })}
            placeholder={t("app.watch.name_placeholder")}
            hint={form.name.trim() === "" ? t("app.watch.name_needed") : undefined}
            maxLength={80}
          />
          {watch && (
            <Switch label={t("app.reporting.is_on")} isOn={form.isOn} onChange={(isOn) => draft.change({ isOn })} />
          )}
        </Section>
        <Section header={t("app.watch.what")}>
          <StatusField value={form.status} onChange={(status) => draft.change({ status })} />
          <ConnectionField value={form.connection} onChange={(connection) => draft.change({ connection })} />
        </Section>
        <Section header={t("app.watch.when")}>
          <Field
            kind="select"
            label={t("app.watch.direction")}
            value={form.direction}
            choices={directions.map((value) => ({ value, label: t(`app.watch.${value}`) }))}
            onChange={(value) => setDirection(directions.find((known) => known === value) ?? "drop")}
          />
          <Slider
            label={t("app.watch.percent")}
            value={form.percent}
            min={10}
            max={form.direction === "spike" ? 500 : 100}
            step={form.direction === "spike" ? 10 : 5}
            shown={format.percent(form.percent / 100).replaceAll(" ", "\u00a0")}
            onChange={(percent) => draft.change({ percent })}
          />
          <Field
            kind="number"
            inputMode="numeric"
            label={t("app.watch.min_volume")}
            value={form.minVolume}
            onChange={(value) => draft.change({ minVolume: value })}
            hint={t("app.watch.min_volume_hint")}
            error={minVolume === null ? t("app.watch.min_volume_wrong") : undefined}
            maxLength={6}
          />
          <Field
            kind="select"
            label={t("app.watch.cool_down")}
            value={String(form.coolDownMinutes)}
            choices={[...new Set([...coolDowns.map((hours) => hours * 60), form.coolDownMinutes])].map((minutes) => ({
              value: String(minutes),
              label: t("app.watch.hours", { count: Math.round(minutes / 60) }),
            }))}
            onChange={(value) => draft.change({ coolDownMinutes: Number(value) })}
          />
        </Section>
        <Example form={form} minVolume={minVolume} />
        <TargetSection
          target={form.target}
          locale={form.locale}
          onTarget={(target) => draft.change({ target })}
          onLocale={(locale) => draft.change({ locale })}
        />
        {watch && mayManage && (
          <Section>
            <Row tone="danger" title={t("app.reporting.delete")} isDisabled={editing.isOff} onClick={editing.remove} />
          </Section>
        )}
      </fieldset>
    </Screen>
  );
}

function StatusField({ value, onChange }: { value: Status | null; onChange(value: Status | null): void }): JSX.Element {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <ChoiceRow
        title={t("app.reporting.status")}
        value={value === null ? t("app.reporting.any_status") : t(statusKey(value))}
        onClick={() => setOpen(true)}
      />
      {isOpen && (
        <LazyPicker
          kind="options"
          title={t("app.reporting.status")}
          value={value ?? ""}
          options={[
            { value: "", label: t("app.reporting.any_status") },
            ...statusOrder.map((status) => ({ value: status, label: t(statusKey(status)) })),
          ]}
          onPick={(picked) => onChange(statusOrder.find((status) => status === picked) ?? null)}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

/** What the rule, as it stands in the form, would say of the last closed hour. */
function Example({ form, minVolume }: { form: Form; minVolume: number | null }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const asked = useDeferredValue({
    direction: form.direction,
    percent: form.percent,
    minVolume: minVolume ?? 1,
    ...(form.status ? { status: form.status } : {}),
    ...(form.connection ? { connectionId: form.connection.id } : {}),
  });
  const { data, isPending, error, refetch } = useQuery(watchPreviewQuery(asked));
  if (error) return <Failure error={error} onRetry={() => void refetch()} isCompact />;
  if (isPending || !data) return <Skeleton rows={1} height={110} />;
  const present = format.number(data.present);
  const percent = format.number(Math.abs(data.change ?? 0));
  const verdict = {
    drop: () => t("app.watch.example_drop", { percent }),
    spike: () => (data.change === null ? t("app.watch.example_first") : t("app.watch.example_spike", { percent })),
    calm: () => t("app.watch.example_calm"),
    too_little: () => t("app.watch.example_too_little"),
    too_few_hours: () => t("app.watch.example_too_few"),
  }[data.verdict]();
  return (
    <Section
      header={t("app.watch.example")}
      footer={
        data.past.length > 0
          ? t("app.watch.example_past", { counts: data.past.map(({ count }) => format.number(count)).join(", ") })
          : undefined
      }
    >
      <Row
        title={
          data.usual === null
            ? t("app.watch.example_alone", { present })
            : t("app.watch.example_now", { present, usual: format.number(data.usual) })
        }
        subtitle={t("app.watch.example_hour", {
          day: format.day(data.from),
          from: format.time(data.from),
          to: format.time(data.to),
        })}
        isWrapped
      />
      <Row title={verdict} />
    </Section>
  );
}
