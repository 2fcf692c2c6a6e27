/** Choosing the chat, and in a forum the topic, that gets a connection's alerts. */
import { useT } from "@miniapp/shared/i18n.ts";
import { Avatar, ChannelIcon, ChatIcon, Empty, PeopleIcon } from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { type Chat, targetChatsQuery, topicsQuery } from "../messaging/chats-api.ts";

export interface ChosenTarget {
  chatId: string;
  threadId: number | null;
  /** The chat's name, with the topic's when one was chosen. */
  name: string;
}

const icons = { private: <ChatIcon />, group: <PeopleIcon />, supergroup: <PeopleIcon />, channel: <ChannelIcon /> };

export interface TargetPickerProps {
  chatId: string | null;
  onPick(target: ChosenTarget): void;
  onClose(): void;
}

export function TargetPicker({ chatId, onPick, onClose }: TargetPickerProps): JSX.Element {
  const t = useT();
  const { data: chats = [] } = useQuery(targetChatsQuery);
  const [forum, setForum] = useState<Chat | null>(null);
  if (forum) return <TopicPicker chat={forum} onPick={onPick} onClose={onClose} />;
  return (
    <PickerSheet
      title={t("app.new_connection.target")}
      value={chatId}
      options={chats.map((chat) => ({
        value: chat.id,
        label: chat.name,
        hint: chat.username ? `@${chat.username}` : undefined,
        before: <Avatar icon={icons[chat.kind]} />,
      }))}
      empty={<Empty icon={<PeopleIcon size={30} />} title={t("app.new_connection.no_chats")} />}
      onPick={(id) => {
        const chat = chats.find((known) => known.id === id);
        if (chat?.isForum) {
          setForum(chat);
          return false;
        }
        if (chat) onPick({ chatId: chat.id, threadId: null, name: chat.name });
        return true;
      }}
      onClose={onClose}
    />
  );
}

const general = "general";

function TopicPicker({
  chat,
  onPick,
  onClose,
}: {
  chat: Chat;
  onPick(target: ChosenTarget): void;
  onClose(): void;
}): JSX.Element {
  const t = useT();
  const { data: topics = [] } = useQuery(topicsQuery(chat.id));
  return (
    <PickerSheet
      title={chat.name}
      value={null}
      options={[
        { value: general, label: t("app.new_connection.topic_general") },
        ...topics.map((topic) => ({ value: String(topic.threadId), label: topic.name })),
      ]}
      onPick={(picked) => {
        const topic = topics.find((known) => String(known.threadId) === picked);
        onPick({
          chatId: chat.id,
          threadId: topic?.threadId ?? null,
          name: topic ? `${chat.name} · ${topic.name}` : chat.name,
        });
      }}
      onClose={onClose}
    />
  );
}
