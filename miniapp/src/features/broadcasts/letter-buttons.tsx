/** The buttons under a message: rows that can be put in order, each button with what it says and does. */
import { maxButtonRows, maxButtonsInRow } from "@backend/modules/messaging/domain/check-letter.ts";
import { maxButtonText, maxCopyText } from "@backend/modules/messaging/domain/letter.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import {
  Button as ActionButton,
  Field,
  IconButton,
  PlusIcon,
  Row,
  Section,
  TrashIcon,
} from "@miniapp/shared/ui/index.ts";
import { ReorderList } from "@miniapp/shared/ui/reorder-list.tsx";
import { Sheet, SheetBody } from "@miniapp/shared/ui/sheet.tsx";
import { type JSX, useState } from "react";
import styles from "./letter.module.css";
import { type ButtonRows, buttonsOf } from "./letter-draft.ts";
import { type LetterProblem, problemsAt, problemWords } from "./letter-problems.ts";
import { Problems } from "./letter-text.tsx";
import type { Button, Content } from "./letters-api.ts";

type Kind = "url" | "app" | "copy";
const kinds = ["url", "app", "copy"] as const satisfies readonly Kind[];
const kindOf = (button: Button): Kind => ("copy" in button ? "copy" : "app" in button ? "app" : "url");
const actionOf = (button: Button): string =>
  "copy" in button ? button.copy : "app" in button ? button.app : "url" in button ? button.url : "";
const makeButton = (text: string, kind: Kind, value: string): Button =>
  kind === "copy" ? { text, copy: value } : kind === "app" ? { text, app: value } : { text, url: value };

/** Rows have no names of their own; a row that is moved is the same object. */
const names = new WeakMap<object, string>();
let lastName = 0;
const nameOfRow = (row: object): string => {
  const name = names.get(row) ?? `row ${++lastName}`;
  names.set(row, name);
  return name;
};

export interface LetterButtonsProps {
  message: Content;
  language: string;
  problems: readonly LetterProblem[];
  isReadOnly: boolean;
  onChange(message: Content): void;
}

interface Place {
  row: number;
  /** As many as the row has: a new one. */
  column: number;
}

export function LetterButtons({ message, language, problems, isReadOnly, onChange }: LetterButtonsProps): JSX.Element {
  const t = useT();
  const [place, setPlace] = useState<Place | null>(null);
  if (message.kind === "album")
    return (
      <Section header={t("app.letter.buttons")}>
        <Row title={t("app.letter.no_buttons_on_albums")} isWrapped />
      </Section>
    );
  const rows = buttonsOf(message);
  const put = (next: ButtonRows) => {
    const { buttons: _, ...rest } = message;
    const kept = next.filter((row) => row.length > 0);
    onChange((kept.length > 0 ? { ...rest, buttons: kept } : rest) as Content);
  };
  const putButton = ({ row, column }: Place, button: Button | null) => {
    const next = rows.map((one) => [...one]);
    const target = next[row] ?? [];
    if (row >= next.length) next.push(target);
    target.splice(column, 1, ...(button ? [button] : []));
    put(next);
  };
  const isWrong = (row: number, column: number) =>
    problemsAt(problems, language, `buttons.${row}.${column}`).some(({ isWarning }) => !isWarning);
  return (
    <Section header={t("app.letter.buttons")} footer={rows.length === 0 ? t("app.letter.buttons_hint") : undefined}>
      {rows.length > 0 && (
        <ReorderList<Button[]>
          label={t("app.letter.button_order")}
          items={rows}
          keyOf={nameOfRow}
          nameOf={(row) => row.map(({ text }) => text).join(", ")}
          onChange={put}
          render={(row) => {
            const at = rows.indexOf(row);
            return (
              <div className={styles.buttonRow}>
                {row.map((button, column) => (
                  <button
                    // biome-ignore lint/suspicious/noArrayIndexKey: buttons of a row have no names
                    key={column}
                    type="button"
                    className={`${styles.button} ${isWrong(at, column) ? styles.wrong : ""}`}
                    onClick={() => setPlace({ row: at, column })}
                    disabled={isReadOnly}
                  >
                    {button.text || "…"}
                  </button>
                ))}
                {!isReadOnly && row.length < maxButtonsInRow && (
                  <IconButton
                    icon={<PlusIcon size={20} />}
                    label={t("app.letter.add_to_row", { row: at + 1 })}
                    onClick={() => setPlace({ row: at, column: row.length })}
                  />
                )}
              </div>
            );
          }}
        />
      )}
      {!isReadOnly && rows.length < maxButtonRows && (
        <Row
          before={<PlusIcon />}
          tone="accent"
          title={t("app.letter.add_button")}
          onClick={() => setPlace({ row: rows.length, column: 0 })}
        />
      )}
      <Problems
        problems={problemsAt(problems, language, "buttons").filter(({ place: at }) => at.split(".").length < 3)}
      />
      {place && (
        <ButtonSheet
          key={`${place.row} ${place.column}`}
          button={rows[place.row]?.[place.column] ?? null}
          problems={problemsAt(problems, language, `buttons.${place.row}.${place.column}`)}
          onSave={(button) => {
            putButton(place, button);
            setPlace(null);
          }}
          onClose={() => setPlace(null)}
        />
      )}
    </Section>
  );
}

