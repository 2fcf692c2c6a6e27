/**
 * The SDK arrives after the first screen: it is a sixth of what that screen would weigh, and nothing of it is needed to show
 * rows. Until then wishes are kept (`whenConnected`) and comforts are missing (`sdk()` is undefined).
 */
export type Sdk = typeof import("@telegram-apps/sdk-react");

let connected: Sdk | undefined;
const waiting = new Set<(sdk: Sdk) => void>();

/** The SDK once it is connected to a client. */
export const sdk = (): Sdk | undefined => connected;

/** Runs now, or as soon as the client is connected. */
export function whenConnected(run: (sdk: Sdk) => void): void {
  if (connected) run(connected);
  else waiting.add(run);
}

/** Called when a client has answered, or with nothing when there is none around the page. */
export function setConnected(loaded: Sdk | undefined): void {
  connected = loaded;
  if (!loaded) return;
  for (const run of waiting) run(loaded);
  waiting.clear();
}
