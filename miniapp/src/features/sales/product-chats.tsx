/** The closed chats that a product opens: chosen among those where a bot is, each with what is in its way. */
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { openAddress } from "@miniapp/shared/telegram/index.ts";
import { Row, Section, Sheet, SheetBody, toast } from "@miniapp/shared/ui/index.ts";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useMe } from "../identity/me.ts";
import { ChatAvatar } from "../messaging/components/state.tsx";
import { LazyPicker } from "../reports/lazy-picker.tsx";
import {
  addProductChat,
  type ClosableChat,
  closableChatsQuery,
  type ProductChat,
  productChatsQuery,
  removeProductChat,
} from "./access-api.ts";

/** What Telegram shows ticked when the bot is added: all that keeping a door takes. */
const rights = "invite_users+restrict_members";
/** Addresses at Telegram that stand in the list beside chats. */
const ways = { group: `startgroup=chat&admin=${rights}`, channel: `startchannel&admin=${rights}` } as const;

export interface ProductChatsProps {
  productId: string;
  mayManage: boolean;
}

export default function ProductChats({ productId, mayManage }: ProductChatsProps): JSX.Element {
  const t = useT();
  const queries = useQueryClient();
  const query = productChatsQuery(productId);
  const { data: chats } = useSuspenseQuery(query);
  const [isChoosing, setChoosing] = useState(false);
  const [openId, setOpenId] = useState<string | null>(null);
  const open = chats.find(({ chatId }) => chatId === openId);
  const show = ({ items }: { items: ProductChat[] }) => queries.setQueryData(query.queryKey, items);
  const add = useAct((chat: { chatId: string; name: string }) => addProductChat({ productId, chatId: chat.chatId }), {
    stale: ["access"],
    onDone: (answer, { name }) => {
      show(answer);
      toast(t("app.access.added", { chat: name }));
    },
  });
  const remove = useAct((chat: ProductChat) => removeProductChat({ productId, chatId: chat.chatId }), {
    stale: ["access"],
    onDone: (answer, chat) => {
      show(answer);
      setOpenId(null);
      toast(t("app.access.removed", { chat: chat.name }), { undo: () => add.run(chat) });
    },
  });
  const said = ({ problem, inside, overdue }: ProductChat) =>
    problem?.text ??
    [
      t("app.access.inside", { count: inside }),
      ...(overdue > 0 ? [t("app.access.overdue", { count: overdue })] : []),
    ].join(" · ");
  return (
    <Section header={t("app.access.chats")} footer={t("app.access.text")}>
      {chats.map((chat) => (
        <Row
          key={chat.chatId}
          before={<ChatAvatar kind={chat.kind} isTroubled={chat.problem !== null} />}
          title={chat.name}
          subtitle={said(chat)}
          isWrapped
          {...(mayManage ? { onClick: () => setOpenId(chat.chatId) } : {})}
        />
      ))}
      {mayManage && (
        <Row title={t("app.access.add")} tone="accent" isDisabled={add.isOff} onClick={() => setChoosing(true)} />
      )}
      {isChoosing && (
        <ChatChoice
          chosen={chats.map(({ chatId }) => chatId)}
          onPick={(chat) => add.run(chat)}
          onClose={() => setChoosing(false)}
        />
      )}
      {open && (
        <Sheet title={open.name} onClose={() => setOpenId(null)}>
          <SheetBody>
            <Section footer={open.problem?.text}>
              <Row
                title={said({ ...open, problem: null })}
                subtitle={t("app.access.via", { bot: open.bot })}
                isWrapped
              />
              {open.problem && (
                <Row title={t("app.access.check")} tone="accent" isDisabled={add.isOff} onClick={() => add.run(open)} />
              )}
              <Row
                title={t("app.access.remove")}
                tone="danger"
                isDisabled={remove.isOff}
                onClick={() => remove.run(open)}
              />
            </Section>
          </SheetBody>
        </Sheet>
      )}
    </Section>
  );
}

/** Chats with a problem can be tapped too: Telegram is asked anew, and says it in words. */
function ChatChoice({
  chosen,
  onPick,
  onClose,
}: {
  chosen: readonly string[];
  onPick(chat: ClosableChat): void;
  onClose(): void;
}): JSX.Element {
  const t = useT();
  const { bot } = useMe();
  const { data } = useSuspenseQuery(closableChatsQuery);
  const chats = data.filter(({ chatId }) => !chosen.includes(chatId));
  return (
    <LazyPicker
      kind="options"
      title={t("app.access.choose")}
      value={null}
      options={[
        ...chats.map((chat) => ({
          value: chat.chatId,
          label: chat.name,
          hint: chat.problem?.text ?? t("app.access.via", { bot: chat.bot }),
          before: <ChatAvatar kind={chat.kind} isTroubled={chat.problem !== null} />,
        })),
        { value: "group", label: t("app.access.add_group"), hint: t("app.access.add_text", { bot: bot.username }) },
        { value: "channel", label: t("app.access.add_channel"), hint: t("app.access.add_text", { bot: bot.username }) },
      ]}
      onPick={(value) => {
        const chat = chats.find(({ chatId }) => chatId === value);
        if (chat) onPick(chat);
        else openAddress(`https://t.me/${bot.username}?${value === "group" ? ways.group : ways.channel}`);
      }}
      onClose={onClose}
    />
  );
}
