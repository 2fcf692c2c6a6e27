import { CheckIcon } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import styles from "./choice-mark.module.css";

/** The circle before a row that can be chosen, as wide as the picture that stands there otherwise. */
export const ChoiceMark = ({ isOn }: { isOn: boolean }): JSX.Element => (
  <span className={styles.place} data-avatar="" aria-hidden="true">
    <span className={`${styles.mark} ${isOn ? styles.isOn : ""}`}>{isOn && <CheckIcon size={18} />}</span>
  </span>
);
