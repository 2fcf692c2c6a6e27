import { href } from "@miniapp/app/paths.ts";
import { PagedList } from "@miniapp/features/operations/components/paged-list.tsx";
import { oneOf, useFilters } from "@miniapp/features/operations/use-filters.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Chips, Empty, LinkIcon, Loading, Row, Screen, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useSuspenseInfiniteQuery } from "@tanstack/react-query";
import { type JSX, useDeferredValue } from "react";
import { useParams } from "wouter";
import { type Call, callsQuery } from "./api.ts";
import { CallBadge } from "./endpoint-badge.tsx";

const states = ["failed", "waiting", "delivered"] as const;
const rowHeight = 65;

/** The inspector: every call of an endpoint, the newest first. */
export default function WebhookCallsScreen(): JSX.Element {
  const t = useT();
  const { endpointId = "" } = useParams<{ endpointId: string }>();
  const filters = useFilters();
  const state = oneOf(states, filters.get("state"));
  return (
    <Screen title={t("app.webhooks.calls")} back={href("webhook", { endpointId })}>
      <Chips
        label={t("app.webhooks.state")}
        choices={states.map((one) => ({ value: one, label: t(`app.webhooks.call.${one}`) }))}
        value={state}
        onChange={(next) => filters.set({ state: next })}
      />
      <Loading skeleton={<Skeleton rows={8} height={rowHeight} />}>
        <List endpointId={endpointId} state={state} onClear={filters.clear} />
      </Loading>
    </Screen>
  );
}

function List({
  endpointId,
  state,
  onClear,
}: {
  endpointId: string;
  state: Call["state"] | undefined;
  onClear(): void;
}): JSX.Element {
  const t = useT();
  // The rows on screen stay until those of the next filter have come.
  const shown = useDeferredValue(state);
  return (
    <PagedList
      label={t("app.webhooks.calls")}
      list={useSuspenseInfiniteQuery(callsQuery(endpointId, shown ? { state: shown } : {}))}
      keyOf={(call) => call.id}
      rowHeight={rowHeight}
      render={(call) => <CallRow call={call} />}
      empty={
        <Empty
          icon={<LinkIcon size={30} />}
          title={t(state ? "app.webhooks.none_found" : "app.webhooks.no_calls")}
          {...(state && { action: { text: t("app.action.reset"), onClick: onClear } })}
        />
      }
    />
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
