/** How often and when a route may speak: at once or gathered, a limit, hours of quiet. */
import { limits, type RouteDraft } from "@backend/modules/conversions/domain/conditions.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Field, Row, Section, Switch } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import styles from "./alerts.module.css";
import { useRouteWords } from "./condition-words.ts";

type Part = Pick<RouteDraft, "pace" | "quiet">;

export interface PacePartProps {
  value: Part;
  error?: { field: string; text: string } | undefined;
  mayManage: boolean;
  onChange(part: Partial<Part>): void;
}

/** Minutes that most digests are set to; any other can be typed. */
const usual = [5, 15, 30, 60, 180, 720, 1_440];
const wholeNumber = (text: string, { min, max }: { min: number; max: number }): number => {
  const digits = Number(text.replace(/\D/g, "").slice(0, 6));
  return Math.min(max, Math.max(min, digits));
};

export default function PacePart({ value: { pace, quiet }, error, mayManage, onChange }: PacePartProps): JSX.Element {
  const t = useT();
  const format = useFormat();
  const words = useRouteWords();
  if (!mayManage) {
    const said = words.pace({ pace, quiet });
    return (
      <Section header={t("app.route.pace")}>
        {said.length === 0 && <Row title={t("app.pace.now")} />}
        {said.map((text) => (
          <Row key={text} title={text} />
        ))}
      </Section>
    );
  }
  const minutes = pace.digestMinutes;
  const choices = [...new Set([...usual, ...(minutes === null ? [] : [minutes])])].sort((a, b) => a - b);
  const { cap } = pace;
  return (
    <Section header={t("app.route.pace")} footer={error?.text}>
      <Field
        kind="select"
        label={t("app.pace.how")}
        value={minutes === null ? "" : String(minutes)}
        choices={[
          { value: "", label: t("app.pace.now") },
          ...choices.map((value) => ({
            value: String(value),
            label: t("app.pace.digest", { duration: format.duration(value * 60_000) }),
          })),
        ]}
        onChange={(value) => onChange({ pace: { ...pace, digestMinutes: value === "" ? null : Number(value) } })}
      />
      {minutes !== null && (
        <Field
          kind="number"
          inputMode="numeric"
          label={t("app.pace.minutes")}
          value={String(minutes)}
          maxLength={4}
          onChange={(value) => onChange({ pace: { ...pace, digestMinutes: wholeNumber(value, limits.digestMinutes) } })}
        />
      )}
      <Switch
        label={t("app.pace.limit")}
        hint={t("app.pace.limit_hint")}
        isOn={cap !== null}
        onChange={(isOn) => onChange({ pace: { ...pace, cap: isOn ? { count: 10, minutes: 60 } : null } })}
      />
      {cap !== null && (
        <div className={styles.pair}>
          <Field
            kind="number"
            inputMode="numeric"
            label={t("app.pace.limit_count")}
            value={String(cap.count)}
            maxLength={5}
            onChange={(value) =>
              onChange({ pace: { ...pace, cap: { ...cap, count: wholeNumber(value, limits.cap) } } })
            }
          />
          <Field
            kind="number"
            inputMode="numeric"
            label={t("app.pace.minutes_in")}
            value={String(cap.minutes)}
            maxLength={4}
            onChange={(value) =>
              onChange({ pace: { ...pace, cap: { ...cap, minutes: wholeNumber(value, limits.digestMinutes) } } })
            }
          />
        </div>
      )}
      <Switch
        label={t("app.pace.quiet_hours")}
        hint={t("app.pace.quiet_hint")}
        isOn={quiet !== null}
        onChange={(isOn) => onChange({ quiet: isOn ? { from: "22:00", to: "08:00", policy: "hold" } : null })}
      />
      {quiet !== null && (
        <>
          <div className={styles.pair}>
            <Field
              kind="time"
              label={t("app.cond.from")}
              value={quiet.from}
              onChange={(from) => onChange({ quiet: { ...quiet, from } })}
            />
            <Field
              kind="time"
              label={t("app.cond.to")}
              value={quiet.to}
              onChange={(to) => onChange({ quiet: { ...quiet, to } })}
            />
          </div>
          <Field
            kind="select"
            label={t("app.pace.then")}
            value={quiet.policy}
            choices={[
              { value: "hold", label: t("app.pace.hold") },
              { value: "drop", label: t("app.pace.drop") },
            ]}
            onChange={(policy) => onChange({ quiet: { ...quiet, policy: policy === "drop" ? "drop" : "hold" } })}
          />
        </>
      )}
    </Section>
  );
}
