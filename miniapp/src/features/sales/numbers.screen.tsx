/** Sales in figures: the period against the one before, today against the usual, over time, the way from person to buyer. */
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { BarRow } from "@miniapp/shared/ui/bar-row.tsx";
import { Chart } from "@miniapp/shared/ui/chart.tsx";
import { Chips, Loading, Row, Screen, Section, Skeleton, Tabs } from "@miniapp/shared/ui/index.ts";
import { Tiles } from "@miniapp/shared/ui/tiles.tsx";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useCan } from "../identity/me.ts";
import { Freshness } from "../operations/components/freshness.tsx";
import { useFilters } from "../operations/use-filters.ts";
import { PostNumbers } from "../posts/post-numbers.tsx";
import { isNothing } from "../shop/price.ts";
import { useMoments } from "../statistics/use-moments.ts";
import { numbersQuery, type Period, type ShopStatistics } from "./api.ts";
import { OrderRow } from "./order-row.tsx";
import { SalesViews } from "./sales-views.tsx";
import { shareOf } from "./shares.ts";

const periods = ["today", "7d", "30d", "90d"] as const satisfies readonly Period[];

const daysOf: Readonly<Record<Period, number>> = { today: 1, "7d": 7, "30d": 30, "90d": 90 };

export default function NumbersScreen(): JSX.Element {
  const t = useT();
  const filters = useFilters();
  const can = useCan();
  const period = periods.find((one) => one === filters.get("period")) ?? "7d";
  return (
    <Screen title={t("app.sales.title")}>
      <SalesViews current="salesNumbers" />
      <Chips<Period>
        label={t("app.sales.period")}
        choices={periods.map((value) => ({ value, label: t(`app.sales.period.${value}`) }))}
        value={period}
        onChange={(next) => filters.set({ period: next })}
      />
      <Loading
        skeleton={
          <>
            <Skeleton rows={3} />
            <Skeleton rows={5} />
          </>
        }
      >
        <Numbers period={period} />
      </Loading>
      {can("tasks.read") && (
        <Loading skeleton={<Skeleton rows={4} />}>
          <PostNumbers days={daysOf[period]} />
        </Loading>
      )}
    </Screen>
  );
}

function Numbers({ period }: { period: Period }): JSX.Element {
  const query = useSuspenseQuery(numbersQuery(period));
  const numbers = query.data;
  return (
    <>
      <Freshness of={query} />
      <Cards numbers={numbers} />
      <Usual numbers={numbers} />
      {numbers.days.length > 1 && <OverTime numbers={numbers} />}
      <Funnel numbers={numbers} />
      <Products numbers={numbers} />
      <Totals numbers={numbers} />
      <Recent numbers={numbers} />
    </>
  );
}

function Cards({ numbers }: { numbers: ShopStatistics }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { now, before, reportingCurrency, withoutRate } = numbers;
  const money = (amount: string) => format.money(amount, reportingCurrency);
  const rate = (percent: number) => format.percent(percent / 100);
  const tiles = [
    { name: t("app.sales.revenue"), value: money(now.revenue), was: money(before.revenue) },
    { name: t("app.sales.paid_orders"), value: format.number(now.paid), was: format.number(before.paid) },
    { name: t("app.sales.orders"), value: format.number(now.orders), was: format.number(before.orders) },
    {
      name: t("app.sales.conversion"),
      value: now.conversion === null ? "–" : rate(now.conversion),
      // Of no orders there is no share.
      was: before.conversion === null ? null : rate(before.conversion),
    },
    { name: t("app.sales.new_people"), value: format.number(now.persons), was: format.number(before.persons) },
  ];
  const notes = [
    isNothing(now.refunded) ? null : t("app.sales.refunded_in_period", { amount: money(now.refunded) }),
    withoutRate.length === 0 ? null : t("app.sales.without_rate", { currencies: withoutRate.join(", ") }),
  ].filter(Boolean);
  return (
    <Section footer={notes.length > 0 ? notes.join(" ") : undefined}>
      <Tiles
        label={t("app.sales.view.numbers")}
        tiles={tiles.map(({ name, value, was }) => ({
          name,
          value,
          note: was === null ? t("app.sales.was_none") : t("app.sales.was", { value: was }),
        }))}
      />
    </Section>
  );
}

/** Today against the same hours of the last seven days. */
function Usual({ numbers: { usual, reportingCurrency } }: { numbers: ShopStatistics }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const said = new Intl.NumberFormat(format.locale, { maximumFractionDigits: 1 });
  return (
    <Section header={t("app.sales.today")}>
      <Row
        title={t("app.sales.orders")}
        end={<b>{format.number(usual.todayOrders)}</b>}
        subtitle={t("app.sales.usual", { value: said.format(usual.orders) })}
      />
      <Row
        title={t("app.sales.revenue")}
        end={<b>{format.money(usual.todayRevenue, reportingCurrency)}</b>}
        subtitle={t("app.sales.usual", { value: format.money(usual.revenue, reportingCurrency) })}
      />
    </Section>
  );
}

