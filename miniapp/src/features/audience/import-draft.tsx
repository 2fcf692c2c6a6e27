/** A draft of an import: what each column is, how the file is read, where consent comes from, and the first rows as they will be. */
import { href } from "@miniapp/app/paths.ts";
import { ChoiceRow } from "@miniapp/features/identity/components/choice-row.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { type AppTranslator, useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { Failure, Field, Row, Screen, Section, Skeleton, Switch } from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import styles from "./import.module.css";
import {
  type ChangeImport,
  cancelImport,
  changeImport,
  type Import,
  type ImportColumn,
  type ImportPreview,
  importQuery,
  previewQuery,
  startImport,
} from "./import-api.ts";

const targets = [
  "skip",
  "telegram_id",
  "first_name",
  "last_name",
  "username",
  "language",
  "time_zone",
  "tags",
  "source",
  "note",
] as const;
const newKinds = ["text", "number", "date", "boolean"] as const;
const encodings = ["utf-8", "windows-1251", "utf-16le", "utf-16be"] as const;
const separators = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar" } as const;

export function ImportDraft({ one }: { one: Import }): JSX.Element {
  const t = useT();
  const go = useGo();
  const queries = useQueryClient();
  const { id } = one;
  const words = useDraft(`import-${id}`, { tags: one.tags.join(", "), consent: one.consent ?? "" });
  const { data: preview, error, refetch } = useQuery(previewQuery(id));
  const keep = (changed: Import) => queries.setQueryData(importQuery(id).queryKey, changed);
  const change = useAct(changeImport, { stale: ["imports", "import-preview"], onDone: keep });
  const start = useAct(
    // What was typed last may not have been saved by leaving its field: the main button takes no focus from it.
    async (typed: { tags: string; consent: string }) => {
      await changeImport({ importId: id, tags: tagsOf(typed.tags), consent: typed.consent });
      return startImport(id);
    },
    { stale: ["imports"], onDone: keep },
  );
  const discard = useAct(cancelImport, { stale: ["imports"], onDone: () => go(href("imports"), { replace: true }) });
  const save = (body: ChangeImport) => change.run({ importId: id, ...body });
  const saveWords = () => {
    const { tags, consent } = words.value;
    const names = tagsOf(tags);
    if (names.join(", ") !== one.tags.join(", ")) save({ tags: names });
    else if (consent.trim() !== (one.consent ?? "")) save({ consent });
  };
  const isConsentTyped = words.value.consent.trim() !== "";
  return (
    <Screen
      title={t("app.import.one")}
      subtitle={one.fileName}
      back={href("imports")}
      main={{
        text: t("app.import.start"),
        onClick: () => start.run(words.value),
        isBusy: start.isBusy || change.isBusy,
        isDisabled: start.isOff || !isConsentTyped || !one.columns.some(({ target }) => target === "telegram_id"),
      }}
    >
      <Columns one={one} isOff={change.isOff} onChange={save} />
      <Section header={t("app.import.everybody")}>
        <Field
          kind="textarea"
          label={t("app.import.consent")}
          hint={t("app.import.consent_hint")}
          value={words.value.consent}
          maxLength={1000}
          onChange={(consent) => words.change({ consent })}
          onBlur={saveWords}
        />
        <Field
          label={t("app.import.tags")}
          hint={t("app.import.tags_hint")}
          value={words.value.tags}
          maxLength={300}
          onChange={(tags) => words.change({ tags })}
          onBlur={saveWords}
        />
      </Section>
      {error ? (
        <Failure error={error} onRetry={() => void refetch()} isCompact />
      ) : preview ? (
        <Preview preview={preview} />
      ) : (
        <Skeleton rows={3} />
      )}
      <Reading one={one} isOff={change.isOff} onChange={save} />
      <Section>
        <Row tone="danger" title={t("app.import.discard")} isDisabled={discard.isOff} onClick={() => discard.run(id)} />
      </Section>
    </Screen>
  );
}

const tagsOf = (text: string): string[] =>
  text
    .split(",")
    .map((tag) => tag.trim())
    .filter(Boolean);

interface PartProps {
  one: Import;
  isOff: boolean;
  onChange(body: ChangeImport): void;
}

const titleOf = (t: AppTranslator, { letter, title }: ImportColumn): string =>
  title === null ? t("app.import.column_untitled", { letter }) : t("app.import.column", { letter, title });

