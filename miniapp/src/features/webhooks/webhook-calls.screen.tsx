import { href } from "@miniapp/app/paths.ts";
import { useFilter } from "@miniapp/features/conversions/use-filter.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Chips, Empty, Failure, LinkIcon, Row, Screen, Skeleton } from "@miniapp/shared/ui/index.ts";
import { VirtualList } from "@miniapp/shared/ui/virtual-list.tsx";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type JSX, useCallback, useMemo } from "react";
import { useParams } from "wouter";
import { type Call, callsQuery } from "./api.ts";
import { CallBadge } from "./endpoint-badge.tsx";

const states = ["failed", "waiting", "delivered"] as const;
const rowHeight = 65;

/** The inspector: every call of an endpoint, the newest first. */
export default function WebhookCallsScreen(): JSX.Element {
  const t = useT();
  const { endpointId = "" } = useParams<{ endpointId: string }>();
  const [filter, change] = useFilter(["state"]);
  const state = states.find((one) => one === filter.state);
  const list = useInfiniteQuery(callsQuery(endpointId, state ? { state } : {}));
  const calls = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const { fetchNextPage, hasNextPage } = list;
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  return (
    <Screen title={t("app.webhooks.calls")} back={href("webhook", { endpointId })}>
      <Chips
        label={t("app.webhooks.state")}
        choices={states.map((one) => ({ value: one, label: t(`app.webhooks.call.${one}`) }))}
        value={state}
        onChange={(next) => change({ state: next })}
      />
      {list.isPending ? (
        <Skeleton rows={8} height={rowHeight} />
      ) : list.isError && calls.length === 0 ? (
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      ) : calls.length === 0 ? (
        <Empty
          icon={<LinkIcon size={30} />}
          title={t(state ? "app.webhooks.none_found" : "app.webhooks.no_calls")}
          {...(state && { action: { text: t("app.action.reset"), onClick: () => change({ state: undefined }) } })}
        />
      ) : (
        <VirtualList
          label={t("app.webhooks.calls")}
          items={calls}
          keyOf={(call) => call.id}
          rowHeight={rowHeight}
          render={(call) => <CallRow call={call} />}
          onEnd={hasNextPage ? loadMore : undefined}
          isLoadingMore={list.isFetchingNextPage}
        />
      )}
    </Screen>
  );
}

function CallRow({ call }: { call: Call }): JSX.Element {
  const t = useT();
  const format = useFormat();
  return (
    <Row
      to={href("webhookCall", { callId: call.id })}
      title={t.find(`app.webhooks.event.${call.event}`) ?? call.event}
      subtitle={call.nextAt ? t("app.webhooks.next", { when: format.time(call.nextAt) }) : call.event}
      end={<CallBadge call={call} />}
      note={format.dateTime(call.createdAt)}
    />
  );
}
