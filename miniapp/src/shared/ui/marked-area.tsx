/** A field in which Telegram HTML is written: a toolbar that puts marks around what is selected, and a counter below. */
import { type JSX, type ReactNode, type Ref, useId, useImperativeHandle, useRef } from "react";
import { haptics } from "../telegram/index.ts";
import styles from "./marked-area.module.css";

export interface Mark {
  label: string;
  before: string;
  after: string;
  face: ReactNode;
}

export interface MarkedAreaHandle {
  /** Puts a text where the cursor is. */
  insert(text: string): void;
}

export interface MarkedAreaProps {
  label: string;
  value: string;
  /** What the toolbar is called. */
  marksLabel: string;
  marks: readonly Mark[];
  /** Further buttons of the toolbar. */
  tools?: ReactNode;
  counter: ReactNode;
  /** The counter is a warning. */
  isLong: boolean;
  isReadOnly?: boolean;
  maxLength: number;
  rows?: number;
  placeholder?: string;
  onChange(value: string): void;
  ref?: Ref<MarkedAreaHandle>;
}

export function MarkedArea(props: MarkedAreaProps): JSX.Element {
  const { label, value, marks, isReadOnly = false, onChange, ref } = props;
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

  return (
    <div className={styles.area}>
      {!isReadOnly && (
        <div className={styles.tools} role="toolbar" aria-label={props.marksLabel} aria-controls={id}>
          {marks.map((mark) => (
            <button
              key={mark.label}
              type="button"
              className={styles.tool}
              aria-label={mark.label}
              // Keeps the selection that the mark is for.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => wrap(mark.before, mark.after, true)}
            >
              {mark.face}
            </button>
          ))}
          {props.tools}
        </div>
      )}
      <textarea
        ref={area}
        id={id}
        className={styles.text}
        aria-label={label}
        aria-describedby={`${id}-count`}
        value={value}
        rows={props.rows ?? 10}
        maxLength={props.maxLength}
        placeholder={props.placeholder}
        readOnly={isReadOnly}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
      />
      <p id={`${id}-count`} className={`${styles.counter} ${props.isLong ? styles.long : ""}`}>
        {props.counter}
      </p>
    </div>
  );
}
