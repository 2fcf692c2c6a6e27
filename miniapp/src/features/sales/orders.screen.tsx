import { codeQuery } from "@miniapp/shared/code.tsx";
import { useT, withWords } from "@miniapp/shared/i18n.ts";
import {
  Chips,
  DownloadIcon,
  Empty,
  Failure,
  FilterIcon,
  IconButton,
  Loading,
  SalesIcon,
  Screen,
  Search,
  Skeleton,
} from "@miniapp/shared/ui/index.ts";
import { VirtualList } from "@miniapp/shared/ui/virtual-list.tsx";
import { useInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useCallback, useState } from "react";
import { useFilter, useSearchText } from "../conversions/use-filter.ts";
import { orderStates } from "../shop/order-words.ts";
import { type OrderFilter, type OrderState, ordersQuery } from "./api.ts";
import { OrderRow, orderRowHeight } from "./order-row.tsx";
import type { ExportProps } from "./orders-export.tsx";
import { OrdersFilter } from "./orders-filter.tsx";
import { SalesViews } from "./sales-views.tsx";

const names = ["search", "state", "method", "productId", "personId", "from", "to"] as const;

/** Every order, newest first; found by number, person or product. */
export function OrdersScreen(): JSX.Element {
  const t = useT();
  const [filter, change] = useFilter(names);
  const settle = useCallback((search: string) => change({ search: search || undefined }), [change]);
  const [text, setText] = useSearchText(filter.search ?? "", settle);
  const [isFiltering, setFiltering] = useState(false);
  const [isExporting, setExporting] = useState(false);
  const asked = filter as OrderFilter;
  const list = useInfiniteQuery(ordersQuery(asked));
  const orders = list.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = Object.keys(filter).length > 0;
  const isNarrowed = names.some((name) => name !== "search" && name !== "state" && filter[name] !== undefined);
  return (
    <Screen
      title={t("app.sales.title")}
      action={
        orders.length > 0 && (
          <IconButton icon={<DownloadIcon />} label={t("app.sales.export")} onClick={() => setExporting(true)} />
        )
      }
    >
      <SalesViews current="orders" />
      <Search value={text} onChange={setText} label={t("app.sales.search")} />
      <Chips<OrderState>
        label={t("app.sales.states")}
        choices={shownStates.map((state) => ({ value: state, label: t(`app.order.state.${state}`) }))}
        value={asked.state}
        onChange={(state) => change({ state })}
        first={
          <Chips.Item isOn={isNarrowed} onClick={() => setFiltering(true)} icon={<FilterIcon size={18} />}>
            {t("app.sales.filter")}
          </Chips.Item>
        }
      />
      {list.isPending ? (
        <Skeleton rows={7} height={orderRowHeight} />
      ) : list.isError && orders.length === 0 ? (
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      ) : orders.length === 0 && !list.hasNextPage ? (
        <Empty
          icon={<SalesIcon size={30} />}
          title={t(isFiltered ? "app.sales.none_found" : "app.sales.empty")}
          {...(isFiltered
            ? {
                action: {
                  text: t("app.action.reset"),
                  onClick: () => {
                    setText("");
                    change(Object.fromEntries(names.map((name) => [name, undefined])));
                  },
                },
              }
            : { text: t("app.sales.empty_text") })}
        />
      ) : (
        <VirtualList
          label={t("app.sales.view.orders")}
          items={orders}
          keyOf={({ id }) => id}
          rowHeight={orderRowHeight}
          render={(order) => <OrderRow order={order} />}
          pages={list}
        />
      )}
      {isFiltering && <OrdersFilter filter={asked} onChange={change} onClose={() => setFiltering(false)} />}
      {isExporting && (
        <Loading skeleton={null} isCompact>
          <Export filter={asked} onClose={() => setExporting(false)} />
        </Loading>
      )}
    </Screen>
  );
}

/** Where most look first stands first. */
const shownStates: readonly OrderState[] = [
  "processing",
  "pending",
  "paid",
  ...orderStates.filter((state) => !["processing", "pending", "paid"].includes(state)),
];

const loadExport = withWords("reporting", () => import("./orders-export.tsx"));

function Export(props: ExportProps): JSX.Element {
  const { default: Sheet } = useSuspenseQuery(codeQuery("orders-export", loadExport)).data;
  return <Sheet {...props} />;
}
