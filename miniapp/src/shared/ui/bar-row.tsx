import type { JSX } from "react";
import styles from "./bar-row.module.css";
import { Row, type RowProps } from "./section.tsx";

export interface BarRowProps extends Omit<RowProps, "end" | "isWrapped"> {
  value: string;
  /** Beside the value, less loud. */
  more?: string;
  /** 0 to 1: how much of its room the bar below fills. */
  share: number;
}

/** One of several that are compared: its value, and a bar below it. */
export function BarRow({ value, more, share, subtitle, ...row }: BarRowProps): JSX.Element {
  return (
    <Row
      {...row}
      end={
        <>
          <b className={styles.count}>{value}</b>
          {more !== undefined && ` · ${more}`}
        </>
      }
      isWrapped
      subtitle={
        <>
          {subtitle}
          <span className={styles.track} aria-hidden="true">
            <span className={styles.share} style={{ inlineSize: `${Math.min(100, Math.max(share * 100, 0.6))}%` }} />
          </span>
        </>
      }
    />
  );
}
