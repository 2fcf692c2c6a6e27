import { useFormat } from "@miniapp/shared/format.ts";
import { type AppKey, useT } from "@miniapp/shared/i18n.ts";
import { Section } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import { type Change, changesOf } from "../changes.ts";
import styles from "./changes.module.css";

/** Names of fields that have a word of their own; the others are shown as the program calls them. */
const names = {
  name: "app.fact.name",
  label: "app.fact.name",
  role: "app.fact.role",
  locale: "app.fact.language",
  timeZone: "app.fact.time_zone",
  reason: "app.fact.reason",
  state: "app.fact.state",
  scopes: "app.keys.rights",
} as const satisfies Readonly<Record<string, AppKey>>;
const hasName = (field: string): field is keyof typeof names => Object.hasOwn(names, field);

/** What was before and what came after, field by field. */
export function Changes({ before, after }: { before: unknown; after: unknown }): JSX.Element | null {
  const t = useT();
  const changes = changesOf(before, after);
  if (changes.length === 0) return null;
  return (
    <Section header={t("app.audit.changes")}>
      <dl>
        {changes.map((change) => (
          <div key={change.field} className={styles.change}>
            <dt>{hasName(change.field) ? t(names[change.field]) : change.field}</dt>
            <Values change={change} />
          </div>
        ))}
      </dl>
    </Section>
  );
}

function Values({ change }: { change: Change }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const shown = (value: unknown): string => {
    if (typeof value === "number") return format.number(value);
    if (typeof value === "string") return change.field === "role" ? (t.find(`app.roles.${value}`) ?? value) : value;
    return JSON.stringify(value);
  };
  return (
    <>
      {change.before !== undefined && (
        <dd>
          <span className="visually-hidden">{t("app.audit.before")} </span>
          <del className={change.after === undefined ? "" : styles.before}>{shown(change.before)}</del>
        </dd>
      )}
      {change.after !== undefined && (
        <dd>
          <span className="visually-hidden">{t("app.audit.after")} </span>
          <ins className={styles.after}>{shown(change.after)}</ins>
        </dd>
      )}
    </>
  );
}
