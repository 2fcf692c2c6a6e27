import { href } from "@miniapp/app/paths.ts";
import { type Permission, useCan, useMe } from "@miniapp/features/identity/me.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import {
  Avatar,
  Badge,
  BotIcon,
  ChatIcon,
  GearIcon,
  HistoryIcon,
  KeyIcon,
  LinkIcon,
  PeopleIcon,
  PersonIcon,
  PulseIcon,
  Row,
  Screen,
  Section,
  SendIcon,
} from "@miniapp/shared/ui/index.ts";
import type { JSX, ReactNode } from "react";
import { useAttention } from "./use-attention.ts";

interface Door {
  permission: Permission;
  to: string;
  icon: ReactNode;
  title: string;
  /** How many things behind it need somebody. */
  attention?: number;
}

export default function ControlScreen(): JSX.Element {
  const t = useT();
  const can = useCan();
  const me = useMe();
  const attention = useAttention();
  const sections: { header: string; doors: Door[] }[] = [
    {
      header: t("app.control.team"),
      doors: [
        { permission: "members.read", to: href("members"), icon: <PeopleIcon />, title: t("app.control.members") },
        { permission: "persons.read", to: href("persons"), icon: <PersonIcon />, title: t("app.control.people") },
      ],
    },
    {
      header: t("app.control.messages"),
      doors: [
        {
          permission: "chats.read",
          to: href("chats"),
          icon: <ChatIcon />,
          title: t("app.control.chats"),
          attention: attention.chats,
        },
        {
          permission: "deliveries.read",
          to: href("deliveries"),
          icon: <SendIcon />,
          title: t("app.control.deliveries"),
          attention: attention.deliveries,
        },
        {
          permission: "bots.read",
          to: href("bots"),
          icon: <BotIcon />,
          title: t("app.control.bots"),
          attention: attention.bots,
        },
      ],
    },
    {
      header: t("app.control.workspace"),
      doors: [
        {
          permission: "operations.read",
          to: href("health"),
          icon: <PulseIcon />,
          title: t("app.control.health"),
          attention: attention.health,
        },
        { permission: "audit.read", to: href("audit"), icon: <HistoryIcon />, title: t("app.control.audit") },
        { permission: "api_keys.manage", to: href("apiKeys"), icon: <KeyIcon />, title: t("app.control.keys") },
        { permission: "webhooks.manage", to: href("webhooks"), icon: <LinkIcon />, title: t("app.area.webhooks") },
        { permission: "workspace.manage", to: href("settings"), icon: <GearIcon />, title: t("app.control.settings") },
      ],
    },
  ];
  return (
    <Screen title={t(can("members.read") ? "app.tabs.control" : "app.tabs.profile")}>
      <Section>
        <Row
          before={<Avatar name={me.person.name} />}
          title={me.person.name || t("app.people.nameless")}
          subtitle={[me.member && t(`app.roles.${me.member.role}`), me.workspace.name].filter(Boolean).join(" · ")}
          to={href("profile")}
        />
      </Section>
      {sections.map(({ header, doors }) => {
        const open = doors.filter((door) => can(door.permission));
        if (open.length === 0) return null;
        return (
          <Section key={header} header={header}>
            {open.map(({ to, icon, title, attention: count = 0 }) => (
              <Row key={to} before={icon} title={title} to={to} after={count > 0 && <Attention count={count} />} />
            ))}
          </Section>
        );
      })}
    </Screen>
  );
}

function Attention({ count }: { count: number }): JSX.Element {
  const t = useT();
  const format = useFormat();
  return (
    <Badge tone="bad">
      <span aria-hidden="true">{format.number(count)}</span>
      <span className="visually-hidden">{t("app.control.attention", { count })}</span>
    </Badge>
  );
}
