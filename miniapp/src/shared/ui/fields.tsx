/** Everything a person types, switches or slides. */
import { type JSX, type ReactNode, type RefObject, useId } from "react";
import { useT } from "../i18n.ts";
import { haptics } from "../telegram/index.ts";
import styles from "./controls.module.css";
import { CloseIcon, SearchIcon } from "./icons.tsx";

interface SwitchProps {
  label: ReactNode;
  hint?: ReactNode;
  isOn: boolean;
  onChange(isOn: boolean): void;
  isDisabled?: boolean;
}

/** A row with a switch. It acts at once: no button saves it. */
export function Switch({ label, hint, ...toggle }: SwitchProps): JSX.Element {
  const id = useId();
  return (
    <label className={styles.switchRow} htmlFor={id}>
      <span>
        {label}
        {hint && <span className={styles.hint}>{hint}</span>}
      </span>
      <SwitchInput id={id} {...toggle} />
    </label>
  );
}

/** A switch beside something that is a target of its own; `label` is what a screen reader says. */
export function Toggle({ label, ...toggle }: Omit<SwitchProps, "hint">): JSX.Element {
  const id = useId();
  return (
    <label className={styles.toggle} htmlFor={id}>
      <span className="visually-hidden">{label}</span>
      <SwitchInput id={id} {...toggle} />
    </label>
  );
}

const SwitchInput = ({ id, isOn, onChange, isDisabled }: { id: string } & Omit<SwitchProps, "label" | "hint">) => (
  <input
    id={id}
    type="checkbox"
    role="switch"
    className={styles.switch}
    checked={isOn}
    aria-checked={isOn}
    disabled={isDisabled}
    onChange={(event) => {
      haptics.toggled();
      onChange(event.target.checked);
    }}
  />
);

interface SliderProps {
  label: string;
  value: number;
  min: number;
  max: number;
  step?: number;
  /** The value in words, with its unit. */
  shown: string;
  onChange(value: number): void;
}

export function Slider({ label, value, min, max, step = 1, shown, onChange }: SliderProps): JSX.Element {
  const id = useId();
  return (
    <div className={styles.sliderRow}>
      <div className={styles.sliderHead}>
        <label htmlFor={id}>{label}</label>
        <output htmlFor={id}>{shown}</output>
      </div>
      <input
        id={id}
        type="range"
        className={styles.slider}
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={shown}
        onChange={(event) => {
          haptics.selected();
          onChange(Number(event.target.value));
        }}
      />
    </div>
  );
}

export interface FieldProps {
  label: string;
  value: string;
  onChange(value: string): void;
  kind?: "text" | "number" | "textarea" | "select" | "date" | "time" | "datetime-local" | "email" | "url" | "password";
  /** For `kind="select"`; more than seven choices belong in a PickerSheet. */
  choices?: readonly { value: string; label: string }[];
  placeholder?: string;
  hint?: ReactNode;
  /** Shown under the field, in the reader's words. */
  error?: string | undefined;
  maxLength?: number;
  isDisabled?: boolean;
  isMono?: boolean;
  autoComplete?: string;
  inputMode?: "text" | "numeric" | "decimal" | "email" | "url" | "search";
  enterKeyHint?: "done" | "next" | "go" | "search" | "send";
  onEnter?(): void;
  /** The person has left the field: for fields that save by themselves. */
  onBlur?(): void;
  inputRef?: RefObject<HTMLInputElement | null>;
}

/** A labelled field of a Section. */
export function Field(props: FieldProps): JSX.Element {
  const { label, value, onChange, kind = "text", choices, placeholder, hint, error, maxLength, isDisabled } = props;
  const id = useId();
  const shared = {
    id,
    className: styles.input,
    value,
    disabled: isDisabled,
    style: props.isMono ? { fontFamily: "var(--mono)" } : undefined,
    onBlur: props.onBlur,
    "aria-invalid": error ? true : undefined,
    "aria-describedby": error || hint ? `${id}-note` : undefined,
    // The keyboard would cover it otherwise: some web views do not scroll by themselves.
    onFocus: (event: { currentTarget: HTMLElement }) => {
      const field = event.currentTarget;
      setTimeout(() => field.scrollIntoView({ block: "center", behavior: "smooth" }), 300);
    },
  };
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      {kind === "textarea" ? (
        <textarea
          {...shared}
          rows={3}
          maxLength={maxLength}
          placeholder={placeholder}
          autoComplete={props.autoComplete ?? "off"}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : kind === "select" ? (
        <select
          {...shared}
          onChange={(event) => {
            haptics.selected();
            onChange(event.target.value);
          }}
        >
          {(choices ?? []).map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...shared}
          ref={props.inputRef}
          type={kind === "number" ? "text" : kind}
          inputMode={props.inputMode ?? (kind === "number" ? "decimal" : undefined)}
          maxLength={maxLength}
          placeholder={placeholder}
          autoComplete={props.autoComplete ?? "off"}
          enterKeyHint={props.enterKeyHint ?? "done"}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
            event.currentTarget.blur();
            props.onEnter?.();
          }}
        />
      )}
      {(error || hint) && (
        <span id={`${id}-note`} className={error ? styles.error : styles.hint} role={error ? "alert" : undefined}>
          {error ?? hint}
        </span>
      )}
    </div>
  );
}

export function Search({
  value,
  onChange,
  label,
}: {
  value: string;
  onChange(value: string): void;
  label: string;
}): JSX.Element {
  const t = useT();
  return (
    <div className={styles.search}>
      <SearchIcon size={20} />
      <input
        type="search"
        inputMode="search"
        enterKeyHint="search"
        autoComplete="off"
        aria-label={label}
        placeholder={label}
        maxLength={200}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
        }}
      />
      {value !== "" && (
        <button type="button" className={styles.clear} aria-label={t("app.action.clear")} onClick={() => onChange("")}>
          <CloseIcon size={18} />
        </button>
      )}
    </div>
  );
}
