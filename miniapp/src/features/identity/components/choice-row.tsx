import { Row } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import styles from "./choice-row.module.css";

/** A row that opens a picker: its value wears the accent colour, because a tap changes it. */
export const ChoiceRow = ({
  title,
  hint,
  value,
  isQuiet,
  onClick,
  isDisabled,
}: {
  title: string;
  hint?: string;
  value: string;
  /** For a value that says that nothing is chosen. */
  isQuiet?: boolean;
  onClick(): void;
  isDisabled?: boolean;
}): JSX.Element => (
  <Row
    title={title}
    subtitle={hint}
    isWrapped
    end={isQuiet ? value : <span className={styles.value}>{value}</span>}
    onClick={onClick}
    {...(isDisabled === undefined ? {} : { isDisabled })}
  />
);
