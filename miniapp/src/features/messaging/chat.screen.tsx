import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import { ask, Badge, Dot, Fact, Field, Loading, Row, Screen, Section, Skeleton } from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { useQuery, useSuspenseInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useParams } from "wouter";
import { type Chat, chatQuery, deliveriesQuery, removeChat, renameChat, sendTest, topicsQuery } from "./api.ts";
import { ChatAvatar, kindOf } from "./components/state.tsx";
import { DeliveryRow } from "./deliveries.screen.tsx";

export default function ChatScreen(): JSX.Element {
  const t = useT();
  const can = useCan();
  const { chatId = "" } = useParams<{ chatId: string }>();
  const chat = useQuery(chatQuery(chatId)).data;
  const draft = useDraft("chat", { label: chat?.label ?? "" });
  const [isChoosing, setChoosing] = useState(false);
  useClosingConfirmation(draft.isDirty);
  const rename = useAct(renameChat, { stale: ["chats"], done: t("app.saved"), onDone: draft.clear });
  const test = useAct(sendTest, { stale: ["deliveries"], done: t("app.chats.test_sent") });
  const act = draft.isDirty ? rename : test;
  const mayManage = chat !== undefined && can("chats.manage");
  const onMain = () => {
    if (draft.isDirty) rename.run({ chatId, label: draft.value.label });
    else if (chat?.isForum) setChoosing(true);
    else test.run({ chatId, threadId: null });
  };
  return (
    <Screen
      title={chat?.name ?? t("app.deliveries.chat")}
      back={href("chats")}
      main={
        mayManage && !isChoosing && (draft.isDirty || chat.problem === null)
          ? {
              text: t(draft.isDirty ? "app.action.save" : "app.chats.test"),
              onClick: onMain,
              isBusy: act.isBusy,
              isDisabled: act.isOff,
            }
          : undefined
      }
    >
      <Loading
        skeleton={
          <>
            <Skeleton rows={2} />
            <Skeleton rows={4} />
          </>
        }
      >
        <Facts chatId={chatId} />
        {mayManage && (
          <Section>
            <Field
              label={t("app.fact.name")}
              value={draft.value.label}
              onChange={(label) => draft.change({ label })}
              placeholder={chat.title}
              hint={t("app.chats.title", { title: chat.title })}
              maxLength={80}
            />
          </Section>
        )}
        {chat?.isForum && (
          <Loading skeleton={<Skeleton rows={2} />} isCompact>
            <Topics chatId={chatId} />
          </Loading>
        )}
        {can("deliveries.read") && (
          <Loading skeleton={<Skeleton rows={3} height={66} />} isCompact>
            <Recent chatId={chatId} />
          </Loading>
        )}
        {mayManage && <Removal chat={chat} />}
      </Loading>
      {isChoosing && (
        <TopicPicker
          chatId={chatId}
          name={chat?.name ?? ""}
          onPick={(threadId) => test.run({ chatId, threadId })}
          onClose={() => setChoosing(false)}
        />
      )}
    </Screen>
  );
}

function Facts({ chatId }: { chatId: string }): JSX.Element {
  const t = useT();
  const can = useCan();
  const query = useSuspenseQuery(chatQuery(chatId));
  const chat = query.data;
  return (
    <>
      <Freshness of={query} />
      <Section>
        <Row
          before={<ChatAvatar kind={chat.kind} isTroubled={chat.problem !== null} />}
          title={chat.title}
          subtitle={chat.problem ?? [kindOf(t, chat), chat.username && `@${chat.username}`].filter(Boolean).join(" · ")}
          isWrapped
          after={chat.problem === null ? <Badge tone="good">{t("app.state.works")}</Badge> : <Dot tone="bad" />}
        />
        <Fact name={t("app.fact.telegram_id")} value={String(chat.telegramChatId)} canCopy isMono />
        {chat.personId && can("persons.read") && (
          <Row title={t("app.audit.person")} to={href("person", { personId: chat.personId })} />
        )}
      </Section>
    </>
  );
}

function Topics({ chatId }: { chatId: string }): JSX.Element {
  const t = useT();
  const { items } = useSuspenseQuery(topicsQuery(chatId)).data;
  return (
    <Section header={t("app.chats.topics")} footer={t("app.chats.topics_hint")}>
      {items.map((topic) => (
        <Row
          key={topic.threadId}
          title={topic.name}
          after={topic.isClosed ? <Badge tone="warn">{t("app.chats.topic_closed")}</Badge> : undefined}
        />
      ))}
      {items.length === 0 && <Row title={t("app.state.nothing")} isDisabled />}
    </Section>
  );
}

const recentCount = 4;

function Recent({ chatId }: { chatId: string }): JSX.Element {
  const t = useT();
  const deliveries = useSuspenseInfiniteQuery(deliveriesQuery({ chatId })).data.pages[0]?.items ?? [];
  return (
    <Section header={t("app.chats.recent")}>
      {deliveries.slice(0, recentCount).map((delivery) => (
        <DeliveryRow key={delivery.id} delivery={delivery} isInChat />
      ))}
      {deliveries.length === 0 && <Row title={t("app.state.nothing")} isDisabled />}
      {deliveries.length > recentCount && (
        <Row title={t("app.deliveries.all")} tone="accent" to={`${href("deliveries")}?chat=${chatId}`} />
      )}
    </Section>
  );
}

function Removal({ chat }: { chat: Chat }): JSX.Element {
  const t = useT();
  const go = useGo();
  const remove = useAct(removeChat, {
    stale: ["chats", "deliveries", "connections"],
    onDone: () => go(href("chats"), { replace: true }),
  });
  const onClick = async () => {
    const isSure = await ask({
      title: t("app.chats.remove"),
      message: t("app.chats.remove_text", { name: chat.name }),
      confirm: t("app.action.remove"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (isSure) remove.run(chat.id);
  };
  return (
    <Section>
      <Row title={t("app.chats.remove")} tone="danger" onClick={() => void onClick()} isDisabled={remove.isOff} />
    </Section>
  );
}

/** A test goes to one topic; the chat's own name stands for its general one. */
function TopicPicker({
  chatId,
  name,
  onPick,
  onClose,
}: {
  chatId: string;
  name: string;
  onPick(threadId: number | null): void;
  onClose(): void;
}): JSX.Element {
  const t = useT();
  const topics = useQuery(topicsQuery(chatId)).data?.items ?? [];
  return (
    <PickerSheet
      title={t("app.chats.test")}
      value={null}
      options={[
        { value: "", label: name },
        ...topics
          .filter((topic) => !topic.isClosed)
          .map((topic) => ({ value: String(topic.threadId), label: topic.name })),
      ]}
      onPick={(value) => onPick(value === "" ? null : Number(value))}
      onClose={onClose}
    />
  );
}
