/** Short words at the bottom, with a way to undo. */
import { type JSX, useEffect, useRef, useSyncExternalStore } from "react";
import { useT } from "../i18n.ts";
import { copyText, haptics } from "../telegram/index.ts";
import styles from "./feedback.module.css";

interface ToastItem {
  id: number;
  text: string;
  undo?: (() => void) | undefined;
}

const shownMs = 5000;
let items: readonly ToastItem[] = [];
let lastId = 0;
const listeners = new Set<() => void>();
const set = (next: readonly ToastItem[]) => {
  items = next;
  for (const listener of listeners) listener();
};
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

const withdraw = (id: number) => set(items.filter((item) => item.id !== id));

/** Says that something was done; `undo` takes it back. The newest two are shown. Gives back what withdraws it. */
export function toast(text: string, options: { undo?: () => void } = {}): () => void {
  const id = ++lastId;
  set([...items.slice(-1), { id, text, undo: options.undo }]);
  setTimeout(() => withdraw(id), shownMs);
  return () => withdraw(id);
}

/**
 * A toast about what somebody is writing. `undo` is given what stands there when it is tapped, not what stood there before: what
 * was written since stays. It is withdrawn when the form goes, since nobody would keep what it puts back.
 */
export function useUndo<T>(now: T): (text: string, undo: (now: T) => void) => void {
  const latest = useRef(now);
  const offered = useRef<() => void>(undefined);
  useEffect(() => {
    latest.current = now;
  });
  useEffect(() => () => offered.current?.(), []);
  return (text, undo) => {
    offered.current = toast(text, { undo: () => undo(latest.current) });
  };
}

export function ToastHost(): JSX.Element {
  const t = useT();
  const shown = useSyncExternalStore(subscribe, () => items);
  const host = useRef<HTMLDivElement>(null);
  // The top layer hides everything else while a sheet is open; a popover is lifted above it anew with every toast.
  useEffect(() => {
    const element = host.current;
    if (!element || typeof element.showPopover !== "function") return;
    if (element.matches(":popover-open")) element.hidePopover();
    if (shown.length > 0) element.showPopover();
  }, [shown]);
  return (
    <div
      ref={host}
      className={styles.toasts}
      popover="manual"
      role="status"
      style={shown.length === 0 ? { display: "none" } : undefined}
    >
      {shown.map((item) => (
        <div key={item.id} className={styles.toast}>
          <span>{item.text}</span>
          {item.undo && (
            <button
              type="button"
              onClick={() => {
                withdraw(item.id);
                item.undo?.();
              }}
            >
              {t("app.action.undo")}
            </button>
          )}
        </div>
      ))}
    </div>
  );
}

/** Copies text and says so. */
export function useCopy(): (text: string) => void {
  const t = useT();
  return (text) =>
    void copyText(text).then((isCopied) => {
      if (isCopied) haptics.succeeded();
      else haptics.failed();
      toast(t(isCopied ? "app.copy.done" : "app.copy.failed"));
    });
}
