/** What one broadcast brought: figures, clicks over time, links, who did it better, and what did not arrive. */
import { languageTitle } from "@backend/i18n/format.ts";
import { wallAt } from "@backend/modules/broadcasts/domain/local-time.ts";
import { href } from "@miniapp/app/paths.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { ExportSheet } from "@miniapp/features/reports/export-sheet.tsx";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { BarRow } from "@miniapp/shared/ui/bar-row.tsx";
import { Chart } from "@miniapp/shared/ui/chart.tsx";
import {
  DownloadIcon,
  Empty,
  PeopleIcon,
  PulseIcon,
  Row,
  Section,
  SendIcon,
  WarningIcon,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useMoments } from "../statistics/use-moments.ts";
import { type BroadcastResults, resultsQuery } from "./results-api.ts";
import { currenciesShown, ResultTiles } from "./results-tiles.tsx";

export default function ResultsPart({ broadcastId }: { broadcastId: string }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const query = useSuspenseQuery(resultsQuery(broadcastId));
  const results = query.data;
  const { counts } = results;
  const isNothing = counts.sent + counts.failed + counts.skipped + counts.unknown === 0;
  if (isNothing)
    return <Empty icon={<SendIcon size={30} />} title={t("app.results.empty")} text={t("app.results.empty_text")} />;
  return (
    <>
      <Freshness of={query} />
      <ResultTiles of={results} sentNote={t("app.results.of_total", { total: format.number(counts.total) })} />
      <Doors results={results} />
      <OverTime results={results} />
      <Links results={results} />
      <Compared results={results} />
      <NotArrived results={results} />
    </>
  );
}

/** Where one goes from here: the people, a file, other broadcasts. */
function Doors({ results }: { results: BroadcastResults }): JSX.Element {
  const t = useT();
  const [isExporting, setExporting] = useState(false);
  return (
    <Section>
      <Row
        before={<PeopleIcon />}
        title={t("app.results.recipients")}
        subtitle={t("app.results.recipients_text")}
        to={href("broadcastRecipients", { broadcastId: results.id })}
      />
      <Row
        before={<DownloadIcon />}
        title={t("app.results.export")}
        subtitle={t("app.results.export_text")}
        onClick={() => setExporting(true)}
      />
      <Row
        before={<PulseIcon />}
        title={t("app.results.compare_others")}
        to={`${href("broadcastsOverview")}?ids=${results.id}`}
      />
      {isExporting && (
        <ExportSheet
          name={`broadcast-${new Date().toISOString().slice(0, 10)}`}
          hasReport
          pathOf={(choice) => `/broadcasts/${results.id}/export?${new URLSearchParams({ ...choice })}`}
          onClose={() => setExporting(false)}
        />
      )}
    </Section>
  );
}

function OverTime({ results }: { results: BroadcastResults }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  const { clicks, counts, timeZone } = results;
  const { labelOf, titleOf } = useMoments({ by: clicks.step, timeZone });
  const points = clicks.items.map(({ at, people }) => {
    const moment = clicks.step === "hour" ? at : wallAt(new Date(at), timeZone).day;
    return { label: labelOf(moment), title: titleOf(moment), values: [people] };
  });
  if (points.length === 0) return null;
  return (
    <Section header={t("app.results.over_time")} footer={t("app.results.over_time_text")}>
      <Chart
        label={t("app.results.people_clicked")}
        series={[{ name: t("app.results.people_clicked"), tone: "accent" }]}
        points={points}
        format={format.number}
        formatShort={format.short}
        summary={format.number(counts.clicked)}
      />
    </Section>
  );
}

