/** The first screen: the day so far, what needs a person, and for a new workspace the first steps. */
import { href } from "@miniapp/app/paths.ts";
import { StatusAvatar, statusKey } from "@miniapp/features/conversions/status.tsx";
import { useCan, useMe } from "@miniapp/features/identity/me.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import {
  Avatar,
  Badge,
  CheckIcon,
  Loading,
  Row,
  Screen,
  Section,
  Skeleton,
  WarningIcon,
} from "@miniapp/shared/ui/index.ts";
import { Tiles } from "@miniapp/shared/ui/tiles.tsx";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { type Today, todayQuery } from "./api.ts";

export default function TodayScreen(): JSX.Element {
  const t = useT();
  const { workspace } = useMe();
  return (
    <Screen title={t("app.tabs.today")} subtitle={workspace.name}>
      <Loading
        skeleton={
          <>
            <Skeleton rows={2} />
            <Skeleton rows={5} />
          </>
        }
      >
        <Day />
      </Loading>
    </Screen>
  );
}

function Day(): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { data: today, dataUpdatedAt } = useSuspenseQuery(todayQuery);
  return (
    <>
      {!today.checklist.isDone && <FirstSteps checklist={today.checklist} />}
      <Numbers today={today} />
      <Attention today={today} />
      <ByStatus today={today} />
      <Connections today={today} />
      <Messages today={today} />
      <p className="visually-hidden" role="status">
        {t("app.state.updated", { when: format.time(new Date(dataUpdatedAt).toISOString()) })}
      </p>
    </>
  );
}

function Numbers({ today }: { today: Today }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const tiles = [
    {
      name: t("app.today.total"),
      value: format.number(today.conversions.today),
      than: format.number(today.conversions.yesterday),
    },
    ...today.revenue.map((line) => ({
      name: line.currency === null ? t("app.today.no_currency") : `${t("app.today.revenue")}, ${line.currency}`,
      value: format.money(line.today, line.currency),
      than: format.money(line.yesterday, line.currency),
    })),
  ];
  return (
    <Section>
      <Tiles
        label={t("app.today.numbers")}
        tiles={tiles.map(({ name, value, than }) => ({
          name,
          value,
          note: t("app.today.yesterday", { value: than }),
          to: href("conversions"),
        }))}
      />
    </Section>
  );
}

/** Where each kind of trouble is dealt with. */
const placeOf: Readonly<Record<Today["attention"][number]["kind"], string>> = {
  dead_letters: `${href("inbox")}?status=failed`,
  unknown: `${href("deliveries")}?state=unknown`,
  late_deliveries: href("health"),
  disconnected_bots: href("bots"),
  paused_lanes: href("bots"),
  broken_chats: href("chats"),
  silent_connections: href("connections"),
  unread_logs: href("connections"),
};

function Attention({ today }: { today: Today }): JSX.Element | null {
  const t = useT();
  if (today.attention.length === 0)
    return today.checklist.isDone ? (
      <Section>
        <Row
          before={<Avatar tone="good" icon={<CheckIcon />} />}
          title={t("app.today.all_well")}
          subtitle={t("app.today.all_well_text")}
          isWrapped
        />
      </Section>
    ) : null;
  return (
    <Section header={t("app.today.attention")}>
      {today.attention.map((trouble) => (
        <Row
          key={trouble.kind}
          to={placeOf[trouble.kind]}
          before={<Avatar tone="warn" icon={<WarningIcon />} />}
          title={trouble.message}
        />
      ))}
    </Section>
  );
}

function ByStatus({ today }: { today: Today }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  const rows = today.conversions.byStatus.filter((row) => row.today > 0 || row.yesterday > 0);
  if (rows.length === 0) return null;
  return (
    <Section header={t("app.today.by_status")}>
      {rows.map((row) => (
        <Row
          key={row.status}
          to={`${href("conversions")}?status=${encodeURIComponent(row.status)}`}
          before={<StatusAvatar status={row.status} />}
          title={t(statusKey(row.status))}
          subtitle={t("app.today.yesterday", { value: format.number(row.yesterday) })}
          end={format.number(row.today)}
        />
      ))}
    </Section>
  );
}

function Connections({ today }: { today: Today }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  const can = useCan();
  if (today.connections.length === 0) return null;
  return (
    <Section header={t("app.today.connections")}>
      {today.connections.map((connection) => (
        <Row
          key={connection.id}
          {...(can("connections.read") ? { to: href("connection", { connectionId: connection.id }) } : {})}
          title={connection.name}
          subtitle={
            connection.lastEventAt
              ? t("app.today.last_event", { when: format.ago(connection.lastEventAt) })
              : t("app.today.no_event")
          }
          end={format.number(connection.today)}
          note={
            connection.isSilent && connection.silentHours !== null ? (
              <Badge tone="warn">{t("app.today.silent_for", { count: connection.silentHours })}</Badge>
            ) : undefined
          }
        />
      ))}
    </Section>
  );
}

function Messages({ today }: { today: Today }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  const count = (...states: string[]) =>
    today.deliveries.byState.filter((row) => states.includes(row.state)).reduce((sum, row) => sum + row.count, 0);
  const more = today.deliveries.isCapped ? "+" : "";
  const sent = count("sent", "folded");
  const waiting = count("queued", "sending");
  const failed = count("failed", "unknown");
  if (sent + waiting + failed === 0) return null;
  const { p50Ms, p95Ms } = today.delay;
  return (
    <Section header={t("app.today.messages")}>
      <Row title={t("app.today.sent")} end={format.number(sent) + more} />
      {waiting > 0 && <Row title={t("app.today.waiting")} end={format.number(waiting)} />}
      {failed > 0 && <Row title={t("app.today.failed")} after={<Badge tone="bad">{format.number(failed)}</Badge>} />}
      {p50Ms !== null && p95Ms !== null && (
        <Row
          title={t("app.today.delay")}
          subtitle={t("app.today.delay_value", { usual: format.duration(p50Ms), slow: format.duration(p95Ms) })}
          isWrapped
        />
      )}
    </Section>
  );
}

function FirstSteps({ checklist }: { checklist: Today["checklist"] }): JSX.Element {
  const t = useT();
  const can = useCan();
  const steps = [
    {
      key: "chat",
      isDone: checklist.hasChat,
      to: href("chats"),
      title: t("app.today.step_chat"),
      text: t("app.today.step_chat_text"),
    },
    {
      key: "connection",
      isDone: checklist.hasConnection,
      to: can("connections.own") ? href("newConnection") : href("connections"),
      title: t("app.today.step_connection"),
      text: t("app.today.step_connection_text"),
    },
    {
      key: "postback",
      isDone: checklist.hasPostback,
      to: href("connections"),
      title: t("app.today.step_postback"),
      text: t("app.today.step_postback_text"),
    },
  ];
  const next = steps.find((step) => !step.isDone);
  return (
    <Section
      header={t("app.today.steps")}
      footer={t("app.today.steps_done", { done: steps.filter((step) => step.isDone).length, total: steps.length })}
    >
      {steps.map((step, index) => (
        <Row
          key={step.key}
          {...(step === next ? { to: step.to } : {})}
          before={
            step.isDone ? (
              <Avatar tone="good" icon={<CheckIcon />} />
            ) : (
              <Avatar tone={step === next ? "accent" : "neutral"} name={String(index + 1)} />
            )
          }
          title={step.title}
          subtitle={step.text}
          isWrapped
          isDisabled={!step.isDone && step !== next}
        />
      ))}
    </Section>
  );
}
