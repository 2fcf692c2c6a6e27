/** The closed chats that a person may enter or was let into, for his page. */
import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Badge, Row, Section, type Tone } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { ChatAvatar } from "../messaging/components/state.tsx";
import { type PersonAccess, personAccessQuery } from "./access-api.ts";

/** Where he stands, in a word. */
function standingOf({ state, isOverdue, linkUntil }: PersonAccess) {
  if (isOverdue) return "overdue";
  if (state !== "invited") return state;
  return linkUntil === null ? "may" : "link";
}

const tones: Readonly<Partial<Record<ReturnType<typeof standingOf>, Tone>>> = { overdue: "bad", joined: "good" };

export default function PersonAccessPart({ personId }: { personId: string }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  const { data: chats } = useSuspenseQuery(personAccessQuery(personId));
  const byWhat = ({ orderNumber: number, title, endsAt }: NonNullable<PersonAccess["right"]>) =>
    endsAt === null
      ? t("app.access.by_endless", { number, title })
      : t("app.access.by", { number, title, day: format.dateTime(endsAt) });
  if (chats.length === 0) return null;
  return (
    <Section header={t("app.access.chats")}>
      {chats.map((chat) => {
        const { right, state, joinedAt, endedAt } = chat;
        const standing = standingOf(chat);
        const since = state === "invited" ? null : (endedAt ?? joinedAt);
        return (
          <Row
            key={chat.chatId}
            before={<ChatAvatar kind={chat.kind} isTroubled={chat.isOverdue} />}
            title={chat.name}
            end={since && format.moment(since)}
            subtitle={right && byWhat(right)}
            isWrapped
            note={<Badge tone={tones[standing] ?? "neutral"}>{t(`app.access.state.${standing}`)}</Badge>}
            isNoteBelow
            {...(right && { to: href("order", { orderId: right.orderId }) })}
          />
        );
      })}
    </Section>
  );
}