function Links({ results }: { results: BroadcastResults }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { links, countsClicks } = results;
  if (links.length === 0)
    return (
      <Section header={t("app.results.links")}>
        <Row title={t(countsClicks ? "app.results.no_links" : "app.results.not_counted")} />
      </Section>
    );
  const most = Math.max(1, ...links.map(({ people }) => people));
  return (
    <Section header={t("app.results.links")} footer={t("app.results.links_text")}>
      {links.map(({ number, url, people, clicks }) => (
        <BarRow
          key={number}
          title={url.replace(/^https?:\/\//, "")}
          value={format.number(people)}
          subtitle={t("app.results.clicks", { count: clicks })}
          share={people / most}
        />
      ))}
    </Section>
  );
}

/** Variants, bots and languages side by side, where there are several; and where purchases came from. */
function Compared({ results }: { results: BroadcastResults }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const moneyLine = (money: readonly { amount: string; currency: string | null }[]) =>
    money.slice(0, currenciesShown).map(({ amount, currency }) => format.money(amount, currency));
  const line = (
    key: string,
    title: string,
    of: Pick<BroadcastResults["counts"], "sent" | "clicked" | "blocked" | "converted">,
    money: BroadcastResults["money"] = [],
  ) => (
    <BarRow
      key={key}
      title={title}
      value={of.sent === 0 ? "–" : format.percent(of.clicked / of.sent)}
      subtitle={[
        t("app.results.answers", {
          sent: format.number(of.sent),
          clicked: format.number(of.clicked),
          blocked: format.number(of.blocked),
          converted: format.number(of.converted),
        }),
        ...moneyLine(money),
      ].join(" · ")}
      share={of.sent === 0 ? 0 : of.clicked / of.sent}
    />
  );
  const { variants, bots, languages, countries } = results;
  const mostBought = Math.max(1, ...countries.map(({ conversions }) => conversions));
  return (
    <>
      {variants.length > 1 && (
        <Section header={t("app.results.variants")}>
          {variants.map((one) => line(one.key, t("app.results.variant", { key: one.key }), one))}
        </Section>
      )}
      {bots.length > 1 && (
        <Section header={t("app.results.bots")}>
          {bots.map((one) => line(one.botId, `@${one.name}`, one, one.money))}
        </Section>
      )}
      {languages.some(({ language }) => language !== null) && (
        <Section header={t("app.results.languages")} footer={t("app.results.languages_text")}>
          <FirstOf
            items={languages}
            render={(one) =>
              line(
                one.language ?? "",
                one.language === null ? t("app.results.not_known") : languageTitle(t.locale, one.language),
                one,
                one.money,
              )
            }
          />
        </Section>
      )}
      {countries.some(({ country }) => country !== null) && (
        <Section header={t("app.results.countries")} footer={t("app.results.countries_text")}>
          <FirstOf
            items={countries}
            render={({ country, conversions, money }) => (
              <BarRow
                key={country ?? ""}
                title={country ?? t("app.results.not_known")}
                value={moneyLine(money).join(" · ")}
                subtitle={t("app.results.purchases", { count: conversions })}
                share={conversions / mostBought}
              />
            )}
          />
        </Section>
      )}
    </>
  );
}

const firstShown = 8;

/** The first of many, and the others when they are asked for. */
function FirstOf<Item>({ items, render }: { items: readonly Item[]; render(item: Item): JSX.Element }): JSX.Element {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {(isOpen ? items : items.slice(0, firstShown)).map(render)}
      {!isOpen && items.length > firstShown && (
        <Row tone="accent" title={t("app.results.show_all", { count: items.length })} onClick={() => setOpen(true)} />
      )}
    </>
  );
}

function NotArrived({ results }: { results: BroadcastResults }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  const reasons = [
    ...results.failures.map((one) => ({ ...one, state: "failed" })),
    ...results.skips.map((one) => ({ ...one, state: "skipped" })),
  ];
  const { unknown, cancelled } = results.counts;
  if (reasons.length === 0 && unknown + cancelled === 0) return null;
  const to = (filter: Record<string, string>) =>
    `${href("broadcastRecipients", { broadcastId: results.id })}?${new URLSearchParams(filter)}`;
  return (
    <Section header={t("app.results.reasons")}>
      {reasons.map(({ state, reason, message, count }) => (
        <Row
          key={`${state}:${reason}`}
          title={message}
          end={format.number(count)}
          to={to({ state, ...(reason ? { reason } : {}) })}
        />
      ))}
      {unknown > 0 && (
        <Row
          before={<WarningIcon />}
          title={t("app.results.unknown")}
          end={format.number(unknown)}
          to={to({ state: "unknown" })}
        />
      )}
      {cancelled > 0 && (
        <Row title={t("app.results.cancelled")} end={format.number(cancelled)} to={to({ state: "cancelled" })} />
      )}
    </Section>
  );
}
