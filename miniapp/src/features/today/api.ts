import type { Today } from "@backend/modules/reports/contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { queryOptions } from "@tanstack/react-query";

export type { Today };

/** The day so far. The page asks for it before the bundle has arrived. */
export const todayQuery = queryOptions({
  queryKey: ["today"],
  queryFn: (): Promise<Today> => unwrap(api.reports.today.get()),
});
