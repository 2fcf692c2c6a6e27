import { href } from "@miniapp/app/paths.ts";
import { oneOf, useFilters } from "@miniapp/features/operations/use-filters.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { BarRow } from "@miniapp/shared/ui/bar-row.tsx";
import {
  CheckIcon,
  Chips,
  Empty,
  Failure,
  Row,
  Screen,
  Section,
  SendIcon,
  Skeleton,
} from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { type ComparedBroadcast, overviewQuery } from "./results-api.ts";
import { ResultTiles } from "./results-tiles.tsx";

const periods = ["7", "30", "90"] as const;
const usualPeriod = "30";
const longestPeriod = "90";
const leastCompared = 2;
const mostCompared = 5;

/** All broadcasts of a period together, the best of them, and a choice of what to compare. */
export default function BroadcastsOverviewScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  const filters = useFilters();
  const period = oneOf(periods, filters.get("days")) ?? usualPeriod;
  const chosen = (filters.get("ids") ?? "").split(",").filter(Boolean).slice(0, mostCompared);
  const toggle = (id: string) => {
    const next = chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id];
    filters.set({ ids: next.slice(-mostCompared).join(",") });
  };
  return (
    <Screen
      title={t("app.results.overview")}
      back={href("broadcasts")}
      main={{
        text: t("app.results.compare"),
        isDisabled: chosen.length < leastCompared,
        onClick: () => go(`${href("compareBroadcasts")}?ids=${chosen.join(",")}`),
      }}
    >
      <Chips
        label={t("app.results.period")}
        choices={periods.map((value) => ({ value, label: t("app.results.days", { count: Number(value) }) }))}
        value={period}
        onChange={(value) => filters.set({ days: value })}
      />
      <Figures
        days={Number(period)}
        chosen={chosen}
        onToggle={toggle}
        onLonger={period === longestPeriod ? undefined : () => filters.set({ days: longestPeriod })}
      />
    </Screen>
  );
}

interface FiguresProps {
  days: number;
  chosen: readonly string[];
  onToggle(id: string): void;
  onLonger: (() => void) | undefined;
}

function Figures({ days, chosen, onToggle, onLonger }: FiguresProps): JSX.Element {
  const t = useT();
  const query = useQuery(overviewQuery(days));
  if (query.isPending)
    return (
      <>
        <Skeleton rows={3} height={92} />
        <Skeleton rows={4} height={64} />
      </>
    );
  if (!query.data) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  const overview = query.data;
  if (overview.broadcasts === 0)
    return (
      <Empty
        icon={<SendIcon size={30} />}
        title={t("app.results.overview_empty")}
        {...(onLonger ? { action: { text: t("app.results.overview_longer"), onClick: onLonger } } : {})}
      />
    );
  return (
    <div aria-busy={query.isPlaceholderData}>
      {query.isError && <Failure error={query.error} onRetry={() => void query.refetch()} isCompact />}
      <ResultTiles of={overview} sentNote={t("app.results.broadcasts", { count: overview.broadcasts })} />
      {overview.best.length > 0 && (
        <Section header={t("app.results.best")} footer={t("app.results.best_text")}>
          {overview.best.map((one) => (
            <Best key={one.id} broadcast={one} most={overview.best[0]?.rates.clicked ?? 1} />
          ))}
        </Section>
      )}
      <Section header={t("app.results.choose")} footer={t("app.results.choose_text")}>
        {overview.items.map((one) => (
          <Choice key={one.id} broadcast={one} isChosen={chosen.includes(one.id)} onToggle={onToggle} />
        ))}
      </Section>
    </div>
  );
}

function Best({ broadcast, most }: { broadcast: ComparedBroadcast; most: number }): JSX.Element {
  const format = useFormat();
  const rate = broadcast.rates.clicked ?? 0;
  return (
    <BarRow
      title={broadcast.name}
      value={format.percent(rate)}
      share={rate / most}
      to={href("broadcastResults", { broadcastId: broadcast.id })}
    />
  );
}

function Choice({
  broadcast,
  isChosen,
  onToggle,
}: {
  broadcast: ComparedBroadcast;
  isChosen: boolean;
  onToggle(id: string): void;
}): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { id, name, startedAt, counts } = broadcast;
  const answers = t("app.results.answers", {
    sent: format.number(counts.sent),
    clicked: format.number(counts.clicked),
    blocked: format.number(counts.blocked),
    converted: format.number(counts.converted),
  });
  return (
    <Row
      title={name}
      end={startedAt ? format.moment(startedAt) : t("app.results.not_begun")}
      subtitle={answers}
      isWrapped
      isChecked={isChosen}
      after={isChosen ? <CheckIcon /> : undefined}
      onClick={() => onToggle(id)}
    />
  );
}
