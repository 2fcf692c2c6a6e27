/**
 * What screens of figures ask the server. The tracker is asked at most every minute and a half whoever looks, so that nothing is
 * asked anew by itself: the keys begin with no live topic.
 */
import type { ShareRow } from "@backend/modules/campaigns/domain/shares.ts";
import type {
  Advice,
  AdviceQuery,
  FigurePeriod,
  FigureRow,
  FiguresQuery,
  FigureTable,
  SentDay,
} from "@backend/modules/campaigns/report-contracts.ts";
import { href } from "@miniapp/app/paths.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { queryOptions } from "@tanstack/react-query";

export type { Advice, AdviceQuery, FigurePeriod, FigureRow, FiguresQuery, FigureTable, SentDay };

const freshMs = 90_000;

export const figuresQuery = (query: FiguresQuery) =>
  queryOptions({
    queryKey: ["campaign-figures", query],
    queryFn: (): Promise<FigureTable> => unwrap(api.campaigns.figures.get({ query })),
    staleTime: freshMs,
    // While other days, rows or an order are asked for, the last answer stays; that of another place never does.
    placeholderData: (last: FigureTable | undefined) => (last && isOf(last, query) ? last : undefined),
  });

const isOf = ({ connection, campaign, flow }: FigureTable, query: FiguresQuery): boolean =>
  (query.connectionId === undefined || connection.id === query.connectionId) &&
  flow?.id === query.flowId &&
  (query.flowId !== undefined || campaign?.id === query.campaignId);

/** `rows` are the flow's as they stand: advice about other ones is another question. */
export const adviceQuery = (flowId: string, query: AdviceQuery, rows: readonly ShareRow[]) =>
  queryOptions({
    queryKey: ["campaign-figures", "advice", flowId, query, rows],
    queryFn: (): Promise<Advice> => unwrap(api.campaigns.flows({ flowId }).advice.get({ query })),
    staleTime: freshMs,
  });

/** Reads a long log on the tracker's server: asked when somebody wants it, and not again by itself. */
export const sentQuery = (connectionId: string, day: string) =>
  queryOptions({
    queryKey: ["campaign-figures", "sent", connectionId, day],
    queryFn: (): Promise<SentDay> => unwrap(api.campaigns.trackers({ connectionId }).sent.get({ query: { day } })),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });

const asText = (query: object): string =>
  String(new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value ? [[name, String(value)]] : []))));

/** The figures of a campaign, or of one of its flows; `by`: what their rows are at first. */
export const figuresPath = ({
  campaignId,
  ...chosen
}: {
  campaignId: string;
  flowId?: string;
  by?: FiguresQuery["by"];
}): string => {
  const search = asText(chosen);
  return `${href("campaignFigures", { campaignId })}${search ? `?${search}` : ""}`;
};

/** Below /api/v1. */
export const figuresFile = (query: FiguresQuery, choice: { format: string; separator?: string }): string => {
  const { limit: _, ...asked } = query;
  return `/campaigns/figures/export?${asText({ ...asked, ...choice })}`;
};
