/** Asks before what cannot be undone: with Telegram's popup, or with our own where there is none. */
import { type JSX, useEffect, useRef, useSyncExternalStore } from "react";
import { askByTelegram, type Question } from "../telegram/index.ts";
import { Button } from "./button.tsx";
import styles from "./sheet.module.css";

interface Asked extends Question {
  answer(isConfirmed: boolean): void;
}
let asked: Asked | null = null;
const listeners = new Set<() => void>();
const set = (next: Asked | null) => {
  asked = next;
  for (const listener of listeners) listener();
};

/** True when the person confirmed. `confirm` is a verb: "Delete", not "OK". */
export async function ask(question: Question): Promise<boolean> {
  const byTelegram = await askByTelegram(question);
  if (byTelegram !== undefined) return byTelegram;
  asked?.answer(false);
  return new Promise((resolve) =>
    set({
      ...question,
      answer: (isConfirmed) => {
        set(null);
        resolve(isConfirmed);
      },
    }),
  );
}

export function PopupHost(): JSX.Element | null {
  const question = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => asked,
  );
  return question && <Popup key={question.message} {...question} />;
}

function Popup({ title, message, confirm, cancel, isDestructive, answer }: Asked): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (!element?.open) element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={styles.popup}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        answer(false);
      }}
    >
      <h2>{title}</h2>
      <p>{message}</p>
      <div className={styles.popupButtons}>
        <Button kind={isDestructive ? "danger" : "filled"} onClick={() => answer(true)}>
          {confirm}
        </Button>
        <Button kind="plain" onClick={() => answer(false)}>
          {cancel}
        </Button>
      </div>
    </dialog>
  );
}
