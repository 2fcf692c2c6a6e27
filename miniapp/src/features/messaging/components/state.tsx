import type { AppTranslator } from "@miniapp/shared/i18n.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Avatar, Badge, ChannelIcon, PeopleIcon, PersonIcon, type Tone } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { Chat, DeliveryState } from "../api.ts";

const tones: Readonly<Record<DeliveryState, Tone>> = {
  queued: "neutral",
  sending: "neutral",
  sent: "good",
  failed: "bad",
  unknown: "warn",
  cancelled: "neutral",
  folded: "neutral",
};

export function StateBadge({ state }: { state: DeliveryState }): JSX.Element {
  const t = useT();
  return <Badge tone={tones[state]}>{t(`app.delivery.${state}`)}</Badge>;
}

/** A chat's picture: what kind it is, and red when the bot cannot write to it. */
export function ChatAvatar({ kind, isTroubled }: { kind: Chat["kind"]; isTroubled?: boolean }): JSX.Element {
  const icon =
    kind === "private" ? (
      <PersonIcon size={22} />
    ) : kind === "channel" ? (
      <ChannelIcon size={22} />
    ) : (
      <PeopleIcon size={22} />
    );
  return <Avatar icon={icon} tone={isTroubled ? "bad" : "accent"} />;
}

export const kindOf = (t: AppTranslator, chat: { kind: Chat["kind"] }): string =>
  t(chat.kind === "private" ? "app.chats.private" : chat.kind === "channel" ? "app.chats.channel" : "app.chats.group");
