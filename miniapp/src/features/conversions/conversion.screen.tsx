/** One conversion: what is known of it, how its amount changed, where it went and how fast, and the call it came with. */
import { href, labOf } from "@miniapp/app/paths.ts";
import { type Format, useFormat } from "@miniapp/shared/format.ts";
import { type AppTranslator, useT } from "@miniapp/shared/i18n.ts";
import {
  Avatar,
  Badge,
  ChatIcon,
  ClockIcon,
  Fact,
  FlaskIcon,
  Row,
  Screen,
  Section,
  SendIcon,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useParams } from "wouter";
import { CampaignLink } from "../campaigns/campaign-link.tsx";
import { useCan } from "../identity/me.ts";
import { type ConversionDetail, conversionQuery } from "./api.ts";
import styles from "./conversion.module.css";
import { ConversionRow } from "./conversion-row.tsx";
import { FactList } from "./fact-list.tsx";
import { RawCall } from "./raw-call.tsx";
import { deliveryTone, StatusAvatar, statusKey } from "./status.tsx";

export default function ConversionScreen(): JSX.Element {
  const t = useT();
  const { conversionId = "" } = useParams<{ conversionId: string }>();
  const { data } = useSuspenseQuery(conversionQuery(conversionId));
  return (
    <Screen title={t("app.conversion.title")} back={href("conversions")}>
      <Headline detail={data} />
      <CampaignLink
        connectionId={data.conversion.connection.id}
        campaignRef={data.facts.campaignId}
        flowRef={data.facts.flowId}
      />
      <Messages detail={data} />
      <Why detail={data} />
      <Logged detail={data} />
      <Amounts detail={data} />
      <Facts detail={data} />
      <SameClick detail={data} />
      <Notes detail={data} />
      {data.rawCall ? (
        <RawCall
          header={t("app.conversion.raw")}
          method={data.rawCall.method}
          path={data.rawCall.path}
          query={data.rawCall.query}
          headers={data.rawCall.headers}
          body={data.rawCall.body}
          sender={data.rawCall.senderAddress}
          to={href("inboundEvent", { eventId: data.rawCall.id })}
        />
      ) : null}
    </Screen>
  );
}

function Headline({ detail: { conversion } }: { detail: ConversionDetail }): JSX.Element {
  const t = useT();
  const format = useFormat();
  return (
    <div className={styles.headline}>
      <StatusAvatar status={conversion.status} />
      <p className={styles.amount}>
        {conversion.amount === null
          ? t(statusKey(conversion.status))
          : format.money(conversion.amount, conversion.currency)}
      </p>
      <p className={styles.sub}>
        {[
          conversion.amount === null ? t("app.conversion.no_amount") : t(statusKey(conversion.status)),
          format.dateTime(conversion.receivedAt),
        ].join(" · ")}
      </p>
      {(conversion.correctionCount > 0 || conversion.isRecovered) && (
        <p className={styles.badges}>
          {conversion.correctionCount > 0 && <Badge>{t("app.conversion.corrected")}</Badge>}
          {conversion.isRecovered && <Badge>{t("app.conversion.recovered")}</Badge>}
        </p>
      )}
    </div>
  );
}

function Messages({ detail }: { detail: ConversionDetail }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  const can = useCan();
  if (detail.deliveries === null) return null;
  const held = detail.held ?? [];
  return (
    <Section header={t("app.conversion.messages")}>
      {detail.deliveries.length === 0 && held.length === 0 && <Row title={t("app.conversion.messages_none")} />}
      {held.map((alert) => (
        <Row
          key={`${alert.chatName} ${alert.threadId} ${alert.dueAt}`}
          {...(alert.deliveryId !== null && can("deliveries.read")
            ? { to: href("delivery", { deliveryId: alert.deliveryId }) }
            : {})}
          before={<Avatar tone="neutral" icon={<ClockIcon />} />}
          title={alert.chatName}
          subtitle={t(`app.conversion.held.${alert.reason}`)}
          isWrapped
          note={
            <Badge tone={alert.state === "told" ? "good" : "neutral"}>
              {alert.state === "held"
                ? t("app.conversion.held.until", { when: format.dateTime(alert.dueAt) })
                : t(alert.state === "told" ? "app.delivery.folded" : "app.delivery.cancelled")}
            </Badge>
          }
          isNoteBelow
        />
      ))}
      {detail.deliveries.map((delivery) => (
        <Row
          key={delivery.id}
          {...(can("deliveries.read") ? { to: href("delivery", { deliveryId: delivery.id }) } : {})}
          before={
            <Avatar
              tone={deliveryTone[delivery.state]}
              icon={delivery.chat.kind === "private" ? <ChatIcon /> : <SendIcon />}
            />
          }
          title={delivery.chat.name}
          subtitle={deliveryWords(delivery, detail.conversion.receivedAt, t, format)}
          isWrapped
          note={<Badge tone={deliveryTone[delivery.state]}>{t(`app.delivery.${delivery.state}`)}</Badge>}
          isNoteBelow
        />
      ))}
    </Section>
  );
}

