import { href } from "@miniapp/app/paths.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { oneOf, useFilters } from "@miniapp/features/operations/use-filters.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Chips, Empty, Loading, Row, Screen, Section, Skeleton, UndoIcon } from "@miniapp/shared/ui/index.ts";
import { useSuspenseInfiniteQuery } from "@tanstack/react-query";
import { type JSX, useDeferredValue, useState } from "react";
import { ExportSheet } from "../reports/export-sheet.tsx";
import { type RefundFilter, refundsQuery } from "./api.ts";
import { RefundRow } from "./refund-row.tsx";

const states = ["requested", "sending", "pending", "succeeded", "failed", "cancelled"] as const;

/** Money on its way back, the newest first. Those that wait for a second person are let go here. */
export default function RefundsScreen(): JSX.Element {
  const t = useT();
  const filters = useFilters();
  const [isExporting, setExporting] = useState(false);
  const state = oneOf(states, filters.get("state"));
  const filter: RefundFilter = state ? { state } : {};
  return (
    <Screen title={t("app.payments.refunds")} back={href("payments")}>
      <Chips
        label={t("app.payments.state")}
        choices={states.map((one) => ({ value: one, label: t(`app.payments.refund.${one}`) }))}
        value={state}
        onChange={(next) => filters.set({ state: next })}
      />
      <Loading skeleton={<Skeleton rows={6} height={65} />}>
        <List filter={filter} onClear={filters.clear} />
      </Loading>
      <Section>
        <Row title={t("app.payments.export")} tone="accent" onClick={() => setExporting(true)} />
      </Section>
      {isExporting && (
        <ExportSheet
          pathOf={(choice) => `refunds/export?${new URLSearchParams({ ...filter, ...choice })}`}
          name="refunds"
          onClose={() => setExporting(false)}
        />
      )}
    </Screen>
  );
}

/** Rows differ in height by what may be done about them, so pages come by a tap and not by scrolling. */
function List({ filter, onClear }: { filter: RefundFilter; onClear(): void }): JSX.Element {
  const t = useT();
  const shown = useDeferredValue(filter);
  const list = useSuspenseInfiniteQuery(refundsQuery(shown));
  const refunds = list.data.pages.flatMap((page) => page.items);
  if (refunds.length === 0)
    return (
      <Empty
        icon={<UndoIcon size={30} />}
        title={t(shown.state ? "app.payments.none_found" : "app.payments.no_refunds")}
        {...(shown.state && { action: { text: t("app.action.reset"), onClick: onClear } })}
      />
    );
  return (
    <>
      <Freshness of={list} />
      <Section>
        {refunds.map((refund) => (
          <RefundRow key={refund.id} refund={refund} hasLink />
        ))}
        {list.hasNextPage && (
          <Row
            title={t("app.payments.more")}
            tone="accent"
            onClick={() => void list.fetchNextPage()}
            isDisabled={list.isFetchingNextPage}
          />
        )}
      </Section>
    </>
  );
}
