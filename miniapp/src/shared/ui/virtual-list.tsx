import { measureElement, useWindowVirtualizer } from "@tanstack/react-virtual";
import { type JSX, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Spinner } from "./button.tsx";
import styles from "./virtual-list.module.css";

export interface VirtualListProps<T> {
  label: string;
  items: readonly T[];
  keyOf(item: T): string;
  /** A Row. */
  render(item: T): ReactNode;
  rowHeight: number;
  /** Headings between rows stand on the page, not on a card. */
  isHeading?(item: T): boolean;
  /** Asked for more when the end comes near. */
  onEnd?: (() => void) | undefined;
  isLoadingMore?: boolean;
}

/** A long list that scrolls with the page: only what is near the screen exists. */
export function VirtualList<T>({
  label,
  items,
  keyOf,
  render,
  rowHeight,
  isHeading,
  onEnd,
  isLoadingMore,
}: VirtualListProps<T>): JSX.Element {
  const list = useRef<HTMLUListElement>(null);
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    const measured = list.current?.offsetTop ?? 0;
    setOffset((before) => (Math.abs(before - measured) > 1 ? measured : before));
  });
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => rowHeight,
    // In a frame that is hidden for a while every row is 0 px high, and the end of the list would seem near.
    measureElement: (...measured) => measureElement(...measured) || rowHeight,
    overscan: 10,
    scrollMargin: offset,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
    initialRect: { width: 390, height: 844 },
  });
  const shown = rows.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (onEnd && !isLoadingMore && lastShown >= items.length - 8) onEnd();
  }, [onEnd, isLoadingMore, lastShown, items.length]);
  return (
    <div className={styles.card}>
      <ul ref={list} aria-label={label} className={styles.list} style={{ blockSize: rows.getTotalSize() }}>
        {shown.map((row) => {
          const item = items[row.index];
          if (item === undefined) return null;
          const isEdge = (at: number) => {
            const neighbour = items[at];
            return neighbour === undefined || Boolean(isHeading?.(neighbour));
          };
          const classes = isHeading?.(item)
            ? undefined
            : [styles.row, isEdge(row.index - 1) ? styles.first : "", isEdge(row.index + 1) ? styles.last : ""].join(
                " ",
              );
          return (
            <li
              className={classes}
              key={row.key}
              ref={rows.measureElement}
              data-index={row.index}
              aria-setsize={onEnd ? -1 : items.length}
              aria-posinset={row.index + 1}
              style={{ position: "absolute", insetInline: 0, transform: `translateY(${row.start - offset}px)` }}
            >
              {render(item)}
            </li>
          );
        })}
      </ul>
      {isLoadingMore && (
        <div className={styles.more}>
          <Spinner />
        </div>
      )}
    </div>
  );
}
