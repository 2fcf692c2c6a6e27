import { botsQuery, isTroubled } from "@miniapp/features/bots/api.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { chatsQuery, lanesQuery } from "@miniapp/features/messaging/api.ts";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { healthQuery } from "./api.ts";

/** How many things of each kind somebody should look at. Nothing for what could not be asked: a badge is a hint, not a screen. */
export function useAttention(): Readonly<Record<"chats" | "deliveries" | "bots" | "health", number>> {
  const can = useCan();
  const chats = useInfiniteQuery({ ...chatsQuery({ kind: "team", search: undefined }), enabled: can("chats.read") });
  const lanes = useQuery({ ...lanesQuery, enabled: can("deliveries.read") });
  const bots = useQuery({ ...botsQuery, enabled: can("bots.read") });
  const health = useQuery({ ...healthQuery, enabled: can("operations.read") });
  const teamChats = chats.data?.pages.flatMap((page) => page.items) ?? [];
  return {
    chats: teamChats.filter((chat) => chat.problem !== null && chat.state !== "removed").length,
    deliveries: lanes.data?.items.reduce((sum, lane) => sum + lane.unknown, 0) ?? 0,
    bots: bots.data?.items.filter(isTroubled).length ?? 0,
    health: health.data?.checks.filter((check) => check.state !== "ok").length ?? 0,
  };
}
