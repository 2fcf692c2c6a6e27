import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { BarRow } from "@miniapp/shared/ui/bar-row.tsx";
import { Chart } from "@miniapp/shared/ui/chart.tsx";
import { Chips, Empty, Failure, Row, Search, Section, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useCallback, useState } from "react";
import { statusKey } from "../../conversions/status.tsx";
import { useSearchText } from "../../conversions/use-filter.ts";
import { useCan } from "../../identity/me.ts";
import { type Statistics, type StatisticsQuery, statisticsQuery } from "../api.ts";

const dimensions = [
  "campaign",
  "offer",
  "landing",
  "country",
  "source",
  "creative",
  "sub_1",
  "status",
  "connection",
  "hour_of_day",
] as const;
type Dimension = (typeof dimensions)[number];
const fewRows = 20;
const manyRows = 500;
const isDimension = (text: string | undefined): text is Dimension =>
  (dimensions as readonly (string | undefined)[]).includes(text);

interface BreakdownProps {
  query: Pick<StatisticsQuery, "from" | "to" | "connectionId">;
  by: string | undefined;
  onBy(by: string): void;
  /** Conversions of the whole period. */
  total: number;
}

/** What the period was made of: by campaign, country, hour … the most frequent first. */
export function Breakdown({ query, by: asked, onBy, total }: BreakdownProps): JSX.Element {
  const t = useT();
  const by = isDimension(asked) ? asked : "campaign";
  return (
    <>
      <Chips<Dimension>
        label={t("app.statistics.by")}
        choices={dimensions.map((value) => ({ value, label: t(`app.statistics.by.${value}`) }))}
        value={by}
        onChange={(next) => onBy(next ?? by)}
      />
      <Rows key={by} query={query} by={by} total={total} />
    </>
  );
}

function Rows({ query, by, total }: Omit<BreakdownProps, "by" | "onBy"> & { by: Dimension }): JSX.Element {
  const t = useT();
  const [limit, setLimit] = useState(fewRows);
  const [search, setSearch] = useState("");
  const settle = useCallback((next: string) => setSearch(next), []);
  const [text, setText] = useSearchText(search, settle);
  const isList = by !== "hour_of_day";
  const found = useQuery(
    statisticsQuery({ ...query, by, ...(isList ? { limit } : {}), ...(search === "" ? {} : { search }) }),
  );
  const header = t(`app.statistics.by.${by}`);
  // An answer for another dimension is no placeholder for this one.
  const data = found.data?.by === by ? found.data : undefined;
  if (!data && found.isError) return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  if (!data) return <Skeleton rows={6} height={72} />;
  if (!isList) return <Hours statistics={data} />;
  const isSearchable = by !== "status" && by !== "connection" && (data.moreRows > 0 || data.rows.length > 10);
  return (
    <>
      {(isSearchable || text !== "") && (
        <Search value={text} onChange={setText} label={t("app.statistics.search", { what: header })} />
      )}
      {data.rows.length === 0 ? (
        <Empty
          title={t("app.statistics.none_found")}
          action={{ text: t("app.action.reset"), onClick: () => setText("") }}
        />
      ) : (
        <Section header={header} footer={t("app.statistics.shares")}>
          {data.rows.map((row) => (
            <Line key={row.key} by={by} row={row} total={total} />
          ))}
          {data.moreRows > 0 &&
            (limit < manyRows ? (
              <Row
                title={t("app.statistics.more", { count: data.moreRows })}
                tone="accent"
                onClick={() => setLimit(manyRows)}
              />
            ) : (
              <Row title={t("app.statistics.beyond", { count: data.moreRows })} />
            ))}
        </Section>
      )}
    </>
  );
}

/** Where a row leads: to its conversions, as far as their list knows such a filter. */
function placeOf(by: Dimension, key: string): string | undefined {
  const filters: Partial<Record<Dimension, string>> = {
    campaign: "search",
    status: "status",
    connection: "connectionId",
  };
  const filter = filters[by];
  return filter && key !== "" && key !== "…"
    ? `${href("conversions")}?${new URLSearchParams({ [filter]: key })}`
    : undefined;
}

function Line({ by, row, total }: { by: Dimension; row: Statistics["rows"][number]; total: number }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const can = useCan();
  const { key, label, figures } = row;
  const name =
    by === "status"
      ? t(statusKey(key))
      : key === ""
        ? t("app.statistics.unnamed")
        : key === "…"
          ? t("app.statistics.rest")
          : (label ?? key);
  const share = total === 0 ? 0 : figures.conversions / total;
  const details = [
    ...figures.money.slice(0, 2).map((line) => format.money(line.revenue, line.currency)),
    figures.approvalRate === null || by === "status"
      ? null
      : t("app.statistics.approval_short", { rate: format.percent(figures.approvalRate) }),
  ].filter((text) => text !== null);
  const to = can("conversions.read") ? placeOf(by, key) : undefined;
  return (
    <BarRow
      {...(to ? { to } : {})}
      title={name}
      value={format.number(figures.conversions)}
      more={format.percent(share)}
      subtitle={details.join(" · ")}
      share={share}
    />
  );
}

function Hours({ statistics }: { statistics: Statistics }): JSX.Element {
  const t = useT();
  const format = useFormat();
  return (
    <Section header={t("app.statistics.by.hour_of_day")} footer={t("app.statistics.hours_text")}>
      <Chart
        label={t("app.statistics.conversions")}
        series={[
          { name: t("app.statistics.approved"), tone: "good", total: format.number(statistics.totals.approved) },
          { name: t("app.statistics.rejected"), tone: "bad", total: format.number(statistics.totals.rejected) },
          {
            name: t("app.statistics.others"),
            tone: "accent",
            total: format.number(
              statistics.totals.conversions - statistics.totals.approved - statistics.totals.rejected,
            ),
          },
        ]}
        points={statistics.rows.map(({ key, figures }) => ({
          label: `${key}:00`,
          values: [figures.approved, figures.rejected, figures.conversions - figures.approved - figures.rejected],
        }))}
        format={format.number}
        formatShort={format.short}
        summary={format.number(statistics.totals.conversions)}
      />
    </Section>
  );
}
