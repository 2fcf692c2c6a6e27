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
  isOn: "app.settings.alerts",
  off: "app.settings.off",
} as const satisfies Readonly<Record<string, AppKey>>;
/** Where the words for a field's values are. */
const wordsOf: Readonly<Record<string, string>> = {
  role: "app.roles",
  locale: "app.languages",
  off: "app.rule",
};
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
  const wordOf = (field: string, value: string) => {
    const words = wordsOf[field];
    return (words && t.find(`${words}.${value}`)) ?? value;
  };
  const shown = (value: unknown): string => {
    if (Array.isArray(value)) return value.map(shown).join(", ");
    if (typeof value === "boolean") return t(value ? "app.yes" : "app.no");
    if (typeof value === "number") return format.number(value);
    if (typeof value === "string") return wordOf(change.field, value);
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
