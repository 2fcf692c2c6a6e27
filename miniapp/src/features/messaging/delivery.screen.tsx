import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import {
  ask,
  Fact,
  Loading,
  type MainAction,
  Row,
  Screen,
  Section,
  Skeleton,
  toast,
} from "@miniapp/shared/ui/index.ts";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useParams } from "wouter";
import { cancelDelivery, type Delivery, deliveryQuery, resendDelivery } from "./api.ts";
import { Message } from "./components/message.tsx";
import { ChatAvatar, StateBadge } from "./components/state.tsx";

export default function DeliveryScreen(): JSX.Element {
  const t = useT();
  const can = useCan();
  const { deliveryId = "" } = useParams<{ deliveryId: string }>();
  const state = useQuery(deliveryQuery(deliveryId)).data?.state;
  const resend = useAct(resendDelivery, {
    stale: ["deliveries"],
    onDone: ({ count }) => toast(t("app.deliveries.requeued", { count })),
  });
  const cancel = useAct(cancelDelivery, { stale: ["deliveries"], done: t("app.delivery.cancelled") });
  const sendAgain = async () => {
    const isSure = await ask({
      title: t("app.deliveries.resend"),
      message: t("app.deliveries.resend_text"),
      confirm: t("app.deliveries.resend"),
      cancel: t("app.action.cancel"),
    });
    if (isSure) resend.run(deliveryId);
  };
  const stop = async () => {
    const isSure = await ask({
      title: t("app.deliveries.cancel"),
      message: t("app.deliveries.cancel_text"),
      confirm: t("app.deliveries.cancel"),
      cancel: t("app.action.close"),
      isDestructive: true,
    });
    if (isSure) cancel.run(deliveryId);
  };
  const mayManage = can("deliveries.manage");
  const main: MainAction | undefined =
    mayManage && state === "unknown"
      ? {
          text: t("app.deliveries.resend"),
          onClick: () => void sendAgain(),
          isBusy: resend.isBusy,
          isDisabled: resend.isOff,
        }
      : undefined;
  return (
    <Screen title={t("app.deliveries.title")} back={href("deliveries")} main={main}>
      <Loading
        skeleton={
          <>
            <Skeleton rows={1} height={140} />
            <Skeleton rows={5} />
          </>
        }
      >
        <Page deliveryId={deliveryId} />
        {mayManage && state === "queued" && (
          <Section>
            <Row
              title={t("app.deliveries.cancel")}
              tone="danger"
              onClick={() => void stop()}
              isDisabled={cancel.isOff}
            />
          </Section>
        )}
      </Loading>
    </Screen>
  );
}

function Page({ deliveryId }: { deliveryId: string }): JSX.Element {
  const t = useT();
  const query = useSuspenseQuery(deliveryQuery(deliveryId));
  const delivery = query.data;
  return (
    <>
      <Freshness of={query} />
      {delivery.digest && (
        <Section header={t("app.deliveries.digest")}>
          <Message content={delivery.digest} />
        </Section>
      )}
      <Section header={delivery.digest && t("app.deliveries.title")}>
        <Message content={delivery.content} />
      </Section>
      <Outcome delivery={delivery} />
      <Facts delivery={delivery} />
    </>
  );
}

function Outcome({ delivery }: { delivery: Delivery }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { problem } = delivery;
  return (
    <Section header={t("app.fact.state")}>
      <Row
        title={<StateBadge state={delivery.state} />}
        end={delivery.doneAt ? format.dateTime(delivery.doneAt) : undefined}
      />
      {delivery.act !== "send" && <Row title={t(`app.deliveries.act.${delivery.act}`)} isWrapped />}
      {problem && <Row title={problem.message} />}
      {delivery.foldedInto && (
        <Row title={t("app.deliveries.digest")} to={href("delivery", { deliveryId: delivery.foldedInto })} />
      )}
      <Row title={t("app.deliveries.attempts")} end={format.number(delivery.attempts)} />
      <Fact name={t("app.deliveries.telegram")} value={problem?.telegram} canCopy isMono />
    </Section>
  );
}

function Facts({ delivery }: { delivery: Delivery }): JSX.Element {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const { chat, subject } = delivery;
  const isLater = new Date(delivery.notBefore) > new Date(delivery.createdAt);
  return (
    <Section>
      <Row
        before={<ChatAvatar kind={chat.kind} />}
        title={chat.name}
        subtitle={delivery.threadId === null ? undefined : `${t("app.deliveries.topic")} ${delivery.threadId}`}
        {...(can("chats.read") ? { to: href("chat", { chatId: chat.id }) } : {})}
      />
      {subject?.kind === "conversion" && can("conversions.read") && (
        <Row title={t("app.deliveries.conversion")} to={href("conversion", { conversionId: subject.id })} />
      )}
      <Row title={t("app.deliveries.kind")} end={t(`app.lane.${delivery.lane}`)} />
      <Row title={t("app.fact.created")} end={format.dateTime(delivery.createdAt)} />
      {isLater && <Row title={t("app.deliveries.not_before")} end={format.dateTime(delivery.notBefore)} />}
    </Section>
  );
}
