import { type FormEvent, useState } from "react";
import type { BotCard, ChatSummary } from "./api.ts";
import styles from "./chat.module.css";
import { useWords } from "./words.ts";

interface Props {
  chat: ChatSummary;
  bot: BotCard | undefined;
  onSend: (text: string) => void;
  onStart: () => void;
  /** The keyboard that the last message brought: a button that makes a bot for this one to manage. */
  request?: { text: string; onPress: () => void } | undefined;
  onUnblock: () => void;
  onMenu: () => void;
}

/** The bottom of a chat: Start, Unblock, a sentence why one cannot write, or the message box with its menu button. */
export function Composer({ chat, bot, request, onSend, onStart, onUnblock, onMenu }: Props) {
  const words = useWords();
  if (chat.isBlocked) return <BigButton text={words.unblock} onPress={onUnblock} />;
  if (!chat.isStarted) return <BigButton text={words.start} onPress={onStart} />;
  if (!chat.canWrite) return <p className={styles.readOnly}>{words.readOnly}</p>;
  return (
    <>
      <MessageBox bot={bot} onSend={onSend} onMenu={onMenu} />
      {request ? <BigButton {...request} /> : null}
    </>
  );
}

function BigButton({ text, onPress }: { text: string; onPress: () => void }) {
  return (
    <div className={styles.composer}>
      <button type="button" className={styles.bigButton} onClick={onPress}>
        {text}
      </button>
    </div>
  );
}

function MessageBox({ bot, onSend, onMenu }: Pick<Props, "bot" | "onSend" | "onMenu">) {
  const words = useWords();
  const [text, setText] = useState("");
  const [showsCommands, setShowsCommands] = useState(false);
  const suggestions = (bot?.commands ?? []).filter(({ command }) => showsCommands || `/${command}`.startsWith(text));
  const isSuggesting = showsCommands || (text.startsWith("/") && !text.includes(" "));

  function send(value: string) {
    if (value.trim() === "") return;
    onSend(value);
    setText("");
    setShowsCommands(false);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    send(text);
  }

  return (
    <>
      {isSuggesting && suggestions.length > 0 ? (
        <ul className={styles.commands}>
          {suggestions.map(({ command, description }) => (
            <li key={command}>
              <button type="button" onClick={() => send(`/${command}`)}>
                <strong>/{command}</strong> <span>{description}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      <form className={styles.composer} onSubmit={submit}>
        {bot ? (
          <button
            type="button"
            className={styles.menuButton}
            onClick={() => (bot.menuButton ? onMenu() : setShowsCommands(!showsCommands))}
          >
            {bot.menuButton?.text ?? words.menu}
          </button>
        ) : null}
        <input
          className={styles.input}
          value={text}
          onChange={(event) => setText(event.target.value)}
          aria-label={words.message}
          placeholder={words.message}
          maxLength={4096}
          enterKeyHint="send"
          autoComplete="off"
        />
        <button type="submit" className={styles.send} aria-label={words.send}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M3 11.5 21 3l-5 18-4.5-7z" fill="currentColor" />
          </svg>
        </button>
      </form>
    </>
  );
}
