import { VirtualList } from "@miniapp/shared/ui/virtual-list.tsx";
import type { InfiniteData, UseSuspenseInfiniteQueryResult } from "@tanstack/react-query";
import type { JSX, ReactNode } from "react";
import { Freshness } from "./freshness.tsx";

export interface PagedListProps<T> {
  label: string;
  list: UseSuspenseInfiniteQueryResult<InfiniteData<{ items: T[]; nextCursor: string | null }>>;
  keyOf(item: T): string;
  render(item: T): ReactNode;
  rowHeight: number;
  /** Shown instead of a list without a single row. */
  empty: ReactNode;
}

/** A list that arrives page by page as one scrolls. A page that does not come leaves those above it in place. */
export function PagedList<T>({ label, list, keyOf, render, rowHeight, empty }: PagedListProps<T>): JSX.Element {
  const items = list.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <>{empty}</>;
  return (
    <>
      <Freshness of={list} />
      <VirtualList label={label} items={items} keyOf={keyOf} render={render} rowHeight={rowHeight} pages={list} />
    </>
  );
}
