/** The same change in many flows, begun with an offer: its tracker, the offer, and which of the flows that hold it. */

import type { OfferFlow } from "@backend/modules/campaigns/flow-contracts.ts";
import { flowsOfOffer, href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import {
  Badge,
  CheckIcon,
  Empty,
  Failure,
  type MainAction,
  RouteIcon,
  Row,
  Screen,
  Section,
  Skeleton,
} from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { VirtualList } from "@miniapp/shared/ui/virtual-list.tsx";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { ChoiceRow } from "../identity/components/choice-row.tsx";
import { trackersQuery } from "./api.ts";
import { ConnectTracker } from "./connect-tracker.tsx";
import { offerFlowsQuery } from "./flow-api.ts";
import { thingNames } from "./thing-names.ts";
import { ThingsSheet } from "./things-sheet.tsx";

const rowHeight = 84;

export function ChooseFlows({
  connectionId: asked,
  offerRef,
}: {
  /** Null: not said. With one tracker there is nothing to say. */
  connectionId: string | null;
  offerRef: string | null;
}): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const { data: trackers } = useSuspenseQuery(trackersQuery);
  const [open, setOpen] = useState<"tracker" | "offer" | null>(null);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState("");
  const connectionId = asked ?? (trackers.length === 1 ? (trackers[0]?.connectionId ?? null) : null);
  const tracker = trackers.find((one) => one.connectionId === connectionId);
  const found = useQuery({
    ...offerFlowsQuery({ connectionId: connectionId ?? "", offerRef: offerRef ?? "", cursor }),
    enabled: connectionId !== null && offerRef !== null,
  });
  // While the flows of another offer come, those of the one before are kept.
  const page = connectionId === null || offerRef === null || found.data?.offer.id !== offerRef ? undefined : found.data;
  const close = () => setOpen(null);
  const choose = (path: string) => {
    setLeft(new Set());
    setCursor("");
    go(path, { replace: true });
  };
  const chosen = (page?.items ?? []).filter(({ id }) => !left.has(id));
  const main: MainAction | undefined =
    can("campaigns.edit") && page && page.items.length > 0
      ? {
          text:
            chosen.length === 0 ? t("app.shares.choose_some") : t("app.shares.go_on_with", { count: chosen.length }),
          onClick: () => {
            const ids = chosen.map(({ id }) => id).join(",");
            go(`${href("manyFlows")}?ids=${ids}&${new URLSearchParams({ offer: offerRef ?? "" })}`);
          },
          isDisabled: chosen.length === 0 || found.isPlaceholderData,
        }
      : undefined;
  if (trackers.length === 0)
    return (
      <Screen title={t("app.shares.many")} back={href("campaigns")}>
        <ConnectTracker />
      </Screen>
    );
  return (
    <Screen title={t("app.shares.many")} back={href("campaigns")} main={main}>
      <Section footer={offerRef === null ? t("app.shares.by_offer_text") : undefined}>
        {(trackers.length > 1 || tracker === undefined) && (
          <ChoiceRow
            title={t("app.campaigns.filter.tracker")}
            value={tracker?.name ?? t("app.shares.many_choose")}
            isQuiet={tracker === undefined}
            onClick={() => setOpen("tracker")}
          />
        )}
        <ChoiceRow
          title={t("app.shares.many_which_offers")}
          value={
            offerRef === null
              ? t("app.shares.many_choose")
              : thingNames(t, "offers", page ? [page.offer] : []).label(offerRef)
          }
          isQuiet={offerRef === null}
          isDisabled={connectionId === null}
          onClick={() => setOpen("offer")}
        />
      </Section>
      {connectionId === null || offerRef === null ? null : page ? (
        <Found
          flows={page.items}
          left={left}
          onToggle={
            can("campaigns.edit")
              ? (id) => {
                  const next = new Set(left);
                  if (!next.delete(id)) next.add(id);
                  setLeft(next);
                }
              : undefined
          }
          onNext={page.nextCursor === null ? undefined : () => setCursor(page.nextCursor ?? "")}
          onFirst={cursor === "" ? undefined : () => setCursor("")}
        />
      ) : found.error ? (
        <Failure error={found.error} onRetry={() => void found.refetch()} isCompact />
      ) : (
        <Skeleton rows={4} height={rowHeight} />
      )}
      {open === "tracker" && (
        <PickerSheet
          title={t("app.campaigns.filter.tracker")}
          options={trackers.map((one) => ({ value: one.connectionId, label: one.name }))}
          value={connectionId}
          onPick={(id) => choose(`${href("manyFlows")}?${new URLSearchParams({ tracker: id })}`)}
          onClose={close}
        />
      )}
      {open === "offer" && connectionId !== null && (
        <ThingsSheet
          connectionId={connectionId}
          part="offers"
          title={t("app.shares.many_which_offers")}
          isSingle
          onPick={([offer]) => {
            close();
            if (offer) choose(flowsOfOffer(connectionId, offer.id));
          }}
          onClose={close}
        />
      )}
    </Screen>
  );
}

function Found({
  flows,
  left,
  onToggle,
  onNext,
  onFirst,
}: {
  flows: readonly OfferFlow[];
  left: ReadonlySet<string>;
  /** Whoever may only read is led to the flow instead. */
  onToggle: ((id: string) => void) | undefined;
  /** There are more than one change takes. */
  onNext: (() => void) | undefined;
  onFirst: (() => void) | undefined;
}): JSX.Element {
  const t = useT();
  if (flows.length === 0 && !onFirst)
    return (
      <Empty icon={<RouteIcon size={30} />} title={t("app.shares.in_no_flow")} text={t("app.shares.in_no_flow_text")} />
    );
  return (
    <>
      <Section header={t("app.shares.flow_count", { count: flows.length })}>
        <VirtualList
          label={t("app.shares.flows")}
          items={flows}
          keyOf={({ id }) => id}
          rowHeight={rowHeight}
          render={(flow) => <FlowChoice flow={flow} isOn={!left.has(flow.id)} onToggle={onToggle} />}
        />
      </Section>
      {(onNext || onFirst) && (
        <Section footer={t("app.shares.many_at_once", { count: flows.length })}>
          {onNext && <Row tone="accent" title={t("app.shares.next_flows")} onClick={onNext} />}
          {onFirst && <Row tone="accent" title={t("app.shares.first_flows")} onClick={onFirst} />}
        </Section>
      )}
    </>
  );
}

function FlowChoice({
  flow,
  isOn,
  onToggle,
}: {
  flow: OfferFlow;
  isOn: boolean;
  onToggle: ((id: string) => void) | undefined;
}): JSX.Element {
  const t = useT();
  const { percent } = useFormat();
  const isOff = flow.shareState !== "active";
  const badges = [
    flow.state !== "active" && <Badge key="state">{t.find(`app.shares.state_${flow.state}`) ?? flow.state}</Badge>,
    flow.hasDraft && (
      <Badge key="draft" tone="warn">
        {t("app.shares.is_draft")}
      </Badge>
    ),
  ].filter(Boolean);
  const share = percent(flow.share / 100);
  const words = {
    title: flow.name,
    subtitle: flow.campaign.name,
    end: isOff ? t("app.shares.value_off", { share }) : share,
    note: badges.length > 0 && badges,
    isNoteBelow: true,
  };
  return onToggle ? (
    <Row {...words} after={isOn && <CheckIcon />} onClick={() => onToggle(flow.id)} isChecked={isOn} />
  ) : (
    <Row {...words} to={href("flow", { flowId: flow.id })} />
  );
}
