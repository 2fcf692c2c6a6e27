/** One call: what became of it, and everything it said. */
import { href, labOf } from "@miniapp/app/paths.ts";
import { RawCall } from "@miniapp/features/conversions/raw-call.tsx";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import {
  Badge,
  CloseIcon,
  Fact,
  FlaskIcon,
  ReplayIcon,
  Row,
  Screen,
  Section,
  toast,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useParams } from "wouter";
import { callTone } from "./inbound-call.ts";
import { inboundEventQuery, useDismissDeadLetters, useReplay, useRetryDeadLetters } from "./inbox-api.ts";

export default function InboundEventScreen(): JSX.Element {
  const t = useT();
  const format = useFormat();
  const can = useCan();
  const { eventId = "" } = useParams<{ eventId: string }>();
  const { data: call } = useSuspenseQuery(inboundEventQuery(eventId));
  const replay = useReplay();
  const retry = useRetryDeadLetters();
  const dismiss = useDismissDeadLetters();
  const ids = [call.id];
  const onError = (error: unknown) => {
    haptics.failed();
    toast(sentenceOf(t, error));
  };
  const isOfTracker = call.source === "tracker" || call.source === "tracker-log";
  const { reason, arrival } = call.outcome;
  const why = t.find(`app.call.reason.${reason ?? arrival}`) ?? t.find(`app.lab.reason.${reason}`);
  const conversions = call.links.filter((link) => link.kind === "conversion");
  const said = (text: string) => () => {
    haptics.succeeded();
    toast(text);
  };

  return (
    <Screen
      title={t("app.call.title", { id: call.id })}
      back={href("inbox")}
      subtitle={format.dateTime(call.receivedAt)}
    >
      <Section header={t("app.call.became")}>
        <Row
          title={call.error?.message ?? call.from?.name ?? t("app.call.from")}
          {...(why === undefined ? {} : { subtitle: why, isWrapped: true })}
          note={
            <Badge tone={callTone[call.status]}>
              {t(`app.inbox.${call.status}`)}
              {call.isTest && ` · ${t("app.inbox.test")}`}
            </Badge>
          }
          isNoteBelow
        />
        {conversions.map((link) => (
          <Row
            key={link.id}
            tone="accent"
            title={t("app.call.opened")}
            to={href("conversion", { conversionId: link.id })}
          />
        ))}
        {call.replayOf !== null && (
          <Row
            title={t("app.call.replay_of", { id: call.replayOf })}
            to={href("inboundEvent", { eventId: call.replayOf })}
          />
        )}
        {isOfTracker && call.from && can("connections.read") && (
          <Row
            title={t("app.call.from")}
            end={call.from.name ?? "–"}
            to={href("connection", { connectionId: call.from.id })}
          />
        )}
        {isOfTracker && call.from && can("connections.read") && can("conversions.read") && (
          <Row
            before={<FlaskIcon />}
            tone="accent"
            title={t("app.call.lab")}
            to={labOf({ connectionId: call.from.id, eventId: call.id })}
          />
        )}
        {call.processedAt !== null && <Row title={t("app.call.processed")} end={format.dateTime(call.processedAt)} />}
        {call.attempts > 1 && <Row title={t("app.call.attempts")} end={format.number(call.attempts)} />}
        {call.error?.detail && <Fact name={t("app.call.detail")} value={call.error.detail} isMono canCopy />}
      </Section>
      {can("inbox.manage") && (
        <Section>
          {call.status === "failed" ? (
            <>
              <Row
                before={<ReplayIcon />}
                tone="accent"
                title={t("app.action.retry")}
                isDisabled={retry.isPending}
                onClick={() =>
                  retry.mutate({ ids }, { onSuccess: said(t("app.inbox.retried", { count: 1 })), onError })
                }
              />
              <Row
                before={<CloseIcon />}
                tone="accent"
                title={t("app.inbox.dismiss")}
                isDisabled={dismiss.isPending}
                onClick={() => dismiss.mutate({ ids }, { onSuccess: said(t("app.inbox.dismissed")), onError })}
              />
            </>
          ) : (
            <Row
              before={<ReplayIcon />}
              tone="accent"
              title={t("app.inbox.replay")}
              isDisabled={replay.isPending}
              onClick={() => replay.mutate({ ids }, { onSuccess: said(t("app.inbox.replayed")), onError })}
            />
          )}
        </Section>
      )}
      {call.replays.length > 0 && (
        <Section header={t("app.call.replays")}>
          {call.replays.map((copy) => (
            <Row
              key={copy.id}
              title={format.dateTime(copy.receivedAt)}
              after={<Badge tone={callTone[copy.status]}>{t(`app.inbox.${copy.status}`)}</Badge>}
              to={href("inboundEvent", { eventId: copy.id })}
            />
          ))}
        </Section>
      )}
      <RawCall
        header={t("app.call.request")}
        method={call.method}
        path={call.path}
        query={call.query}
        headers={call.headers}
        body={call.body?.text ?? null}
        bodyNote={
          call.body?.encoding === "binary"
            ? t("app.call.body_binary")
            : call.body?.isCut
              ? t("app.call.body_cut", { bytes: call.bodyBytes })
              : undefined
        }
        sender={call.senderAddress}
      />
    </Screen>
  );
}
