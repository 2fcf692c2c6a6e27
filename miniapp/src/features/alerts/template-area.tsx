/** The field in which a text is written: a toolbar for Telegram's marks, and a counter of what Telegram counts. */
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import { LinkIcon } from "@miniapp/shared/ui/index.ts";
import { type JSX, type ReactNode, type Ref, useId, useImperativeHandle, useRef } from "react";
import styles from "./template-area.module.css";

/** As Telegram counts them, after the marks are taken out. */
export const maxCharacters = 4_096;

export interface TemplateAreaHandle {
  /** Puts a text where the cursor is. */
  insert(text: string): void;
}

export interface TemplateAreaProps {
  label: string;
  value: string;
  /** Characters of the rendered message; null while it is not known. */
  length: number | null;
  isReadOnly: boolean;
  onChange(value: string): void;
  ref?: Ref<TemplateAreaHandle>;
}

const marks = [
  { name: "bold", before: "<b>", after: "</b>", face: <b>B</b> },
  { name: "italic", before: "<i>", after: "</i>", face: <i>I</i> },
  { name: "code", before: "<code>", after: "</code>", face: <code>{"</>"}</code> },
  { name: "link", before: '<a href="https://">', after: "</a>", face: <LinkIcon size={20} /> },
  { name: "optional", before: "[[", after: "]]", face: <code>{"[[ ]]"}</code> },
] as const satisfies readonly { name: string; before: string; after: string; face: ReactNode }[];

export function TemplateArea({ label, value, length, isReadOnly, onChange, ref }: TemplateAreaProps): JSX.Element {
  const t = useT();
  const format = useFormat();
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);

  /** Puts text around what is selected. */
  const wrap = (before: string, after: string, hasFocus: boolean) => {
    const field = area.current;
    if (!field) return;
    haptics.selected();
    const { selectionStart: from, selectionEnd: to } = field;
    const inside = value.slice(from, to);
    onChange(value.slice(0, from) + before + inside + after + value.slice(to));
    const cursor = from + before.length + inside.length;
    requestAnimationFrame(() => {
      if (hasFocus) field.focus({ preventScroll: true });
      field.setSelectionRange(cursor, cursor);
    });
  };
  // Without focus: the keyboard would cover the list that one is choosing from.
  useImperativeHandle(ref, () => ({ insert: (text) => wrap(text, "", false) }));

  const isLong = length !== null && length > maxCharacters;
  return (
    <div className={styles.area}>
      {!isReadOnly && (
        <div className={styles.tools} role="toolbar" aria-label={t("app.text.marks")} aria-controls={id}>
          {marks.map(({ name, before, after, face }) => (
            <button
              key={name}
              type="button"
              className={styles.tool}
              aria-label={t(`app.text.mark.${name}`)}
              // Keeps the selection that the mark is for.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => wrap(before, after, true)}
            >
              {face}
            </button>
          ))}
        </div>
      )}
      <textarea
        ref={area}
        id={id}
        className={styles.text}
        aria-label={label}
        aria-describedby={`${id}-count`}
        value={value}
        rows={10}
        maxLength={maxCharacters}
        readOnly={isReadOnly}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
      />
      <p id={`${id}-count`} className={`${styles.counter} ${isLong ? styles.long : ""}`}>
        {t("app.text.length", { count: length ?? 0, most: format.number(maxCharacters) })}
      </p>
    </div>
  );
}
