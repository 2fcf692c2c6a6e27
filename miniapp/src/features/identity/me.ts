/** Who has opened the app, and what they may do. Asked for by the page itself before the bundle arrives. */
import type { Me } from "@backend/modules/identity/contracts.ts";
import type { Permission } from "@backend/modules/identity/domain/roles.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";

export type { Me, Permission };

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: (): Promise<Me> => unwrap(api.me.get()),
  staleTime: 5 * 60_000,
});

export const useMe = (): Me => useSuspenseQuery(meQuery).data;

/** Whether the role allows it. Hiding a button is courtesy; the server decides. */
export function useCan(): (permission: Permission) => boolean {
  const { permissions } = useMe();
  return (permission) => permissions.includes(permission);
}
