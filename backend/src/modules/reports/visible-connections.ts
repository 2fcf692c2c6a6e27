import type { ActionContext } from "@backend/kit/context.ts";

/**
 * Connections whose conversions the caller may see counted; null: all of the workspace. Every statistic asks here and nowhere
 * else, so that who sees which connection is decided in one place.
 */
export const visibleConnections = (_: ActionContext): Promise<readonly string[] | null> => Promise.resolve(null);
