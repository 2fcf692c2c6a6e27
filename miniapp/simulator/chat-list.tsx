import type { ChatSummary } from "./api.ts";
import styles from "./chat-list.module.css";
import { useLanguage, useWords } from "./words.ts";

const COLOURS = ["#c0464a", "#a2602a", "#6b5bbf", "#3d7f3d", "#20738c", "#2c6bab", "#a4487c"];

/** A round picture from initials; a bot or chat keeps its colour. */
export function Avatar({ id, title }: { id: number; title: string }) {
  const initials = title
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? "")
    .join("");
  return (
    <span aria-hidden="true" className={styles.avatar} style={{ background: COLOURS[Math.abs(id) % COLOURS.length] }}>
      {initials.toUpperCase()}
    </span>
  );
}

interface Props {
  chats: ChatSummary[];
  selectedId: number | null;
  unread: ReadonlyMap<number, number>;
  onSelect: (chatId: number) => void;
}

export function ChatList({ chats, selectedId, unread, onSelect }: Props) {
  const words = useWords();
  return (
    <nav aria-label={words.chats} className={styles.list}>
      {chats.length === 0 ? <p className={styles.empty}>{words.noChats}</p> : null}
      <ul className={styles.items}>
        {chats.map((chat) => (
          <li key={chat.id}>
            <button
              type="button"
              className={styles.item}
              aria-current={chat.id === selectedId ? "true" : undefined}
              onClick={() => onSelect(chat.id)}
            >
              <Avatar id={chat.id} title={chat.title} />
              <ChatLines chat={chat} unread={unread.get(chat.id) ?? 0} />
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function ChatLines({ chat, unread }: { chat: ChatSummary; unread: number }) {
  const words = useWords();
  const language = useLanguage();
  const kind = chat.type === "private" ? words.bot : chat.type === "channel" ? words.channel : words.group;
  const time = chat.last
    ? new Date(chat.last.date * 1000).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" })
    : "";
  return (
    <span className={styles.lines}>
      <span className={styles.top}>
        <span className={styles.title}>{chat.title}</span>
        <span className={styles.time}>{time}</span>
      </span>
      <span className={styles.bottom}>
        <span className={styles.last}>{chat.last?.text ?? kind}</span>
        {unread > 0 ? <span className={styles.unread}>{unread}</span> : null}
      </span>
    </span>
  );
}
