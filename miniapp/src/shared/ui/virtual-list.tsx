import { measureElement, useWindowVirtualizer } from "@tanstack/react-virtual";
import { type JSX, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Spinner } from "./button.tsx";
import { Failure } from "./feedback.tsx";
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
  /** Asked for more when the end comes near. A page that did not come is asked for by a tap: by itself it would be without end. */
  pages?: Pages | undefined;
}

/** Of an infinite query, what a list needs to go on. */
export interface Pages {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  error: unknown;
  fetchNextPage(): unknown;
}

/** Asks for the next page; undefined where there is none, it is on its way, or it has just failed. */
export const nextPageOf = (pages: Pages | undefined): (() => void) | undefined =>
  pages?.hasNextPage && !pages.isFetchingNextPage && !pages.isFetchNextPageError
    ? () => void pages.fetchNextPage()
    : undefined;

/** Below what has come: a page that is on its way, or did not come. */
export function PageEnd({ pages }: { pages: Pages }): JSX.Element | null {
  if (pages.isFetchingNextPage)
    return (
      <div className={styles.more}>
        <Spinner />
      </div>
    );
  if (!pages.isFetchNextPageError) return null;
  return <Failure error={pages.error} onRetry={() => void pages.fetchNextPage()} isCompact />;
}

/** A long list that scrolls with the page: only what is near the screen exists. */
export function VirtualList<T>({
  label,
  items,
  keyOf,
  render,
  rowHeight,
  isHeading,
  pages,
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
  const onEnd = nextPageOf(pages);
  useEffect(() => {
    if (onEnd && lastShown >= items.length - 8) onEnd();
  }, [onEnd, lastShown, items.length]);
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
              aria-setsize={pages?.hasNextPage ? -1 : items.length}
              aria-posinset={row.index + 1}
              style={{ position: "absolute", insetInline: 0, transform: `translateY(${row.start - offset}px)` }}
            >
              {render(item)}
            </li>
          );
        })}
      </ul>
      {pages && <PageEnd pages={pages} />}
    </div>
  );
}
