import { href } from "@miniapp/app/paths.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import {
  ask,
  Fact,
  KeyIcon,
  Loading,
  PauseIcon,
  PlayIcon,
  ReplayIcon,
  Row,
  Screen,
  Section,
  SendIcon,
  Skeleton,
  TrashIcon,
  toast,
} from "@miniapp/shared/ui/index.ts";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useParams } from "wouter";
import {
  changeEndpoint,
  deleteEndpoint,
  type Endpoint,
  endpointQuery,
  endpointsQuery,
  replayFailed,
  rotateSecret,
  testEndpoint,
} from "./api.ts";
import { EndpointBadge } from "./endpoint-badge.tsx";
import { EventChoice } from "./event-choice.tsx";
import { SecretShown } from "./secret-shown.tsx";

const weekMs = 7 * 24 * 60 * 60 * 1000;

export default function WebhookScreen(): JSX.Element {
  const t = useT();
  const { endpointId = "" } = useParams<{ endpointId: string }>();
  const name = useQuery(endpointQuery(endpointId)).data?.name;
  const [secret, setSecret] = useState<string | null>(null);
  if (secret !== null) return <SecretShown secret={secret} back={href("webhook", { endpointId })} />;
  return (
    <Screen title={name ?? t("app.webhooks.one")} back={href("webhooks")}>
      <Loading
        skeleton={
          <>
            <Skeleton rows={3} />
            <Skeleton rows={4} />
          </>
        }
      >
        <Page endpointId={endpointId} onSecret={setSecret} />
      </Loading>
    </Screen>
  );
}

function Page({ endpointId, onSecret }: { endpointId: string; onSecret(secret: string): void }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const query = useSuspenseQuery(endpointQuery(endpointId));
  const endpoint = query.data;
  const { delivered, failed, waiting } = endpoint.lastDay;
  return (
    <>
      <Freshness of={query} />
      <Section
        footer={
          endpoint.state === "disabled"
            ? t("app.webhooks.disabled_text")
            : endpoint.failingSince
              ? t("app.webhooks.failing_text", { when: format.ago(endpoint.failingSince) })
              : undefined
        }
      >
        <Row title={t("app.webhooks.state")} after={<EndpointBadge endpoint={endpoint} />} />
        <Fact name={t("app.webhooks.address")} value={endpoint.url} canCopy isMono />
        <Row title={t("app.webhooks.secret")} end={endpoint.secretHint} />
        {endpoint.previousUntil && (
          <Row title={t("app.webhooks.previous")} end={format.dateTime(endpoint.previousUntil)} isWrapped />
        )}
      </Section>
      <Section header={t("app.webhooks.last_day")}>
        <Row title={t("app.webhooks.call.delivered")} end={format.number(delivered)} />
        {waiting > 0 && <Row title={t("app.webhooks.call.waiting")} end={format.number(waiting)} />}
        {failed > 0 && <Row title={t("app.webhooks.call.failed")} end={format.number(failed)} />}
        <Row title={t("app.webhooks.calls")} tone="accent" to={href("webhookCalls", { endpointId })} />
      </Section>
      <Events endpoint={endpoint} />
      <Deeds endpoint={endpoint} onSecret={onSecret} />
    </>
  );
}

/** Changed at once: what is heard from now on. */
function Events({ endpoint }: { endpoint: Endpoint }): JSX.Element {
  const { events: known } = useSuspenseQuery(endpointsQuery).data;
  const change = useAct(changeEndpoint, { stale: ["webhooks"] });
  const chosen = known.filter((name) => endpoint.events.includes(name));
  return (
    <EventChoice known={known} value={chosen} onChange={(events) => change.run({ endpointId: endpoint.id, events })} />
  );
}

function Deeds({ endpoint, onSecret }: { endpoint: Endpoint; onSecret(secret: string): void }): JSX.Element {
  const t = useT();
  const go = useGo();
  const { id, name } = endpoint;
  const isActive = endpoint.state === "active";
  const change = useAct(changeEndpoint, { stale: ["webhooks"] });
  const test = useAct(testEndpoint, {
    stale: ["webhooks"],
    onDone: ({ callId }) => go(href("webhookCall", { callId })),
  });
  const replay = useAct(replayFailed, {
    stale: ["webhooks"],
    onDone: ({ count }) => toast(t("app.webhooks.replayed", { count })),
  });
  const rotate = useAct(rotateSecret, { stale: ["webhooks"], onDone: ({ secret }) => onSecret(secret) });
  const remove = useAct(deleteEndpoint, {
    stale: ["webhooks"],
    done: t("app.webhooks.deleted"),
    onDone: () => go(href("webhooks"), { replace: true }),
  });
  const onRemove = async () => {
    const isSure = await ask({
      title: name,
      message: t("app.webhooks.delete_text"),
      confirm: t("app.action.delete"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (isSure) remove.run(id);
  };
  return (
    <>
      <Section footer={t("app.webhooks.rotate_text")}>
        {isActive && (
          <>
            <Row
              before={<SendIcon />}
              title={t("app.webhooks.test")}
              tone="accent"
              onClick={() => test.run(id)}
              isDisabled={test.isOff}
            />
            <Row
              before={<ReplayIcon />}
              title={t("app.webhooks.replay_week")}
              tone="accent"
              onClick={() => replay.run({ endpointId: id, since: new Date(Date.now() - weekMs).toISOString() })}
              isDisabled={replay.isOff}
            />
          </>
        )}
        <Row
          before={<KeyIcon />}
          title={t("app.webhooks.rotate")}
          tone="accent"
          onClick={() => rotate.run(id)}
          isDisabled={rotate.isOff}
        />
        <Row
          before={isActive ? <PauseIcon /> : <PlayIcon />}
          title={t(isActive ? "app.webhooks.switch_off" : "app.webhooks.switch_on")}
          tone="accent"
          onClick={() => change.run({ endpointId: id, isActive: !isActive })}
          isDisabled={change.isOff}
        />
      </Section>
      <Section>
        <Row
          before={<TrashIcon />}
          title={t("app.action.delete")}
          tone="danger"
          onClick={() => void onRemove()}
          isDisabled={remove.isOff}
        />
      </Section>
    </>
  );
}
