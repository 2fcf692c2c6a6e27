/** Whether somebody is looking: polling and live streams stop when the app is minimised. */
import { sdk, whenConnected } from "./sdk.ts";

/** True while the app is in front. Clients before 8.0 never say; the page's own visibility then decides. */
export const isActive = (): boolean =>
  !document.hidden && (!sdk()?.miniApp.isMounted() || sdk()?.isMiniAppActive() !== false);

/** Calls `listener` whenever `isActive()` may have changed, until the returned function is called. */
export function onActiveChange(listener: () => void): () => void {
  let off: (() => void) | undefined;
  let isEnded = false;
  whenConnected((connected) => {
    if (!isEnded) off = connected.isMiniAppActive.sub(listener);
  });
  document.addEventListener("visibilitychange", listener);
  return () => {
    isEnded = true;
    off?.();
    document.removeEventListener("visibilitychange", listener);
  };
}
