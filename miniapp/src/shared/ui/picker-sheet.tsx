import { useVirtualizer } from "@tanstack/react-virtual";
import { type JSX, type ReactNode, useRef, useState } from "react";
import { useT } from "../i18n.ts";
import { haptics } from "../telegram/index.ts";
import { Empty } from "./feedback.tsx";
import { Search } from "./fields.tsx";
import { CheckIcon } from "./icons.tsx";
import styles from "./sheet.module.css";
import { Sheet } from "./sheet.tsx";

export interface PickerOption<T extends string> {
  value: T;
  label: string;
  hint?: string | undefined;
  before?: ReactNode;
}

export interface PickerSheetProps<T extends string> {
  title: string;
  options: readonly PickerOption<T>[];
  value: T | null;
  /** Answer `false` to leave the sheet open: when another choice follows in it. */
  onPick(value: T): unknown;
  onClose(): void;
  /** Said when there is nothing to choose from at all. */
  empty?: ReactNode;
}

const optionHeight = 56;
const fold = (text: string) => text.toLocaleLowerCase();

/** Choosing one of many. The search field appears when the list is longer than a screen. */
export function PickerSheet<T extends string>({
  title,
  options,
  value,
  onPick,
  onClose,
  empty,
}: PickerSheetProps<T>): JSX.Element {
  const t = useT();
  const [search, setSearch] = useState("");
  const scroller = useRef<HTMLDivElement>(null);
  const wanted = fold(search.trim());
  const found =
    wanted === "" ? options : options.filter((option) => fold(`${option.label} ${option.hint ?? ""}`).includes(wanted));
  const rows = useVirtualizer({
    count: found.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => optionHeight,
    // Before the dialog opens nothing in it has a height. Taken at their word, rows of 0 px would grow and push the list down.
    measureElement: (element) => element.getBoundingClientRect().height || optionHeight,
    overscan: 8,
    initialRect: { width: 390, height: 640 },
  });
  return (
    <Sheet title={title} onClose={onClose} isFull={options.length > 6}>
      {options.length > 8 && <Search value={search} onChange={setSearch} label={t("app.action.search")} />}
      <div ref={scroller} className={styles.body}>
        {options.length === 0 && (empty ?? <Empty title={t("app.state.nothing")} />)}
        {options.length > 0 && found.length === 0 && (
          <Empty
            title={t("app.state.nothing_found")}
            action={{ text: t("app.action.reset"), onClick: () => setSearch("") }}
          />
        )}
        <div
          role="listbox"
          aria-label={title}
          className={styles.options}
          style={{ position: "relative", blockSize: rows.getTotalSize() }}
        >
          {rows.getVirtualItems().map((row) => {
            const option = found[row.index];
            if (!option) return null;
            return (
              <button
                key={option.value}
                type="button"
                role="option"
                aria-selected={option.value === value}
                aria-setsize={found.length}
                aria-posinset={row.index + 1}
                ref={rows.measureElement}
                data-index={row.index}
                className={styles.option}
                style={{ position: "absolute", insetInline: 0, transform: `translateY(${row.start}px)` }}
                onClick={() => {
                  haptics.selected();
                  if (onPick(option.value) !== false) onClose();
                }}
              >
                {option.before}
                <span className={styles.words}>
                  {option.label}
                  {option.hint && <small>{option.hint}</small>}
                </span>
                {option.value === value && (
                  <span className={styles.mark}>
                    <CheckIcon />
                  </span>
                )}
              </button>
            );
          })}
        </div>
      </div>
    </Sheet>
  );
}
