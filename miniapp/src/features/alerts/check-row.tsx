import { CheckIcon } from "@miniapp/shared/ui/index.ts";
import type { JSX, ReactNode } from "react";
import styles from "./check-row.module.css";

/** A row that is chosen or not. */
export const CheckRow = ({
  isOn,
  before,
  title,
  hint,
  onClick,
}: {
  isOn: boolean;
  before?: ReactNode;
  title: string;
  hint?: string;
  onClick(): void;
}): JSX.Element => (
  <button type="button" aria-pressed={isOn} className={styles.row} onClick={onClick}>
    {before}
    <span className={styles.words}>
      {title}
      {hint && <small>{hint}</small>}
    </span>
    <span className={styles.mark}>{isOn && <CheckIcon />}</span>
  </button>
);
