/** How the app may be closed. */
import { useEffect } from "react";
import { type Sdk, whenConnected } from "./sdk.ts";

/** Switches something on with its first holder and off with its last. */
function shared(on: (sdk: Sdk) => void, off: (sdk: Sdk) => void): (isNeeded: boolean) => (() => void) | undefined {
  let holders = 0;
  const apply = () => whenConnected((sdk) => (holders > 0 ? on(sdk) : off(sdk)));
  return (isNeeded) => {
    if (!isNeeded) return undefined;
    if (++holders === 1) apply();
    return () => {
      if (--holders === 0) apply();
    };
  };
}

const holdClosing = shared(
  (sdk) => sdk.enableClosingConfirmation.ifAvailable(),
  (sdk) => sdk.disableClosingConfirmation.ifAvailable(),
);
const holdSwipes = shared(
  (sdk) => sdk.disableVerticalSwipes.ifAvailable(),
  (sdk) => sdk.enableVerticalSwipes.ifAvailable(),
);

/** Asks before the app is closed while `isNeeded`: only for input that would be lost. */
export function useClosingConfirmation(isNeeded: boolean): void {
  useEffect(() => holdClosing(isNeeded), [isNeeded]);
}

/** Keeps Telegram's close-by-swipe away from lists that are dragged, charts and sliders. */
export function useOwnVerticalSwipes(isNeeded = true): void {
  useEffect(() => holdSwipes(isNeeded), [isNeeded]);
}
