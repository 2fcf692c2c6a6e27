/** What each offer of a flow came to in the last days, for the rows of the editor. Its screen has the words of "figures". */
import { figuresOf as figuresOfRow } from "@backend/modules/campaigns/domain/figures.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useCallback, useMemo } from "react";
import { useFigureText } from "./figure-words.ts";
import { type FigurePeriod, type FigureRow, figuresQuery } from "./figures-api.ts";

export interface OfferFiguresOfFlow {
  /** By the tracker's id; an offer that saw nothing has figures of nothing. Undefined while they are not known. */
  of(offerId: string): FigureRow["figures"] | undefined;
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

/** The same object for as long as the answer is the same. */
export function useOfferFigures(flowId: string, period: FigurePeriod = "7"): OfferFiguresOfFlow {
  const question = figuresQuery({ flowId, by: "offer", period, limit: everyOffer });
  const { data: table, isPending, error } = useQuery(question);
  return useMemo(() => {
    const rows = new Map(table?.rows.map(({ key, figures }) => [key, figures]));
    return {
      of: (offerId) => table && (rows.get(offerId) ?? figuresOfRow()),
      currency: table?.currency ?? null,
      readAt: table?.readAt ?? null,
      problem: table?.problem ?? null,
      isPending,
      error: table ? null : error,
    };
  }, [table, isPending, error]);
}

/** "120 clicks · 6 conv. · $60.30 · ROI 150 %"; nothing while it is not known. */
export function OfferFigures({
  figures,
  offerId,
}: {
  figures: OfferFiguresOfFlow;
  offerId: string;
}): JSX.Element | null {
  const t = useT();
  const textOf = useFigureText(figures.currency);
  const known = figures.of(offerId);
  if (!known) return null;
  return (
    <span>
      {t("app.campaign_reports.offer_line", {
        clicks: textOf("clicks", known),
        conversions: textOf("conversions", known),
        revenue: textOf("revenue", known),
        roi: textOf("roi", known),
      })}
    </span>
  );
}

/** The line of each offer, drawn by a function that stays the same for as long as the figures do. */
export function useOfferLines(flowId: string, period?: FigurePeriod): (offerId: string) => JSX.Element {
  const figures = useOfferFigures(flowId, period);
  return useCallback((offerId) => <OfferFigures figures={figures} offerId={offerId} />, [figures]);
}