function targetName(t: AppTranslator, one: Import, target: string): string {
  const field = one.fields.find(({ key }) => `field:${key}` === target);
  return field?.name ?? t.find(`app.import.target.${target}`) ?? target;
}

function Columns({ one, isOff, onChange }: PartProps): JSX.Element {
  const t = useT();
  const [open, setOpen] = useState<number | null>(null);
  const column = open === null ? undefined : one.columns[open];
  const options = [
    ...targets.map((target) => ({ value: target as string, label: t(`app.import.target.${target}`) })),
    ...one.fields.map(({ key, name }) => ({ value: `field:${key}`, label: name })),
    ...newKinds.map((kind) => ({ value: `new:${kind}`, label: t(`app.import.new_field.${kind}`) })),
  ];
  const pick = (index: number, value: string) => {
    const kind = newKinds.find((one) => `new:${one}` === value);
    const { title, letter } = one.columns[index] as ImportColumn;
    if (kind) {
      onChange({ newFields: [{ column: index, name: (title ?? letter).slice(0, 60), kind }] });
      return;
    }
    // A target that stood elsewhere moves here; only tags may come from several columns.
    const mapping = one.columns.map(({ target }) => (target === value && value !== "tags" ? "skip" : target));
    mapping[index] = value;
    onChange({ mapping });
  };
  return (
    <Section header={t("app.import.columns")} footer={t("app.import.columns_hint")}>
      {one.columns.map((each, index) => (
        <ChoiceRow
          key={each.letter}
          title={titleOf(t, each)}
          hint={each.samples.slice(0, 3).join(" · ") || t("app.import.no_samples")}
          value={targetName(t, one, each.target)}
          isQuiet={each.target === "skip"}
          isDisabled={isOff}
          onClick={() => setOpen(index)}
        />
      ))}
      {open !== null && column && (
        <PickerSheet
          title={titleOf(t, column)}
          options={options}
          value={column.target}
          onPick={(value) => pick(open, value)}
          onClose={() => setOpen(null)}
        />
      )}
    </Section>
  );
}

function Reading({ one, isOff, onChange }: PartProps): JSX.Element {
  const t = useT();
  const { format, encoding, separator, hasHeading } = one.reading;
  return (
    <Section header={t("app.import.how")}>
      <Switch
        label={t("app.import.heading")}
        isOn={hasHeading}
        isDisabled={isOff}
        onChange={(isOn) => onChange({ reading: { hasHeading: isOn } })}
      />
      {format === "csv" && (
        <>
          <Field
            kind="select"
            label={t("app.import.separator")}
            value={separator ?? ","}
            isDisabled={isOff}
            onChange={(value) => onChange({ reading: { separator: value as keyof typeof separators } })}
            choices={Object.entries(separators).map(([value, name]) => ({
              value,
              label: t(`app.import.separator.${name}`),
            }))}
          />
          <Field
            kind="select"
            label={t("app.import.encoding")}
            value={encoding ?? "utf-8"}
            isDisabled={isOff}
            onChange={(value) => onChange({ reading: { encoding: value as (typeof encodings)[number] } })}
            choices={encodings.map((value) => ({ value, label: value.toUpperCase() }))}
          />
        </>
      )}
    </Section>
  );
}

const shownAtFirst = 4;

/** A line for each value instead of a table: it is read at any width, and a problem stands beside what it is about. */
function Preview({ preview }: { preview: ImportPreview }): JSX.Element {
  const t = useT();
  const [isWhole, setWhole] = useState(false);
  const rows = isWhole ? preview.rows : preview.rows.slice(0, shownAtFirst);
  return (
    <Section header={t("app.import.preview")} footer={preview.missing.join(" ")}>
      {rows.map(({ line, cells, problem }) => (
        <div key={line} className={styles.person}>
          <span className={styles.line}>{t("app.import.preview_line", { line: String(line) })}</span>
          {problem && <span className={styles.problem}>{problem}</span>}
          {cells.map((cell) => (
            <p key={cell.name} className={styles.pair}>
              {t("app.import.pair", { name: cell.name, value: cell.value })}
              {cell.problem && <span className={styles.problem}>{cell.problem}</span>}
            </p>
          ))}
        </div>
      ))}
      {!isWhole && preview.rows.length > shownAtFirst && (
        <Row tone="accent" title={t("app.import.preview_all")} onClick={() => setWhole(true)} />
      )}
    </Section>
  );
}
