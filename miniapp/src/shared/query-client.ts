import { focusManager, QueryClient } from "@tanstack/react-query";
import { ApiError } from "./api-client.ts";
import { isActive, onActiveChange } from "./telegram/index.ts";

/** Reads are tried again when the network or the server was away; a refusal is a refusal. Writes never by themselves. */
const isWorthAnotherTry = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 0 || error.status === 503);

export function createQueryClient(): QueryClient {
  focusManager.setEventListener((onFocus) => onActiveChange(() => onFocus(isActive())));
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The live stream says what is stale; this is for what changes without telling.
        staleTime: 30_000,
        gcTime: 10 * 60_000,
        retry: (count, error) => count < 2 && isWorthAnotherTry(error),
        retryDelay: (count) => 700 * 2 ** count,
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}
