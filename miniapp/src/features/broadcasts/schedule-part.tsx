/** When a broadcast goes out, in a composer. */
import { cronLine, type Preset, presetOf } from "@backend/modules/broadcasts/domain/cron-preset.ts";
import { momentOf, wallAt } from "@backend/modules/broadcasts/domain/local-time.ts";
import { useCreatedFormat, useFormat } from "@miniapp/shared/format.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { Field, Row, Section } from "@miniapp/shared/ui/index.ts";
import { useSettled } from "@miniapp/shared/use-settled.ts";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { weekdayName } from "../reports/weekdays.ts";
import { nextRunsQuery, type Schedule } from "./schedule-api.ts";

export interface SchedulePartProps {
  value: Schedule;
  onChange(value: Schedule): void;
  /** The workspace's: in it moments are typed and plans are counted. */
  zone: string;
}

const kinds = ["now", "at", "local", "cron"] as const;
const presets = ["daily", "weekdays", "weekly", "monthly", "month_end"] as const;

/** Tomorrow at ten, as a wall of the zone has it: what most people choose, and never in the past. */
function tomorrow(zone: string): { day: string; clock: string } {
  const { day } = wallAt(new Date(Date.now() + 86_400_000), zone);
  return { day, clock: "10:00" };
}

function startOf(kind: Schedule["kind"], zone: string): Schedule {
  const wall = tomorrow(zone);
  if (kind === "now") return { kind };
  if (kind === "at") return { kind, at: momentOf(wall, zone).toISOString() };
  if (kind === "local") return { kind, ...wall };
  return { kind: "cron", cron: cronLine({ kind: "daily", clock: wall.clock }), timeZone: zone };
}

export function SchedulePart({ value, onChange, zone }: SchedulePartProps): JSX.Element {
  const t = useT();
  return (
    <>
      <Section
        header={t("app.schedule.when")}
        footer={value.kind === "local" ? t("app.schedule.local_text") : undefined}
      >
        <Field
          kind="select"
          label={t("app.schedule.when")}
          value={value.kind}
          choices={kinds.map((kind) => ({ value: kind, label: t(`app.schedule.${kind}`) }))}
          onChange={(kind) => onChange(startOf(kinds.find((known) => known === kind) ?? "now", zone))}
        />
        {value.kind === "at" && <AtField at={value.at} onChange={(at) => onChange({ kind: "at", at })} zone={zone} />}
        {value.kind === "local" && (
          <>
            <Field
              kind="date"
              label={t("app.schedule.day")}
              value={value.day}
              onChange={(day) => day !== "" && onChange({ ...value, day })}
            />
            <Field
              kind="time"
              label={t("app.schedule.clock")}
              value={value.clock}
              onChange={(clock) => clock !== "" && onChange({ ...value, clock: clock.slice(0, 5) })}
            />
          </>
        )}
        {value.kind === "cron" && <CronFields value={value} onChange={onChange} />}
      </Section>
      {value.kind === "cron" && <NextRuns value={value} />}
    </>
  );
}

function AtField({ at, onChange, zone }: { at: string; onChange(at: string): void; zone: string }): JSX.Element {
  const t = useT();
  const { day, clock } = wallAt(new Date(at), zone);
  return (
    <Field
      kind="datetime-local"
      label={t("app.schedule.at_field", { zone })}
      value={`${day}T${clock}`}
      onChange={(typed) => {
        const [typedDay = "", typedClock = ""] = typed.split("T");
        // Emptied by the picker's own button: what was chosen stays.
        if (typedDay === "" || typedClock === "") return;
        onChange(momentOf({ day: typedDay, clock: typedClock.slice(0, 5) }, zone).toISOString());
      }}
    />
  );
}

type CronSchedule = Extract<Schedule, { kind: "cron" }>;

/** Turns a preset into one of another kind, with the same clock. */
function asKind(kind: Preset["kind"], clock: string): Preset {
  if (kind === "weekly") return { kind, clock, weekday: 1 };
  if (kind === "monthly") return { kind, clock, day: 1 };
  return { kind, clock };
}