/** How the tracker's own log has it, and how long its way to us was. */
function Logged({ detail: { logged, conversion } }: { detail: ConversionDetail }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  if (logged === null) return null;
  const duration = format.duration(logged.toUsMs);
  return (
    <Section>
      <Row
        title={t("app.conversion.logged")}
        end={format.dateTime(logged.at)}
        subtitle={t(conversion.isRecovered ? "app.conversion.logged_found" : "app.conversion.logged_delay", {
          duration,
        })}
      />
    </Section>
  );
}

/** The lab tells it step by step, as long as the call itself is kept. */
function Why({ detail: { conversion, rawCall } }: { detail: ConversionDetail }): JSX.Element | null {
  const t = useT();
  const can = useCan();
  // A row of the tracker's log is no call that the lab could take apart.
  if (rawCall === null || conversion.isRecovered || !can("connections.read")) return null;
  return (
    <Section>
      <Row
        before={<FlaskIcon />}
        tone="accent"
        title={t("app.conversion.why")}
        to={labOf({ connectionId: conversion.connection.id, eventId: rawCall.id })}
      />
    </Section>
  );
}

type Delivery = NonNullable<ConversionDetail["deliveries"]>[number];

function deliveryWords(delivery: Delivery, receivedAt: string, t: AppTranslator, format: Format): string {
  if (delivery.problem) return delivery.problem.message;
  const parts: string[] = [];
  if (delivery.threadId !== null) parts.push(t("app.delivery.topic", { number: String(delivery.threadId) }));
  if (delivery.doneAt !== null) {
    parts.push(format.time(delivery.doneAt));
    const delayMs = new Date(delivery.doneAt).getTime() - new Date(receivedAt).getTime();
    if (delayMs >= 0) parts.push(t("app.conversion.delay", { duration: format.duration(delayMs) }));
  }
  if (delivery.attempts > 1) parts.push(t("app.conversion.attempts", { count: delivery.attempts }));
  return parts.join(" · ");
}

function Amounts({ detail }: { detail: ConversionDetail }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  if (detail.corrections.length === 0) return null;
  const said = (sum: { amount: string | null; currency: string | null }) =>
    sum.amount === null ? t("app.conversion.no_amount") : format.money(sum.amount, sum.currency);
  return (
    <Section header={t("app.conversion.amounts")}>
      <Row
        title={t("app.conversion.amount_first")}
        end={said({ amount: detail.facts.amount, currency: detail.facts.currency })}
        subtitle={format.dateTime(detail.conversion.receivedAt)}
      />
      {detail.corrections.map((correction) => (
        <Row
          key={correction.eventId}
          title={t("app.conversion.amount_changed", { from: said(correction.from), to: said(correction.to) })}
          subtitle={format.dateTime(correction.at)}
        />
      ))}
    </Section>
  );
}

function Facts({ detail: { conversion, facts } }: { detail: ConversionDetail }): JSX.Element {
  const t = useT();
  const can = useCan();
  return (
    <>
      <Section header={t("app.conversion.facts")}>
        <Row
          title={t("app.conversion.connection")}
          end={conversion.connection.name}
          {...(can("connections.read") ? { to: href("connection", { connectionId: conversion.connection.id }) } : {})}
        />
        <FactList facts={facts} />
      </Section>
      {Object.keys(facts.extra).length > 0 && (
        <Section header={t("app.conversion.extra")}>
          {Object.entries(facts.extra).map(([name, value]) => (
            <Fact key={name} name={name} value={value} canCopy />
          ))}
        </Section>
      )}
    </>
  );
}

function SameClick({ detail }: { detail: ConversionDetail }): JSX.Element | null {
  const t = useT();
  if (detail.sameClick.length === 0) return null;
  return (
    <Section header={t("app.conversion.same_click")}>
      {detail.sameClick.map((conversion) => (
        <ConversionRow key={conversion.id} conversion={conversion} />
      ))}
    </Section>
  );
}

function Notes({ detail }: { detail: ConversionDetail }): JSX.Element | null {
  const t = useT();
  const sentences = detail.notes.flatMap((note) => {
    const said = t.find(`app.note.${note.kind}`, { field: note.field ?? "" });
    return said ? [{ key: `${note.kind} ${note.field ?? ""}`, said }] : [];
  });
  if (sentences.length === 0) return null;
  return (
    <Section header={t("app.conversion.notes")}>
      {sentences.map(({ key, said }) => (
        <Row key={key} title={said} />
      ))}
    </Section>
  );
}
