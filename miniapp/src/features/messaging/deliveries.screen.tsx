import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { PagedList } from "@miniapp/features/operations/components/paged-list.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { oneOf, useFilters } from "@miniapp/features/operations/use-filters.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { ask, Chips, Empty, Loading, Row, Screen, SendIcon, Skeleton, toast } from "@miniapp/shared/ui/index.ts";
import { useQuery, useSuspenseInfiniteQuery } from "@tanstack/react-query";
import { type JSX, useDeferredValue } from "react";
import { type Delivery, type DeliveryFilter, deliveriesQuery, lanesQuery, resendAllUnknown } from "./api.ts";
import { wordsOf } from "./components/message.tsx";
import { ChatAvatar, StateBadge } from "./components/state.tsx";

const states = ["queued", "sending", "sent", "failed", "unknown", "cancelled", "folded"] as const;
const lanes = ["service", "alert", "sequence", "broadcast"] as const;

export default function DeliveriesScreen(): JSX.Element {
  const t = useT();
  const can = useCan();
  const filters = useFilters();
  const state = oneOf(states, filters.get("state"));
  const lane = oneOf(lanes, filters.get("lane"));
  const chatId = filters.get("chat");
  const broadcastId = filters.get("broadcast");
  const unknown = useQuery(lanesQuery).data?.items.reduce((sum, one) => sum + one.unknown, 0) ?? 0;
  const resend = useAct(resendAllUnknown, {
    stale: ["deliveries"],
    onDone: ({ count }) => toast(t("app.deliveries.requeued", { count })),
  });
  const resendAll = async () => {
    const isSure = await ask({
      title: t("app.deliveries.resend"),
      message: t("app.deliveries.resend_text"),
      confirm: t("app.deliveries.resend"),
      cancel: t("app.action.cancel"),
    });
    if (isSure) resend.run(undefined);
  };
  // A broadcast is sent again on its own page, and this would send others too.
  const isOffered = state === "unknown" && unknown > 0 && !broadcastId && can("deliveries.manage");
  return (
    <Screen
      title={t("app.control.deliveries")}
      subtitle={broadcastId && t("app.deliveries.of_broadcast")}
      back={broadcastId ? href("broadcast", { broadcastId }) : chatId ? href("chat", { chatId }) : href("control")}
      main={
        isOffered
          ? {
              text: t("app.deliveries.resend"),
              onClick: () => void resendAll(),
              isBusy: resend.isBusy,
              isDisabled: resend.isOff,
            }
          : undefined
      }
    >
      <Chips
        label={t("app.fact.state")}
        choices={states.map((value) => ({ value, label: t(`app.delivery.${value}`) }))}
        value={state}
        onChange={(value) => filters.set({ state: value })}
      />
      {!broadcastId && (
        <Chips
          label={t("app.deliveries.kind")}
          choices={lanes.map((value) => ({ value, label: t(`app.lane.${value}`) }))}
          value={lane}
          onChange={(value) => filters.set({ lane: value })}
        />
      )}
      <Loading skeleton={<Skeleton rows={7} height={68} />}>
        <List
          filter={{ state, lane, chatId, broadcastId }}
          isFiltered={Boolean(state || lane)}
          onClear={() => filters.set({ state: undefined, lane: undefined })}
        />
      </Loading>
    </Screen>
  );
}

function List({
  filter,
  isFiltered,
  onClear,
}: {
  filter: DeliveryFilter;
  isFiltered: boolean;
  onClear(): void;
}): JSX.Element {
  const t = useT();
  // The rows on screen stay until those of the new filter have come.
  const { state, lane, chatId, broadcastId } = filter;
  const key = useDeferredValue(JSON.stringify({ state, lane, chatId, broadcastId }));
  const list = useSuspenseInfiniteQuery(deliveriesQuery(JSON.parse(key) as DeliveryFilter));
  return (
    <PagedList
      label={t("app.control.deliveries")}
      list={list}
      keyOf={(delivery) => delivery.id}
      rowHeight={64}
      render={(delivery) => <DeliveryRow delivery={delivery} />}
      empty={
        isFiltered ? (
          <Empty title={t("app.state.nothing_found")} action={{ text: t("app.action.reset"), onClick: onClear }} />
        ) : (
          <Empty icon={<SendIcon size={30} />} title={t("app.state.nothing")} text={t("app.deliveries.empty")} />
        )
      }
    />
  );
}

const longestLine = 40;
const firstLine = (line = "") => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line);

/** One message in a list, as a chat stands in Telegram's list: who, when, the first words. */
export function DeliveryRow({ delivery, isInChat }: { delivery: Delivery; isInChat?: boolean }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const words = wordsOf(delivery.digest ?? delivery.content)
    .split("\n")
    .filter((line) => line.trim() !== "");
  const [head, ...rest] = words;
  return (
    <Row
      before={isInChat ? undefined : <ChatAvatar kind={delivery.chat.kind} isTroubled={delivery.state === "failed"} />}
      title={isInChat ? firstLine(head) || t("app.message.media") : delivery.chat.name}
      end={format.moment(delivery.createdAt)}
      subtitle={delivery.problem?.message ?? (isInChat ? rest.join(" ") : words.join(" ") || t("app.message.media"))}
      note={delivery.state === "sent" ? undefined : <StateBadge state={delivery.state} />}
      to={href("delivery", { deliveryId: delivery.id })}
    />
  );
}
