import type { HealthReport, Settings } from "@backend/modules/operations/contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { queryOptions } from "@tanstack/react-query";

export type { HealthReport, Settings };
export type AlertRule = Settings["alerts"]["off"][number];

export const healthQuery = queryOptions({
  queryKey: ["operations", "health"],
  queryFn: () => unwrap(api.operations.health.get()),
  refetchInterval: 15_000,
});

export const settingsQuery = queryOptions({
  queryKey: ["settings"],
  queryFn: () => unwrap(api.settings.get()),
});

export const changeAlerts = (alerts: Partial<Settings["alerts"]>): Promise<Settings> =>
  unwrap(api.settings.patch({ alerts }));
