import { type JSX, type ReactNode, useRef, useState } from "react";
import { useT } from "../i18n.ts";
import { haptics, useOwnVerticalSwipes } from "../telegram/index.ts";
import { GripIcon } from "./icons.tsx";
import styles from "./virtual-list.module.css";

/** The list with the item at `from` put at `to`. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const next = [...items];
  const [item] = next.splice(from, 1);
  if (item !== undefined) next.splice(to, 0, item);
  return next;
}

export interface ReorderListProps<T> {
  label: string;
  items: readonly T[];
  keyOf(item: T): string;
  nameOf(item: T): string;
  render(item: T): ReactNode;
  onChange(items: T[]): void;
}

/** A short list put in order by dragging the grip, or with the arrow keys on it. */
export function ReorderList<T>({ label, items, keyOf, nameOf, render, onChange }: ReorderListProps<T>): JSX.Element {
  const t = useT();
  useOwnVerticalSwipes();
  const [dragged, setDragged] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const list = useRef<HTMLUListElement>(null);

  const move = (from: number, to: number) => {
    const item = items[from];
    if (item === undefined || to < 0 || to >= items.length || from === to) return;
    haptics.selected();
    onChange(moved(items, from, to));
    setSaid(t("app.reorder.moved", { name: nameOf(item), position: to + 1, total: items.length }));
  };
  /** Where the pointer is, as a place in the list. */
  const placeAt = (y: number): number => {
    const rows = [...(list.current?.children ?? [])];
    const below = rows.findIndex((row) => {
      const box = row.getBoundingClientRect();
      return y < box.top + box.height / 2;
    });
    return below < 0 ? rows.length - 1 : below;
  };
  return (
    <div>
      <ul ref={list} className={styles.reorder} aria-label={label}>
        {items.map((item, index) => (
          <li key={keyOf(item)} className={`${styles.item} ${dragged === keyOf(item) ? styles.dragged : ""}`}>
            <div>{render(item)}</div>
            <button
              type="button"
              className={styles.grip}
              aria-label={t("app.reorder.grip", { name: nameOf(item) })}
              onPointerDown={(event) => {
                event.currentTarget.setPointerCapture(event.pointerId);
                setDragged(keyOf(item));
              }}
              onPointerMove={(event) => {
                if (dragged === keyOf(item)) move(index, placeAt(event.clientY));
              }}
              onPointerUp={() => setDragged(null)}
              onPointerCancel={() => setDragged(null)}
              onKeyDown={(event) => {
                const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
                if (step === 0) return;
                event.preventDefault();
                move(index, index + step);
              }}
            >
              <GripIcon />
            </button>
          </li>
        ))}
      </ul>
      <span className="visually-hidden" aria-live="polite">
        {said}
      </span>
    </div>
  );
}
