import { href } from "@miniapp/app/paths.ts";
import { useCan, useMe } from "@miniapp/features/identity/me.ts";
import { PagedList } from "@miniapp/features/operations/components/paged-list.tsx";
import { oneOf, useFilters } from "@miniapp/features/operations/use-filters.ts";
import { useSearchText } from "@miniapp/features/operations/use-search-text.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { openAddress } from "@miniapp/shared/telegram/index.ts";
import {
  Badge,
  ChannelIcon,
  ChatIcon,
  Empty,
  Loading,
  PeopleIcon,
  Row,
  Screen,
  Search,
  Section,
  Sheet,
  SheetBody,
  Skeleton,
  Tabs,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseInfiniteQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { type ChatFilter, chatsQuery } from "./api.ts";
import { ChatAvatar, kindOf } from "./components/state.tsx";

export default function ChatsScreen(): JSX.Element {
  const t = useT();
  const can = useCan();
  const filters = useFilters();
  const kind = oneOf(["private"], filters.get("kind")) ?? "team";
  const search = useSearchText();
  const [isAdding, setAdding] = useState(false);
  return (
    <Screen
      title={t("app.control.chats")}
      back={href("control")}
      main={can("chats.manage") && !isAdding ? { text: t("app.chats.add"), onClick: () => setAdding(true) } : undefined}
    >
      <Tabs
        label={t("app.deliveries.kind")}
        choices={[
          { value: "team", label: t("app.chats.groups") },
          { value: "private", label: t("app.chats.privates") },
        ]}
        value={kind}
        onChange={(value) => filters.set({ kind: value === "private" ? value : undefined })}
      />
      <Search value={search.typed} onChange={search.type} label={t("app.action.search")} />
      <Loading skeleton={<Skeleton rows={6} height={66} />} key={kind}>
        <List filter={{ kind, search: search.wanted }} onAdd={() => setAdding(true)} onClear={() => search.type("")} />
      </Loading>
      {isAdding && <AddSheet onClose={() => setAdding(false)} />}
    </Screen>
  );
}

function List({ filter, onAdd, onClear }: { filter: ChatFilter; onAdd(): void; onClear(): void }): JSX.Element {
  const t = useT();
  const can = useCan();
  const list = useSuspenseInfiniteQuery(chatsQuery(filter));
  return (
    <PagedList
      label={t("app.control.chats")}
      list={list}
      keyOf={(chat) => chat.id}
      rowHeight={64}
      render={(chat) => (
        <Row
          before={<ChatAvatar kind={chat.kind} isTroubled={chat.problem !== null} />}
          title={chat.name}
          subtitle={chat.problem ?? (chat.username ? `@${chat.username}` : kindOf(t, chat))}
          isWrapped={chat.problem !== null}
          note={chat.isForum ? <Badge>{t("app.chats.topics")}</Badge> : undefined}
          to={href("chat", { chatId: chat.id })}
        />
      )}
      empty={
        filter.search ? (
          <Empty title={t("app.state.nothing_found")} action={{ text: t("app.action.reset"), onClick: onClear }} />
        ) : filter.kind === "private" ? (
          <Empty icon={<ChatIcon size={30} />} title={t("app.state.nothing")} text={t("app.people.empty")} />
        ) : (
          <Empty
            icon={<ChatIcon size={30} />}
            title={t("app.chats.empty")}
            {...(can("chats.manage") ? { action: { text: t("app.chats.add"), onClick: onAdd } } : {})}
          />
        )
      }
    />
  );
}

/** Rights that Telegram shows ticked: enough to write in closed topics and in channels, and to hear of both. */
const rights = { group: "manage_topics+post_messages", channel: "post_messages+edit_messages" };

function AddSheet({ onClose }: { onClose(): void }): JSX.Element {
  const t = useT();
  const { bot } = useMe();
  const open = (address: string) => {
    openAddress(`https://t.me/${bot.username}?${address}`);
    onClose();
  };
  return (
    <Sheet title={t("app.chats.add")} onClose={onClose}>
      <SheetBody>
        <Section footer={t("app.chats.add_text", { bot: bot.username })}>
          <Row
            before={<PeopleIcon />}
            title={t("app.chats.add_group")}
            tone="accent"
            onClick={() => open(`startgroup=chat&admin=${rights.group}`)}
          />
          <Row
            before={<ChannelIcon />}
            title={t("app.chats.add_channel")}
            tone="accent"
            onClick={() => open(`startchannel&admin=${rights.channel}`)}
          />
        </Section>
      </SheetBody>
    </Sheet>
  );
}
