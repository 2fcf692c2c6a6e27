import { ReorderList, type ReorderListProps } from "@miniapp/shared/ui/reorder-list.tsx";
import type { JSX } from "react";
import { useChange } from "../alerts/use-change.ts";
import { type Ordering, useOrdering } from "../alerts/use-ordering.ts";

type OrderedRowsProps<T extends { id: string }> = Pick<ReorderListProps<T>, "label" | "nameOf" | "render"> &
  Omit<Ordering<T>, "change"> & {
    /** Put in order by hand; only looked at otherwise. */
    isOrdered: boolean;
  };

/** Rows of a short list of the shop, which customers see in the same order. */
export function OrderedRows<T extends { id: string }>({
  label,
  nameOf,
  render,
  isOrdered,
  ...list
}: OrderedRowsProps<T>): JSX.Element {
  const reorder = useOrdering({ ...list, change: useChange("shop") });
  const { items } = list;
  if (!isOrdered || items.length < 2)
    return (
      <>
        {items.map((item) => (
          <div key={item.id}>{render(item)}</div>
        ))}
      </>
    );
  return (
    <ReorderList
      label={label}
      items={items}
      keyOf={({ id }) => id}
      nameOf={nameOf}
      render={render}
      onChange={reorder}
    />
  );
}
