import type { JSX } from "react";
import { useFormat } from "../format.ts";
import { CheckIcon } from "./icons.tsx";
import { Chips } from "./tabs.tsx";
import styles from "./value-chips.module.css";

export interface ValueChip {
  value: string;
  label: string;
  isOn: boolean;
  /** How many have it. */
  count?: number | undefined;
}

/** Values of which several may be on. */
export function ValueChips({
  label,
  chips,
  onToggle,
}: {
  label: string;
  chips: readonly ValueChip[];
  onToggle(value: string): void;
}): JSX.Element {
  const format = useFormat();
  return (
    <fieldset className={styles.values}>
      <legend className="visually-hidden">{label}</legend>
      {chips.map(({ value, label: name, isOn, count }) => (
        <Chips.Item
          key={value}
          isOn={isOn}
          onClick={() => onToggle(value)}
          {...(isOn ? { icon: <CheckIcon size={18} /> } : {})}
        >
          {name}
          {count !== undefined && <span className={styles.count}>{format.number(count)}</span>}
        </Chips.Item>
      ))}
    </fieldset>
  );
}
