import { memo } from "react";
import type { ShownButton, ShownMessage } from "./api.ts";
import styles from "./message.module.css";
import { RichText, type TextActions } from "./rich-text.tsx";
import { fill, useLanguage, useWords, type Words } from "./words.ts";

export interface MessageActions extends TextActions {
  onButton: (message: ShownMessage, button: ShownButton) => void;
}

/** A service line instead of a bubble, or null for ordinary messages. */
function serviceText(message: ShownMessage, words: Words): string | null {
  const joined = message.new_chat_members?.map((user) => user.first_name).join(", ");
  if (joined) return fill(words.joined, { name: joined });
  if (message.left_chat_member) return fill(words.left, { name: message.left_chat_member.first_name });
  if (message.forum_topic_created) return fill(words.topicCreated, { name: message.forum_topic_created.name });
  if (message.forum_topic_closed) return words.topicClosed;
  if (message.forum_topic_reopened) return words.topicReopened;
  if (message.successful_payment) return fill(words.paid, { stars: message.successful_payment.total_amount });
  if (message.refunded_payment) return fill(words.refunded, { stars: message.refunded_payment.total_amount });
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return words.migrated;
  if (message.write_access_allowed) return words.writeAllowed;
  return null;
}

interface Props {
  message: ShownMessage;
  isOwn: boolean;
  showsAuthor: boolean;
  topicName: string | null;
  actions: MessageActions;
}

export const Message = memo(function Message({ message, isOwn, showsAuthor, topicName, actions }: Props) {
  const words = useWords();
  const service = serviceText(message, words);
  if (service)
    return (
      <li className={styles.serviceRow}>
        <span className={styles.service}>{service}</span>
      </li>
    );
  const text = message.text ?? message.caption ?? "";
  const author = message.sender_chat?.title ?? message.from?.first_name ?? "";
  return (
    <li className={isOwn ? styles.rowOwn : styles.row}>
      <div className={isOwn ? styles.bubbleOwn : styles.bubble}>
        {showsAuthor ? (
          <p className={styles.author}>
            {author}
            {topicName ? <span className={styles.topic}># {topicName}</span> : null}
          </p>
        ) : null}
        {message.reply_to_message ? (
          <p className={styles.reply}>{message.reply_to_message.text ?? message.reply_to_message.caption ?? "…"}</p>
        ) : null}
        <Attachment message={message} />
        <div className={styles.text} dir="auto">
          <RichText text={text} entities={message.entities ?? message.caption_entities ?? []} actions={actions} />
          <Stamp message={message} words={words} />
        </div>
      </div>
      <Buttons message={message} onButton={actions.onButton} />
    </li>
  );
});

function Stamp({ message, words }: { message: ShownMessage; words: Words }) {
  const language = useLanguage();
  const time = new Date(message.date * 1000).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
  return (
    <span className={styles.stamp}>
      {message.isSilent ? (
        <svg className={styles.bell} viewBox="0 0 24 24" role="img" aria-label={words.silent}>
          <path
            d="M4 4l16 16M9 6a5 5 0 0 1 8 4c0 3 .6 4.7 1.3 6M7 10c0 4-2 5-2 7h11M10 20a2 2 0 0 0 4 0"
            fill="none"
            stroke="currentColor"
            strokeWidth="2"
            strokeLinecap="round"
          />
        </svg>
      ) : null}
      {message.edit_date ? `${words.edited} ` : ""}
      <time dateTime={new Date(message.date * 1000).toISOString()}>{time}</time>
    </span>
  );
}

function Attachment({ message }: { message: ShownMessage }) {
  const words = useWords();
  if (message.photo) return <div className={styles.media} role="img" aria-label="Photo" />;
  if (message.video) return <div className={styles.media} role="img" aria-label="Video" />;
  if (message.document) return <p className={styles.file}>📎 {message.document.file_name ?? "file"}</p>;
  if (!message.invoice) return null;
  return (
    <div className={styles.invoice}>
      <p className={styles.invoiceTitle}>{message.invoice.title}</p>
      <p>{message.invoice.description}</p>
      <p className={styles.invoicePrice}>
        {message.invoice.total_amount} {words.stars}
      </p>
    </div>
  );
}

/** What a button does, drawn in its corner. */
function markOf(button: ShownButton): string {
  if (button.web_app) return "M4 5h16v14H4zM4 9h16";
  if (button.url) return "M7 17 17 7M9 7h8v8";
  if (button.copy_text) return "M9 9h11v11H9zM15 9V4H4v11h5";
  return "";
}

function Buttons({ message, onButton }: { message: ShownMessage; onButton: MessageActions["onButton"] }) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  return (
    <div className={styles.keyboard}>
      {rows.map((row, rowIndex) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a keyboard have no other identity and never move
        <div key={rowIndex} className={styles.keyboardRow}>
          {row.map((button) => (
            <button
              key={button.text}
              type="button"
              className={styles.key}
              data-style={button.style}
              onClick={() => onButton(message, button)}
            >
              {button.text.replace("XTR", "⭐")}
              <svg aria-hidden="true" className={styles.mark} viewBox="0 0 24 24">
                <path d={markOf(button)} fill="none" stroke="currentColor" strokeWidth="2.5" />
              </svg>
            </button>
          ))}
        </div>
      ))}
    </div>
  );
}