type View = "revenue" | "orders" | "persons";

function OverTime({ numbers }: { numbers: ShopStatistics }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const [view, setView] = useState<View>("revenue");
  const { labelOf, titleOf } = useMoments({ by: "day", timeZone: "UTC" });
  const { days, now, reportingCurrency } = numbers;
  const isMoney = view === "revenue";
  const counted = {
    revenue: format.money(now.revenue, reportingCurrency),
    orders: format.number(now.orders),
    persons: format.number(now.persons),
  };
  return (
    <Section header={t("app.sales.over_time")}>
      <div>
        <Tabs<View>
          label={t("app.sales.over_time")}
          choices={[
            { value: "revenue", label: t("app.sales.revenue") },
            { value: "orders", label: t("app.sales.orders") },
            { value: "persons", label: t("app.sales.new_people") },
          ]}
          value={view}
          onChange={setView}
        />
        <Chart
          label={t(
            view === "revenue" ? "app.sales.revenue" : view === "orders" ? "app.sales.orders" : "app.sales.new_people",
          )}
          series={
            view === "orders"
              ? [
                  { name: t("app.sales.paid_orders"), tone: "good", total: format.number(now.paid) },
                  {
                    name: t("app.sales.unpaid"),
                    tone: "neutral",
                    total: format.number(Math.max(0, now.orders - now.paid)),
                  },
                ]
              : [{ name: counted[view], tone: isMoney ? "good" : "accent" }]
          }
          points={days.map((day) => ({
            label: labelOf(day.day),
            title: titleOf(day.day),
            values:
              view === "revenue"
                ? [Math.max(0, Number(day.revenue))]
                : view === "orders"
                  ? [day.paid, Math.max(0, day.orders - day.paid)]
                  : [day.persons],
          }))}
          // A bar is drawn to the cent; the figures beside it are the exact ones.
          format={(value) => (isMoney ? format.money(value.toFixed(2), reportingCurrency) : format.number(value))}
          formatShort={format.short}
          summary={counted[view]}
        />
      </div>
    </Section>
  );
}

const steps = ["persons", "ordered", "paid", "again"] as const;

function Funnel({ numbers: { funnel } }: { numbers: ShopStatistics }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const most = Math.max(...steps.map((step) => funnel[step]));
  return (
    <Section header={t("app.sales.funnel")} footer={t("app.sales.funnel_text")}>
      {steps.map((step, place) => {
        const previous = steps[place - 1];
        const rate = previous ? shareOf(funnel[step], funnel[previous]) : null;
        return (
          <BarRow
            key={step}
            title={t(`app.sales.funnel.${step}`)}
            value={format.number(funnel[step])}
            share={shareOf(funnel[step], most) ?? 0}
            {...(rate === null ? {} : { more: format.percent(rate) })}
          />
        );
      })}
    </Section>
  );
}

function Products({ numbers: { products, reportingCurrency } }: { numbers: ShopStatistics }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  if (products.length === 0) return null;
  const most = Math.max(...products.map(({ paid }) => paid));
  return (
    <Section header={t("app.sales.by_product")}>
      {products.map(({ productId, title, paid, revenue }) => (
        <BarRow
          key={productId}
          title={title}
          value={format.money(revenue, reportingCurrency)}
          more={t("app.sales.sold_short", { count: paid })}
          share={shareOf(paid, most) ?? 0}
        />
      ))}
    </Section>
  );
}

function Totals({ numbers: { totals, reportingCurrency } }: { numbers: ShopStatistics }): JSX.Element {
  const t = useT();
  const format = useFormat();
  return (
    <Section header={t("app.sales.all_time")}>
      <Row title={t("app.sales.people")} end={format.number(totals.persons)} />
      <Row title={t("app.sales.active_people")} end={format.number(totals.activePersons)} />
      <Row
        title={t("app.sales.paid_orders")}
        end={`${format.number(totals.paidOrders)} / ${format.number(totals.orders)}`}
      />
      <Row
        title={t("app.sales.revenue")}
        end={format.money(totals.revenue, reportingCurrency)}
        subtitle={totals.revenueByCurrency.map(({ amount, currency }) => format.money(amount, currency)).join(" · ")}
        isWrapped
      />
    </Section>
  );
}

function Recent({ numbers: { recent } }: { numbers: ShopStatistics }): JSX.Element | null {
  const t = useT();
  if (recent.length === 0) return null;
  return (
    <Section header={t("app.sales.recent")}>
      {recent.map((order) => (
        <OrderRow key={order.id} order={order} />
      ))}
    </Section>
  );
}
