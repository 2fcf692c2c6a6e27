import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { BarRow } from "@miniapp/shared/ui/bar-row.tsx";
import { Empty, PulseIcon, Row, Screen, Section } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useSearch } from "wouter";
import { type ComparedBroadcast, comparisonQuery } from "./results-api.ts";

/** Two to five broadcasts by one figure after another: names keep their whole line, which a table on a phone has not. */
export default function CompareScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  const ids = new URLSearchParams(useSearch()).get("ids") ?? "";
  const back = `${href("broadcastsOverview")}${ids ? `?ids=${ids}` : ""}`;
  return (
    <Screen title={t("app.results.compare_title")} back={back}>
      {ids.includes(",") ? (
        <Compared ids={ids} />
      ) : (
        <Empty
          icon={<PulseIcon size={30} />}
          title={t("app.results.compare_nothing")}
          action={{ text: t("app.results.compare_choose"), onClick: () => go(back) }}
        />
      )}
    </Screen>
  );
}

const rates = ["clicked", "converted", "replied", "blocked", "optedOut"] as const;
const nameOf = {
  clicked: "app.results.clicked",
  converted: "app.results.converted",
  replied: "app.results.replied",
  blocked: "app.results.blocked",
  optedOut: "app.results.opted_out",
} as const;

function Compared({ ids }: { ids: string }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const items = useSuspenseQuery(comparisonQuery(ids)).data;
  const currencies = [...new Set(items.flatMap(({ money }) => money.map(({ currency }) => currency)))];
  return (
    <>
      <Measure
        header={t("app.results.sent")}
        items={items}
        measure={({ counts }) => counts.sent}
        say={(value) => format.number(value)}
        isDoor
      />
      {rates.map((rate) => (
        <Measure
          key={rate}
          header={t(nameOf[rate])}
          items={items}
          measure={(one) => one.rates[rate]}
          say={(value) => format.percent(value)}
        />
      ))}
      {currencies.map((currency) => (
        <Measure
          key={currency}
          header={t("app.results.revenue_per_thousand", { currency: currency ?? t("app.results.no_currency") })}
          items={items}
          measure={({ money }) => Number(money.find((line) => line.currency === currency)?.perThousand ?? 0)}
          say={(value) => format.money(String(value), currency)}
        />
      ))}
    </>
  );
}

interface MeasureProps {
  header: string;
  items: readonly ComparedBroadcast[];
  /** Null when there is nothing to measure. */
  measure(broadcast: ComparedBroadcast): number | null;
  say(value: number): string;
  /** Its rows lead to the results of each. */
  isDoor?: boolean;
}

function Measure({ header, items, measure, say, isDoor }: MeasureProps): JSX.Element {
  const most = Math.max(0, ...items.map((one) => measure(one) ?? 0));
  return (
    <Section header={header}>
      {items.map((one) => {
        const value = measure(one);
        const door = isDoor ? { to: href("broadcastResults", { broadcastId: one.id }) } : {};
        return value === null ? (
          <Row key={one.id} title={one.name} end="–" {...door} />
        ) : (
          <BarRow key={one.id} title={one.name} value={say(value)} share={most > 0 ? value / most : 0} {...door} />
        );
      })}
    </Section>
  );
}
