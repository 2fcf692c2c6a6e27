/** How statuses and states look: one icon, one tone and one word each, wherever they are shown. */
import type { Connection, Conversion } from "@backend/modules/conversions/contracts.ts";
import type { AppKey } from "@miniapp/shared/i18n.ts";
import {
  Avatar,
  BoltIcon,
  CheckIcon,
  CloseIcon,
  PersonIcon,
  PlusIcon,
  ReplayIcon,
  type Tone,
  TrashIcon,
  WalletIcon,
} from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";

export type Status = Conversion["status"];
export type DeliveryState = NonNullable<Conversion["sentTo"]>[number]["state"];

export const statusOrder: readonly Status[] = [
  "sale",
  "deposit",
  "lead",
  "registration",
  "rebill",
  "rejected",
  "trash",
  "other",
];

const looks: Readonly<Record<Status, { tone: Tone | "accent"; icon: JSX.Element }>> = {
  sale: { tone: "good", icon: <CheckIcon /> },
  deposit: { tone: "good", icon: <WalletIcon /> },
  rebill: { tone: "good", icon: <ReplayIcon /> },
  lead: { tone: "accent", icon: <PersonIcon /> },
  registration: { tone: "accent", icon: <PlusIcon /> },
  rejected: { tone: "bad", icon: <CloseIcon /> },
  trash: { tone: "neutral", icon: <TrashIcon /> },
  other: { tone: "neutral", icon: <BoltIcon /> },
};

const isStatus = (status: string): status is Status => Object.hasOwn(looks, status);

export function StatusAvatar({ status }: { status: string }): JSX.Element {
  const { tone, icon } = looks[isStatus(status) ? status : "other"];
  return <Avatar tone={tone} icon={icon} />;
}

export const statusKey = (status: string): AppKey & `conversions.status.${string}` =>
  `conversions.status.${isStatus(status) ? status : "other"}`;

export const deliveryTone: Readonly<Record<DeliveryState, Tone>> = {
  queued: "neutral",
  sending: "neutral",
  sent: "good",
  failed: "bad",
  unknown: "warn",
  cancelled: "neutral",
  folded: "good",
};

export const healthTone: Readonly<Record<Connection["health"], Tone>> = {
  receiving: "good",
  waiting: "neutral",
  paused: "neutral",
  no_target: "warn",
  silent: "warn",
  target_broken: "bad",
  unreadable: "bad",
};
