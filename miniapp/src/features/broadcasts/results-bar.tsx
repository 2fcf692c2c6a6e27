import { Row, type RowProps } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import styles from "./results.module.css";

/** A row with a bar below it, as long as its share of the greatest. */
export function BarRow({
  share,
  value,
  subtitle,
  ...row
}: Omit<RowProps, "end" | "isWrapped"> & { share: number; value: string }): JSX.Element {
  return (
    <Row
      {...row}
      end={<b className={styles.count}>{value}</b>}
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
