import { useEffect, useMemo, useRef, useState } from "react";
import type { BotCard, ChatSummary, ShownMessage } from "./api.ts";
import styles from "./chat.module.css";
import { Avatar } from "./chat-list.tsx";
import { Composer } from "./composer.tsx";
import { Message, type MessageActions } from "./message.tsx";
import { useLanguage, useWords } from "./words.ts";

interface Props {
  chat: ChatSummary;
  bot: BotCard | undefined;
  personId: number;
  messages: ShownMessage[];
  actions: MessageActions;
  onSend: (text: string, threadId?: number) => void;
  onStart: () => void;
  onMakeBot: () => void;
  onBlock: (isBlocked: boolean) => void;
  onMenu: () => void;
  onBack: () => void;
}

/** The topic shown: everything, the General one, or one by its id. */
type TopicChoice = "all" | "general" | number;

export function ChatView(props: Props) {
  const { chat, bot, personId, messages, actions, onBack } = props;
  const words = useWords();
  const [topic, setTopic] = useState<TopicChoice>("all");
  const shown = useMemo(() => messages.filter((message) => isInTopic(message, topic)), [messages, topic]);
  const scroller = useStickToEnd(shown.at(-1)?.message_id);
  const threadId = typeof topic === "number" ? topic : undefined;
  const kind = chat.type === "private" ? words.bot : chat.type === "channel" ? words.channel : words.group;

  return (
    <section className={styles.chat} aria-label={chat.title}>
      <header className={styles.header}>
        <button type="button" className={styles.back} onClick={onBack} aria-label={words.back}>
          ‹
        </button>
        <Avatar id={chat.id} title={chat.title} />
        <div className={styles.heading}>
          <h2>{chat.title}</h2>
          <p>{kind}</p>
        </div>
        {chat.type === "private" && chat.isStarted && !chat.isBlocked ? (
          <button type="button" className={styles.quiet} onClick={() => props.onBlock(true)}>
            {words.block}
          </button>
        ) : null}
      </header>
      {chat.isForum ? <Topics chat={chat} topic={topic} onChange={setTopic} /> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <div className={styles.scroller} ref={scroller} tabIndex={0} role="log" aria-label={chat.title}>
        {shown.length === 0 ? (
          <p className={styles.empty}>{chat.isStarted ? words.emptyChat : bot?.description || words.emptyPrivate}</p>
        ) : null}
        <ol className={styles.messages}>
          {shown.map((message, index) => (
            <DatedMessage
              key={message.message_id}
              message={message}
              previous={shown[index - 1]}
              chat={chat}
              personId={personId}
              isMixed={topic === "all"}
              actions={actions}
            />
          ))}
        </ol>
      </div>
      <Composer
        key={chat.id}
        chat={chat}
        bot={bot}
        onSend={(text) => props.onSend(text, threadId)}
        onStart={props.onStart}
        request={requestIn(messages.at(-1), props.onMakeBot)}
        onUnblock={() => props.onBlock(false)}
        onMenu={props.onMenu}
      />
    </section>
  );
}

function requestIn(last: ShownMessage | undefined, onPress: () => void) {
  const button = last?.reply_markup?.keyboard?.flat().find((one) => one.request_managed_bot);
  return button && { text: button.text, onPress };
}

function isInTopic(message: ShownMessage, topic: TopicChoice): boolean {
  if (topic === "all") return true;
  return topic === "general" ? message.message_thread_id === undefined : message.message_thread_id === topic;
}

/** Keeps the newest message in sight, as long as the reader has not scrolled up. */
function useStickToEnd(newest: number | undefined) {
  const ref = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const note = () => {
      isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 80;
    };
    element.addEventListener("scroll", note, { passive: true });
    return () => element.removeEventListener("scroll", note);
  }, []);
  useEffect(() => {
    if (newest !== undefined && isAtEnd.current) ref.current?.scrollTo({ top: ref.current.scrollHeight });
  }, [newest]);
  return ref;
}

function Topics(props: { chat: ChatSummary; topic: TopicChoice; onChange: (topic: TopicChoice) => void }) {
  const words = useWords();
  const choices: { id: TopicChoice; name: string }[] = [
    { id: "all", name: words.allTopics },
    { id: "general", name: words.general },
    ...props.chat.topics.map(({ id, name, isClosed }) => ({ id, name: isClosed ? `🔒 ${name}` : name })),
  ];
  return (
    <div className={styles.topics}>
      {choices.map(({ id, name }) => (
        <button key={id} type="button" aria-pressed={props.topic === id} onClick={() => props.onChange(id)}>
          {name}
        </button>
      ))}
    </div>
  );
}

function DatedMessage(props: {
  message: ShownMessage;
  previous: ShownMessage | undefined;
  chat: ChatSummary;
  personId: number;
  isMixed: boolean;
  actions: MessageActions;
}) {
  const { message, previous, chat, personId } = props;
  const language = useLanguage();
  const day = (one: ShownMessage) => new Date(one.date * 1000).toDateString();
  const isNewDay = !previous || day(previous) !== day(message);
  const isOwn = message.from?.id === personId && chat.type !== "channel";
  const topic = chat.topics.find(({ id }) => id === message.message_thread_id);
  return (
    <>
      {isNewDay ? (
        <li className={styles.day}>
          <span>{new Date(message.date * 1000).toLocaleDateString(language, { day: "numeric", month: "long" })}</span>
        </li>
      ) : null}
      <Message
        message={message}
        isOwn={isOwn}
        showsAuthor={chat.type !== "private" && !isOwn}
        topicName={props.isMixed ? (topic?.name ?? null) : null}
        actions={props.actions}
      />
    </>
  );
}
