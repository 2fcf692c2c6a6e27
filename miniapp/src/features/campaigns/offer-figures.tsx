/** What each offer of a flow came to in the last days, for the rows of the editor. Its screen has the words of "figures". */
import { useFormat } from "@miniapp/shared/format.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { useQuery } from "@tanstack/react-query";
import { type JSX, memo, useCallback, useMemo } from "react";
import { type FigureRow, figuresQuery } from "./figures-api.ts";
import styles from "./shares.module.css";

type OfferFacts = Pick<FigureRow["figures"], "clicks" | "conversions" | "revenue" | "roi">;
/** Written out: reckoning it would bring exact decimals into the editor's code. */
const nothing: OfferFacts = { clicks: 0, conversions: 0, revenue: "0", roi: null };

export interface OfferFiguresOfFlow {
  /** By the tracker's id; an offer that saw nothing has figures of nothing. Undefined while they are not known. */
  of(offerId: string): OfferFacts | undefined;
  /** Whether there were clicks at all: without them there is nothing to advise by. */
  hasSome: boolean;
  currency: string | null;
  /** When the tracker said so, and why it could not be asked now; null while nothing is known. */
  readAt: string | null;
  problem: string | null;
  isPending: boolean;
  /** Why nothing is known. */
  error: Error | null;
}

/** More offers than any flow has. */
const everyOffer = 1_000;

/** The same object for as long as the answer is the same. A tracker is not asked about a flow without offers. */
export function useOfferFigures(flowId: string, isAsked = true): OfferFiguresOfFlow {
  const question = figuresQuery({ flowId, by: "offer", period: "7", limit: everyOffer });
  const { data: table, isPending, error } = useQuery({ ...question, enabled: isAsked });
  return useMemo(() => {
    const rows = new Map(table?.rows.map(({ key, figures }) => [key, figures]));
    return {
      of: (offerId) => table && (rows.get(offerId) ?? nothing),
      hasSome: table !== undefined && table.totals.clicks > 0,
      currency: table?.currency ?? null,
      readAt: table?.readAt ?? null,
      problem: table?.problem ?? null,
      isPending: isPending && isAsked,
      error: table ? null : error,
    };
  }, [table, isPending, isAsked, error]);
}

/** "120 clicks · 6 conv. · $60.30 · ROI 150 %"; nothing while it is not known. */
const OfferFigures = memo(function OfferFigures({
  known,
  currency,
}: {
  known: OfferFacts | undefined;
  currency: string | null;
}): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  if (!known) return null;
  const { clicks, conversions, revenue, roi } = known;
  return (
    <div className={styles.note}>
      {t("app.campaign_reports.offer_line", {
        clicks: format.number(clicks),
        conversions: format.number(conversions),
        revenue: format.money(revenue, currency),
        roi: roi === null ? "–" : format.percent(roi),
      })}
    </div>
  );
});

/** Of which days, how old and in which money the lines are, or why there are none. */
export const OfferFiguresNote = memo(function OfferFiguresNote({
  figures,
}: {
  figures: OfferFiguresOfFlow;
}): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  const { readAt, problem, currency, error } = figures;
  if (error) return <>{t("app.campaign_reports.offers_unknown", { reason: sentenceOf(t, error) })}</>;
  if (readAt === null) return null;
  const moment = format.moment(readAt);
  return (
    <>
      {t("app.campaign_reports.offers_of", { time: moment })}{" "}
      {problem !== null && (
        <>
          {t("app.campaign_reports.last_known", { moment })}. {problem}{" "}
        </>
      )}
      {currency === null && t("app.campaign_reports.currency_unknown")}
    </>
  );
});

/** The line of each offer, drawn by a function that stays the same for as long as the figures do. */
export function useOfferLines(figures: OfferFiguresOfFlow | null): ((offerId: string) => JSX.Element) | undefined {
  const lineOf = useCallback(
    (offerId: string) => <>{figures && <OfferFigures known={figures.of(offerId)} currency={figures.currency} />}</>,
    [figures],
  );
  return figures ? lineOf : undefined;
}
