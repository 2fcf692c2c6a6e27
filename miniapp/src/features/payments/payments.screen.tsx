import { href } from "@miniapp/app/paths.ts";
import { PagedList } from "@miniapp/features/operations/components/paged-list.tsx";
import { oneOf, useFilters } from "@miniapp/features/operations/use-filters.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { Chips, Empty, Loading, Row, Screen, Search, Section, Skeleton, WalletIcon } from "@miniapp/shared/ui/index.ts";
import { useSuspenseInfiniteQuery } from "@tanstack/react-query";
import { type JSX, useDeferredValue, useState } from "react";
import { useCan } from "../identity/me.ts";
import { ExportSheet } from "../reports/export-sheet.tsx";
import { SalesViews } from "../sales/sales-views.tsx";
import { type Payment, type PaymentFilter, paymentsQuery } from "./api.ts";
import { PaymentBadge } from "./badges.tsx";

const states = ["to_check", "settled", "returned"] as const;
const providers = ["crypto_pay", "yookassa", "stars"] as const;
const rowHeight = 65;

/** Every payment, the newest first; what waits for a decision is one tap away. */
export default function PaymentsScreen(): JSX.Element {
  const t = useT();
  const can = useCan();
  const filters = useFilters();
  const [isExporting, setExporting] = useState(false);
  const state = oneOf(states, filters.get("state"));
  const provider = oneOf(providers, filters.get("provider"));
  const q = filters.get("q");
  const filter: PaymentFilter = { ...(state && { state }), ...(provider && { provider }), ...(q && { q }) };
  return (
    <Screen title={t("app.payments.title")}>
      <SalesViews current="payments" />
      <Section>
        <Row title={t("app.payments.refunds")} to={href("refunds")} />
        <Row title={t("app.payments.books")} to={href("books")} />
        <Row title={t("app.payments.providers")} to={href("paymentConnections")} />
      </Section>
      <Search label={t("app.payments.search")} value={q ?? ""} onChange={(next) => filters.set({ q: next })} />
      <Chips
        label={t("app.payments.state")}
        choices={states.map((one) => ({ value: one, label: t(`app.payments.state.${one}`) }))}
        value={state}
        onChange={(next) => filters.set({ state: next })}
      />
      <Chips
        label={t("app.payments.provider")}
        choices={providers.map((one) => ({ value: one, label: t(`app.payments.provider.${one}`) }))}
        value={provider}
        onChange={(next) => filters.set({ provider: next })}
      />
      <Loading skeleton={<Skeleton rows={8} height={rowHeight} />}>
        <List
          filter={filter}
          isFiltered={!filters.isEmpty}
          onClear={filters.clear}
          mayConnect={can("payments.manage")}
        />
      </Loading>
      <Section>
        <Row title={t("app.payments.export")} tone="accent" onClick={() => setExporting(true)} />
      </Section>
      {isExporting && (
        <ExportSheet
          pathOf={(choice) => `payments/export?${new URLSearchParams({ ...filter, ...choice })}`}
          name="payments"
          onClose={() => setExporting(false)}
        />
      )}
    </Screen>
  );
}

interface ListProps {
  filter: PaymentFilter;
  isFiltered: boolean;
  onClear(): void;
  mayConnect: boolean;
}

function List({ filter, isFiltered, onClear, mayConnect }: ListProps): JSX.Element {
  const t = useT();
  const go = useGo();
  // The rows on screen stay until those of the next filter have come.
  const shown = useDeferredValue(filter);
  const connect = { text: t("app.payments.connect"), onClick: () => go(href("paymentConnections")) };
  return (
    <PagedList
      label={t("app.payments.title")}
      list={useSuspenseInfiniteQuery(paymentsQuery(shown))}
      keyOf={(payment) => payment.id}
      rowHeight={rowHeight}
      render={(payment) => <PaymentRow payment={payment} />}
      empty={
        isFiltered ? (
          <Empty title={t("app.payments.none_found")} action={{ text: t("app.action.reset"), onClick: onClear }} />
        ) : (
          <Empty
            icon={<WalletIcon size={30} />}
            title={t("app.payments.empty")}
            text={t("app.payments.empty_text")}
            {...(mayConnect && { action: connect })}
          />
        )
      }
    />
  );
}

function PaymentRow({ payment }: { payment: Payment }): JSX.Element {
  const t = useT();
  const format = useFormat();
  return (
    <Row
      to={href("payment", { paymentId: payment.id })}
      title={format.money(payment.amount, payment.currency)}
      subtitle={`${payment.person?.name ?? t("app.payments.nobody")} · ${t(`app.payments.provider.${payment.provider}`)}`}
      end={format.moment(payment.paidAt)}
      note={payment.state === "settled" ? undefined : <PaymentBadge payment={payment} />}
    />
  );
}
