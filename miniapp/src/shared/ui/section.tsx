import { type JSX, type ReactNode, useId } from "react";
import { AppLink } from "../navigation.tsx";
import { ChevronIcon, CopyIcon } from "./icons.tsx";
import styles from "./section.module.css";
import { useCopy } from "./toast.tsx";

export interface SectionProps {
  header?: ReactNode;
  /** Explains or sums up, below the card. */
  footer?: ReactNode;
  children: ReactNode;
}

/** A card of rows, with a heading above and words below. */
export function Section({ header, footer, children }: SectionProps): JSX.Element {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={header ? id : undefined}>
      {header && (
        <h2 id={id} className={styles.header}>
          {header}
        </h2>
      )}
      <div className={styles.card}>{children}</div>
      {footer && <div className={styles.footer}>{footer}</div>}
    </section>
  );
}

export interface RowProps {
  title: ReactNode;
  subtitle?: ReactNode;
  /** Icon or Avatar. */
  before?: ReactNode;
  /** At the end of the title's line: a value, a time. */
  end?: ReactNode;
  /** At the end of the second line: a time, a state. */
  note?: ReactNode;
  /** Puts the note on a line of its own: for badges, which are too long beside a subtitle in some languages. */
  isNoteBelow?: boolean;
  /** At the end of the whole row: Badge, Switch, a button. */
  after?: ReactNode;
  /** A screen of the app, from `href()`. */
  to?: string;
  onClick?(): void;
  tone?: "accent" | "danger";
  isDisabled?: boolean;
  /** For a row with a control of its own behind it, where an arrow would only take room. */
  hasNoChevron?: boolean;
  /** Lets the second line wrap; it is cut by default, the title never is. */
  isWrapped?: boolean;
  /** Makes a row with `onClick` one that is chosen, or not: a checkbox to whoever hears the screen. */
  isChecked?: boolean;
}

/** One line of a Section. It is a link with `to`, a button with `onClick`, and plain text otherwise. */
export function Row(props: RowProps): JSX.Element {
  const {
    title,
    subtitle,
    before,
    end,
    note,
    isNoteBelow,
    after,
    to,
    onClick,
    tone,
    isDisabled,
    isWrapped,
    isChecked,
  } = props;
  const hasChevron = to !== undefined && !props.hasNoChevron;
  const body = (
    <>
      {before && <span className={styles.before}>{before}</span>}
      <span className={styles.body}>
        <span className={styles.line}>
          <span className={`${styles.title} ${styles.titleText} ${tone ? styles[tone] : ""}`}>{title}</span>
          {end !== undefined && end !== null && <span className={styles.end}>{end}</span>}
        </span>
        {(subtitle || note) && (
          <span className={isNoteBelow ? styles.stack : styles.line}>
            <span className={`${styles.subtitle} ${isWrapped ? styles.wrapped : ""}`}>{subtitle}</span>
            {note && <span className={styles.note}>{note}</span>}
          </span>
        )}
      </span>
      {(after || hasChevron) && (
        <span className={styles.after}>
          {after}
          {hasChevron && (
            <span className={styles.chevron}>
              <ChevronIcon size={18} />
            </span>
          )}
        </span>
      )}
    </>
  );
  const classes = `${styles.row} ${before ? styles.hasBefore : ""}`;
  if (to)
    return (
      <AppLink to={to} className={classes}>
        {body}
      </AppLink>
    );
  if (onClick)
    return (
      <button
        type="button"
        className={classes}
        onClick={onClick}
        disabled={isDisabled}
        {...(isChecked === undefined ? {} : { role: "checkbox", "aria-checked": isChecked })}
      >
        {body}
      </button>
    );
  return (
    <div className={classes} aria-disabled={isDisabled || undefined}>
      {body}
    </div>
  );
}

export interface FactProps {
  name: string;
  /** Nothing is shown for null and "": a list of facts says only what is known. */
  value: string | null | undefined;
  /** Tap to copy: for ids, links, addresses. */
  canCopy?: boolean;
  isMono?: boolean;
}

/** A named value, the name above. */
export function Fact({ name, value, canCopy, isMono }: FactProps): JSX.Element | null {
  const copy = useCopy();
  if (value === null || value === undefined || value === "") return null;
  const body = (
    <span className={styles.body}>
      <span className={styles.name}>{name}</span>
      <span className={`${styles.value} ${isMono ? styles.mono : ""}`}>{value}</span>
    </span>
  );
  if (!canCopy) return <div className={styles.row}>{body}</div>;
  return (
    <button type="button" className={styles.row} onClick={() => copy(value)}>
      {body}
      <span className={styles.after}>
        <CopyIcon size={20} />
      </span>
    </button>
  );
}
