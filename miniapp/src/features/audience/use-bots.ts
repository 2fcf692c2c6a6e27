import { useCan } from "@miniapp/features/identity/me.ts";
import { useQuery } from "@tanstack/react-query";
import { type Bot, botsQuery } from "../bots/api.ts";

/** The workspace's bots, for their names; none for roles that may not see bots. */
export function useBots(): readonly Bot[] {
  const can = useCan();
  return useQuery({ ...botsQuery, enabled: can("bots.read") }).data?.items ?? [];
}
