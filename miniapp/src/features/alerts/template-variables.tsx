/** Every field that a text may name, with what it means and its last real value; a tap puts it where the cursor is. */
import { templateVariables } from "@backend/modules/conversions/domain/template.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Row, Search, Section, toast } from "@miniapp/shared/ui/index.ts";
import { type JSX, useState } from "react";
import styles from "./alerts.module.css";

const shownAtFirst = 8;

export interface TemplateVariablesProps {
  /** Of the conversion that the preview shows. */
  values: Readonly<Record<string, string>>;
  onInsert(name: string): void;
}

export function TemplateVariables({ values, onInsert }: TemplateVariablesProps): JSX.Element {
  const t = useT();
  const [search, setSearch] = useState("");
  const [isWhole, setWhole] = useState(false);
  // Sub ids and other parameters are named only as far as the conversion at hand has any.
  const others = Object.keys(values).filter((name) => /^sub_\d+$|^param:/.test(name));
  const describe = (name: string): string => {
    const sub = /^sub_(\d+)$/.exec(name)?.[1];
    if (sub) return t("app.conversion.sub", { number: sub });
    return name.startsWith("param:") ? t("app.text.var.param") : (t.find(`app.text.var.${name}`) ?? name);
  };
  const wanted = search.trim().toLocaleLowerCase();
  const found = [...templateVariables, ...(others.length > 0 ? others : ["sub_1"])].filter(
    (name) => wanted === "" || `${name} ${describe(name)} ${values[name] ?? ""}`.toLocaleLowerCase().includes(wanted),
  );
  const shown = isWhole || wanted !== "" ? found : found.slice(0, shownAtFirst);
  return (
    <>
      {isWhole && <Search value={search} onChange={setSearch} label={t("app.text.find_variable")} />}
      <Section header={t("app.text.variables")} footer={t("app.text.variables_hint")}>
        {shown.map((name) => (
          <Row
            key={name}
            title={describe(name)}
            isWrapped
            subtitle={
              <>
                <code className={styles.variable}>{`{${name}}`}</code>{" "}
                {values[name] === undefined ? t("app.text.absent_now") : values[name]}
              </>
            }
            onClick={() => {
              onInsert(name);
              toast(t("app.text.inserted", { name: `{${name}}` }));
            }}
          />
        ))}
        {shown.length === 0 && <Row title={t("app.state.nothing_found")} />}
        {found.length > shown.length && (
          <Row
            tone="accent"
            title={t("app.text.all_variables", { count: found.length })}
            onClick={() => setWhole(true)}
          />
        )}
      </Section>
    </>
  );
}
