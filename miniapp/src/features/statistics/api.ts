import type { Statistics, StatisticsFigures, StatisticsQuery } from "@backend/modules/reports/statistics-contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

export type { Statistics, StatisticsFigures, StatisticsQuery };

/** Every postback changes these figures: they are asked for each minute and not at each of those. */
const freshMs = 60_000;

export const statisticsQuery = (query: StatisticsQuery) =>
  queryOptions({
    queryKey: ["statistics", query],
    queryFn: (): Promise<Statistics> => unwrap(api.reports.statistics.get({ query })),
    placeholderData: keepPreviousData,
    staleTime: freshMs / 2,
    refetchInterval: freshMs,
  });