function CronFields({ value, onChange }: { value: CronSchedule; onChange(value: CronSchedule): void }): JSX.Element {
  const t = useT();
  const { locale } = useFormat();
  const known = presetOf(value.cron);
  const [isOwn, setOwn] = useState(known === null);
  const preset = isOwn ? null : known;
  const set = (next: Preset) => onChange({ ...value, cron: cronLine(next) });
  return (
    <>
      <Field
        kind="select"
        label={t("app.schedule.repeat")}
        value={preset?.kind ?? "own"}
        choices={[...presets, "own" as const].map((kind) => ({ value: kind, label: t(`app.schedule.${kind}`) }))}
        onChange={(chosen) => {
          const kind = presets.find((one) => one === chosen);
          setOwn(kind === undefined);
          if (kind) set(asKind(kind, known?.clock ?? "10:00"));
        }}
      />
      {preset?.kind === "weekly" && (
        <Field
          kind="select"
          label={t("app.schedule.weekday")}
          value={String(preset.weekday)}
          choices={[1, 2, 3, 4, 5, 6, 7].map((day) => ({ value: String(day), label: weekdayName(locale, day) }))}
          onChange={(day) => set({ ...preset, weekday: Number(day) })}
        />
      )}
      {preset?.kind === "monthly" && (
        <Field
          kind="select"
          label={t("app.schedule.month_day")}
          value={String(preset.day)}
          choices={Array.from({ length: 31 }, (_, at) => ({ value: String(at + 1), label: String(at + 1) }))}
          hint={preset.day > 28 ? t("app.schedule.short_months") : undefined}
          onChange={(day) => set({ ...preset, day: Number(day) })}
        />
      )}
      {preset ? (
        <Field
          kind="time"
          label={t("app.schedule.clock_zone", { zone: value.timeZone })}
          value={preset.clock}
          onChange={(clock) => clock !== "" && set({ ...preset, clock: clock.slice(0, 5) })}
        />
      ) : (
        <CronField value={value} onChange={onChange} />
      )}
      <Field
        kind="date"
        label={t("app.schedule.until")}
        value={value.until === undefined ? "" : wallAt(new Date(value.until), value.timeZone).day}
        onChange={(day) => {
          const { until: _, ...endless } = value;
          // The whole of the last day counts.
          const until = day === "" ? undefined : momentOf({ day, clock: "23:59" }, value.timeZone).toISOString();
          onChange(until === undefined ? endless : { ...endless, until });
        }}
      />
    </>
  );
}

function CronField({ value, onChange }: { value: CronSchedule; onChange(value: CronSchedule): void }): JSX.Element {
  const t = useT();
  const { error } = useNextRuns(value);
  return (
    <Field
      label={t("app.schedule.line", { zone: value.timeZone })}
      value={value.cron}
      isMono
      maxLength={100}
      hint={t("app.schedule.line_hint")}
      error={error ? sentenceOf(t, error) : undefined}
      onChange={(cron) => onChange({ ...value, cron })}
    />
  );
}

/** Asked once the typing pauses. */
function useNextRuns({ cron, timeZone, until }: CronSchedule) {
  const settled = useSettled(cron, 400);
  return useQuery(nextRunsQuery({ cron: settled, timeZone, ...(until === undefined ? {} : { until }) }));
}

function NextRuns({ value }: { value: CronSchedule }): JSX.Element | null {
  const t = useT();
  const { locale } = useFormat();
  // By the plan's wall, as its clock was typed: the reader's own may be another.
  const format = useCreatedFormat(locale, value.timeZone);
  const { data: runs, error } = useNextRuns(value);
  if (!runs || error) return null;
  return (
    <Section header={t("app.schedule.next", { zone: value.timeZone })} footer={t("app.schedule.dst")}>
      {runs.length === 0 && <Row title={t("app.schedule.next_none")} />}
      {runs.map((run) => (
        <Row key={run} title={format.dateTime(run)} />
      ))}
    </Section>
  );
}
