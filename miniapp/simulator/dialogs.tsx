import { type ReactNode, useEffect, useRef } from "react";
import styles from "./dialogs.module.css";

export interface DialogButton {
  id: string;
  text: string;
  isDangerous?: boolean;
  isMain?: boolean;
}

interface Props {
  title: string;
  children?: ReactNode;
  buttons: DialogButton[];
  /** The id of the pressed button, or null when it was dismissed. */
  onAnswer: (id: string | null) => void;
}

/** A modal question, as Telegram's popups look. */
export function Question({ title, children, buttons, onAnswer }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) dialog.showModal();
  }, []);
  return (
    <dialog
      ref={ref}
      className={styles.dialog}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onAnswer(null);
      }}
    >
      {title ? <h2 className={styles.title}>{title}</h2> : null}
      <div className={styles.body}>{children}</div>
      <div className={styles.buttons}>
        {buttons.map((button) => (
          <button
            key={button.id}
            type="button"
            data-danger={button.isDangerous || undefined}
            data-main={button.isMain || undefined}
            onClick={() => onAnswer(button.id)}
          >
            {button.text}
          </button>
        ))}
      </div>
    </dialog>
  );
}
