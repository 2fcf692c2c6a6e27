import { href } from "@miniapp/app/paths.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Badge, Fact, Loading, ReplayIcon, Row, Screen, Section, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useParams } from "wouter";
import { callQuery, replayCall } from "./api.ts";
import { CallBadge } from "./endpoint-badge.tsx";

export default function WebhookCallScreen(): JSX.Element {
  const t = useT();
  const { callId = "" } = useParams<{ callId: string }>();
  const endpointId = useQuery(callQuery(callId)).data?.call.endpointId;
  return (
    <Screen
      title={t("app.webhooks.one_call")}
      back={endpointId ? href("webhookCalls", { endpointId }) : href("webhooks")}
    >
      <Loading
        skeleton={
          <>
            <Skeleton rows={4} />
            <Skeleton rows={3} />
          </>
        }
      >
        <Page callId={callId} />
      </Loading>
    </Screen>
  );
}

function Page({ callId }: { callId: string }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const query = useSuspenseQuery(callQuery(callId));
  const { call, body, tries } = query.data;
  const replay = useAct(replayCall, { stale: ["webhooks"], done: t("app.webhooks.call_again") });
  return (
    <>
      <Freshness of={query} />
      <Section>
        <Row
          title={t.find(`app.webhooks.event.${call.event}`) ?? call.event}
          after={<CallBadge call={call} />}
          isWrapped
        />
        <Row title={t("app.fact.created")} end={format.dateTime(call.createdAt)} />
        {call.nextAt && <Row title={t("app.webhooks.next_try")} end={format.dateTime(call.nextAt)} />}
        <Fact name="webhook-id" value={call.messageId} canCopy isMono />
        <Fact name={t("app.webhooks.body")} value={JSON.stringify(JSON.parse(body), null, 1)} canCopy isMono />
      </Section>
      {tries.length > 0 && (
        <Section header={t("app.webhooks.tries")}>
          {[...tries].reverse().map((attempt) => (
            <Row
              key={attempt.at}
              title={format.dateTime(attempt.at)}
              subtitle={attempt.problem ?? attempt.answer ?? t("app.webhooks.no_body")}
              isWrapped
              end={t("app.webhooks.took", { ms: format.number(attempt.tookMs) })}
              note={
                attempt.status !== null && (
                  <Badge tone={attempt.status >= 200 && attempt.status < 300 ? "good" : "bad"}>{attempt.status}</Badge>
                )
              }
            />
          ))}
        </Section>
      )}
      <Section footer={t("app.webhooks.again_text")}>
        <Row
          before={<ReplayIcon />}
          title={t("app.webhooks.again")}
          tone="accent"
          onClick={() => replay.run(callId)}
          isDisabled={replay.isOff || call.state === "waiting"}
        />
      </Section>
    </>
  );
}