interface ButtonSheetProps {
  button: Button | null;
  /** Of the button as it was when the sheet was opened. */
  problems: readonly LetterProblem[];
  /** Null deletes it. */
  onSave(button: Button | null): void;
  onClose(): void;
}

function ButtonSheet({ button, problems, onSave, onClose }: ButtonSheetProps): JSX.Element {
  const t = useT();
  const [text, setText] = useState(button?.text ?? "");
  const [kind, setKind] = useState<Kind>(button ? kindOf(button) : "url");
  const [value, setValue] = useState(button ? actionOf(button) : "");
  const isSame = button !== null && text === button.text && kind === kindOf(button) && value === actionOf(button);
  const errorAt = (field: string) => {
    const problem = problems.find(({ place }) => place.endsWith(`.${field}`));
    return isSame && problem ? problemWords(t, problem) : undefined;
  };
  const isWhole = text.trim() !== "" && (kind === "app" || value.trim() !== "");
  return (
    <Sheet title={t(button ? "app.letter.button" : "app.letter.add_button")} onClose={onClose}>
      <SheetBody>
        <Section>
          <Field
            label={t("app.letter.button_text")}
            value={text}
            maxLength={maxButtonText}
            error={errorAt("text")}
            enterKeyHint="next"
            onChange={setText}
          />
          <Field
            label={t("app.letter.button_kind")}
            kind="select"
            choices={kinds.map((one) => ({ value: one, label: t(`app.letter.button_kind.${one}`) }))}
            value={kind}
            onChange={(next) => {
              setKind(next as Kind);
              setValue("");
            }}
          />
          <Field
            label={t(`app.letter.button_value.${kind}`)}
            hint={
              kind === "url"
                ? t("app.letter.button_hint.url", { variable: "{first_name}" })
                : t(`app.letter.button_hint.${kind}`)
            }
            kind={kind === "url" ? "url" : "text"}
            placeholder={kind === "url" ? "https://" : ""}
            value={value}
            maxLength={kind === "copy" ? maxCopyText : kind === "app" ? 200 : 2_048}
            error={errorAt(kind)}
            onChange={(next) => setValue(kind === "app" ? next.replace(/[^A-Za-z0-9/_-]/g, "") : next)}
          />
        </Section>
        <ActionButton isWide isDisabled={!isWhole} onClick={() => onSave(makeButton(text.trim(), kind, value.trim()))}>
          {t(button ? "app.letter.done" : "app.letter.add")}
        </ActionButton>
        {button && (
          <Section>
            <Row
              before={<TrashIcon />}
              tone="danger"
              title={t("app.letter.delete_button")}
              onClick={() => onSave(null)}
            />
          </Section>
        )}
      </SheetBody>
    </Sheet>
  );
}
