import type { JSX, ReactNode } from "react";
import styles from "./button.module.css";

export interface ButtonProps {
  children: ReactNode;
  onClick?(): void;
  kind?: "filled" | "plain" | "danger" | "text";
  isBusy?: boolean | undefined;
  isDisabled?: boolean | undefined;
  isWide?: boolean;
  type?: "button" | "submit";
}

export function Button({
  children,
  onClick,
  kind = "filled",
  isBusy,
  isDisabled,
  isWide,
  type = "button",
}: ButtonProps): JSX.Element {
  return (
    <button
      type={type}
      className={`${styles.button} ${styles[kind]} ${isWide ? styles.wide : ""}`}
      onClick={onClick}
      disabled={isDisabled || isBusy}
      aria-busy={isBusy || undefined}
    >
      {isBusy && <span className={styles.spinner} aria-hidden="true" />}
      {children}
    </button>
  );
}

/** An icon that acts; `label` is what a screen reader says. */
export function IconButton({
  icon,
  label,
  onClick,
  isDisabled,
}: {
  icon: ReactNode;
  label: string;
  onClick(): void;
  isDisabled?: boolean;
}): JSX.Element {
  return (
    <button
      type="button"
      className={`${styles.button} ${styles.icon}`}
      aria-label={label}
      onClick={onClick}
      disabled={isDisabled}
    >
      {icon}
    </button>
  );
}

export const Spinner = (): JSX.Element => <span className={styles.spinner} aria-hidden="true" />;
