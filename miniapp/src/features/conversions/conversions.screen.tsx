import { href } from "@miniapp/app/paths.ts";
import { codeQuery } from "@miniapp/shared/code.tsx";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT, withWords } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import {
  Chips,
  CloseIcon,
  Empty,
  Failure,
  IconButton,
  Loading,
  Screen,
  Search,
  SelectIcon,
  Skeleton,
  TrafficIcon,
} from "@miniapp/shared/ui/index.ts";
import { VirtualList } from "@miniapp/shared/ui/virtual-list.tsx";
import { useInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useCallback, useMemo } from "react";
import { useCan } from "../identity/me.ts";
import type { BulkProps } from "../reports/bulk.tsx";
import { type ConversionFilter, conversionsQuery } from "./api.ts";
import { ConnectionChip } from "./connection-chip.tsx";
import { ConversionRow } from "./conversion-row.tsx";
import { DayHeading } from "./day-heading.tsx";
import { withDays } from "./days.ts";
import { type Status, statusKey, statusOrder } from "./status.tsx";
import { TrafficViews } from "./traffic-views.tsx";
import { useArrivals } from "./use-arrivals.ts";
import { useFilter, useSearchText } from "./use-filter.ts";
import { useSelection } from "./use-selection.ts";

const rowHeight = 65;

/** Everything that has come, newest first; new conversions appear by themselves. */
export function ConversionsScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const { timeZone } = useFormat();
  const [filter, change] = useFilter(["status", "connectionId", "search"]);
  const settle = useCallback((search: string) => change({ search: search || undefined }), [change]);
  const [text, setText] = useSearchText(filter.search ?? "", settle);
  const list = useInfiniteQuery(conversionsQuery(filter as ConversionFilter));
  const conversions = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const rows = useMemo(() => withDays(conversions, (item) => item.receivedAt, timeZone), [conversions, timeZone]);
  const arrived = useArrivals(
    conversions.map((conversion) => conversion.id),
    JSON.stringify(filter),
  );
  const isFiltered = Object.keys(filter).length > 0;
  const selection = useSelection();

  return (
    <Screen
      title={t("app.tabs.traffic")}
      action={
        (conversions.length > 0 || selection.isOn) && (
          <IconButton
            icon={selection.isOn ? <CloseIcon /> : <SelectIcon />}
            label={t(selection.isOn ? "app.conversions.select_end" : "app.conversions.select")}
            onClick={selection.switchMode}
          />
        )
      }
    >
      <TrafficViews current="conversions" />
      <p className="visually-hidden" role="status">
        {arrived > 0 && t("app.conversions.new", { count: arrived })}
      </p>
      <Search value={text} onChange={setText} label={t("app.conversions.search")} />
      <Chips<Status>
        label={t("app.conversions.statuses")}
        choices={statusOrder.map((status) => ({ value: status, label: t(statusKey(status)) }))}
        value={filter.status as Status | undefined}
        onChange={(status) => change({ status })}
        first={
          can("connections.read") ? (
            <ConnectionChip value={filter.connectionId} onChange={(connectionId) => change({ connectionId })} />
          ) : undefined
        }
      />
      {selection.isOn && (
        <Loading skeleton={<Skeleton rows={3} height={48} isSingle />} isCompact>
          <BulkTools filter={filter as ConversionFilter} selected={selection.ids} />
        </Loading>
      )}
      {list.isPending ? (
        <Skeleton rows={9} height={rowHeight} />
      ) : list.isError && conversions.length === 0 ? (
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      ) : conversions.length === 0 && isFiltered ? (
        <Empty
          icon={<TrafficIcon size={30} />}
          title={t("app.conversions.none_found")}
          action={{
            text: t("app.action.reset"),
            onClick: () => {
              setText("");
              change({ status: undefined, connectionId: undefined, search: undefined });
            },
          }}
        />
      ) : conversions.length === 0 ? (
        <Empty
          icon={<TrafficIcon size={30} />}
          title={t("app.conversions.empty")}
          text={t("app.conversions.empty_text")}
          {...(can("connections.own")
            ? { action: { text: t("app.conversions.empty_action"), onClick: () => go(href("newConnection")) } }
            : {})}
        />
      ) : (
        <VirtualList
          label={t("app.traffic.conversions")}
          items={rows}
          keyOf={(row) => (row.kind === "day" ? row.day : row.item.id)}
          rowHeight={rowHeight}
          isHeading={(row) => row.kind === "day"}
          render={(row) =>
            row.kind === "day" ? (
              <DayHeading day={row.day} iso={row.iso} />
            ) : (
              <ConversionRow conversion={row.item} choice={selection.choiceOf(row.item.id)} />
            )
          }
          pages={list}
        />
      )}
    </Screen>
  );
}

const loadBulk = withWords("reporting", () => import("../reports/bulk.tsx"));

/** What can be done with many at once; its code comes when it is first asked for. */
function BulkTools(props: BulkProps): JSX.Element {
  const { default: Bulk } = useSuspenseQuery(codeQuery("bulk", loadBulk)).data;
  return <Bulk {...props} />;
}
