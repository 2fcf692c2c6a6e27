import { href } from "@miniapp/app/paths.ts";
import { Loaded } from "@miniapp/shared/code.tsx";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT, withWords } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import {
  Avatar,
  Badge,
  Empty,
  IconButton,
  Loading,
  PlugIcon,
  PlusIcon,
  Row,
  Screen,
  Section,
  Skeleton,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useCan } from "../identity/me.ts";
import { connectionsQuery } from "./api.ts";
import { healthTone } from "./status.tsx";
import { TrafficViews } from "./traffic-views.tsx";

const loadReportsLinks = withWords("reporting", () => import("../reports/reports-links.tsx"));

export function ConnectionsScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  return (
    <Screen
      title={t("app.tabs.traffic")}
      action={
        can("connections.own") && (
          <IconButton icon={<PlusIcon />} label={t("app.connections.add")} onClick={() => go(href("newConnection"))} />
        )
      }
    >
      <TrafficViews current="connections" />
      <Loading skeleton={<Skeleton rows={4} height={65} />}>
        <Connections />
      </Loading>
      <Loading skeleton={<Skeleton rows={3} />} isCompact>
        <Loaded name="reports-links" load={loadReportsLinks} />
      </Loading>
    </Screen>
  );
}

function Connections(): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const format = useFormat();
  const { data: connections } = useSuspenseQuery(connectionsQuery);
  if (connections.length === 0)
    return (
      <Empty
        icon={<PlugIcon size={30} />}
        title={t("app.connections.empty")}
        text={t("app.connections.empty_text")}
        {...(can("connections.own")
          ? { action: { text: t("app.connections.add"), onClick: () => go(href("newConnection")) } }
          : {})}
      />
    );
  return (
    <Section>
      {connections.map((connection) => (
        <Row
          key={connection.id}
          to={href("connection", { connectionId: connection.id })}
          before={<Avatar tone={toneOfAvatar[healthTone[connection.health]]} icon={<PlugIcon />} />}
          title={connection.name}
          end={connection.lastEventAt ? format.moment(connection.lastEventAt) : undefined}
          subtitle={
            connection.lastEventAt && connection.health === "receiving"
              ? t("app.connections.last_day", { count: connection.conversionsLastDay })
              : (connection.target?.name ?? t("app.health.no_target"))
          }
          note={<Badge tone={healthTone[connection.health]}>{t(`app.health.${connection.health}`)}</Badge>}
          isNoteBelow
        />
      ))}
    </Section>
  );
}

const toneOfAvatar = { good: "good", warn: "warn", bad: "bad", neutral: "accent" } as const;
