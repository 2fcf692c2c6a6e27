import type { JSX } from "react";
import { AppLink } from "../navigation.tsx";
import styles from "./tiles.module.css";

export interface Tile {
  name: string;
  value: string;
  /** Below the value: what it was before. */
  note: string;
  more?: string | undefined;
  to?: string;
}

/** A few figures side by side, as big as the window lets them. */
export function Tiles({ label, tiles }: { label: string; tiles: readonly Tile[] }): JSX.Element {
  return (
    <section aria-label={label} className={styles.tiles}>
      {tiles.map((tile) => {
        const body = (
          <>
            <span className={styles.name}>{tile.name}</span>
            <span className={`${styles.value} ${tile.value.length > 9 ? styles.long : ""}`}>{tile.value}</span>
            <span className={styles.note}>{tile.note}</span>
            {tile.more && <span className={styles.note}>{tile.more}</span>}
          </>
        );
        return tile.to ? (
          <AppLink key={tile.name} to={tile.to} className={styles.tile}>
            {body}
          </AppLink>
        ) : (
          <div key={tile.name} className={styles.tile}>
            {body}
          </div>
        );
      })}
    </section>
  );
}
