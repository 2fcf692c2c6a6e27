import { type JSX, type ReactNode, useEffect, useId, useRef } from "react";
import { useT } from "../i18n.ts";
import { pushBack } from "../telegram/index.ts";
import { CloseIcon } from "./icons.tsx";
import styles from "./sheet.module.css";

export interface SheetProps {
  title: string;
  onClose(): void;
  /** As high as the screen allows: for lists with a search field. */
  isFull?: boolean;
  children: ReactNode;
}

/** A sheet from below, while it is mounted. Back, Escape, the cross and a tap beside it close it. */
export function Sheet({ title, onClose, isFull, children }: SheetProps): JSX.Element {
  const t = useT();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  useEffect(() => {
    const element = dialog.current;
    if (!element?.open) element?.showModal();
    const release = pushBack(() => close.current());
    const scroller = document.documentElement;
    const before = scroller.style.overflow;
    scroller.style.overflow = "hidden";
    return () => {
      scroller.style.overflow = before;
      release();
      element?.close();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the dialog's own cancel event
    <dialog
      ref={dialog}
      className={`${styles.sheet} ${isFull ? styles.full : ""}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div className={styles.head}>
        <h2 id={id}>{title}</h2>
        <button type="button" className={styles.close} aria-label={t("app.action.close")} onClick={onClose}>
          <CloseIcon />
        </button>
      </div>
      {children}
    </dialog>
  );
}

/** The scrolling part of a sheet. */
export const SheetBody = ({ children }: { children: ReactNode }): JSX.Element => (
  <div className={styles.body}>{children}</div>
);
