/** Telegram's back and main buttons: one listener each, whoever is on screen. */
import { useSyncExternalStore } from "react";
import { type Sdk, sdk, whenConnected } from "./sdk.ts";

type Handler = () => void;

/** Screens and open sheets, the topmost last: a sheet closes before its screen is left. */
const backHandlers: Handler[] = [];

function showBackOrHide(sdk: Sdk): void {
  if (backHandlers.length > 0) sdk.showBackButton.ifAvailable();
  else sdk.hideBackButton.ifAvailable();
}

whenConnected((sdk) => {
  sdk.onBackButtonClick.ifAvailable(() => void goBackNow());
  showBackOrHide(sdk);
});

/** Shows the back button and gives it to `handler` until the returned function is called. The newest handler is asked first. */
export function pushBack(handler: Handler): Handler {
  const entry: Handler = () => handler();
  backHandlers.push(entry);
  const connected = sdk();
  if (connected) showBackOrHide(connected);
  return () => {
    const at = backHandlers.indexOf(entry);
    if (at >= 0) backHandlers.splice(at, 1);
    // In the next task: a screen that takes over in the same commit would make the button blink.
    setTimeout(() => {
      const connected = sdk();
      if (connected) showBackOrHide(connected);
    });
  };
}

/** Does what the back button would do now; false when nobody wants it. Escape on a desktop's keyboard does the same. */
export function goBackNow(): boolean {
  const handler = backHandlers.at(-1);
  handler?.();
  return handler !== undefined;
}

export interface MainButtonState {
  text: string;
  onClick: Handler;
  isBusy?: boolean;
  isDisabled?: boolean;
}

let main: MainButtonState | undefined;
let canDraw: boolean | undefined;
const listeners = new Set<Handler>();

function showMainOrHide(sdk: Sdk): void {
  if (main)
    sdk.setMainButtonParams.ifAvailable({
      text: main.text,
      isVisible: true,
      isEnabled: !main.isDisabled && !main.isBusy,
      isLoaderVisible: main.isBusy ?? false,
    });
  else sdk.setMainButtonParams.ifAvailable({ isVisible: false, isLoaderVisible: false });
}

whenConnected((sdk) => {
  canDraw = sdk.setMainButtonParams.isAvailable() && sdk.mainButton.isMounted();
  sdk.onMainButtonClick.ifAvailable(() => main?.onClick());
  if (main) showMainOrHide(sdk);
  for (const listener of listeners) listener();
});

/** Shows the main button; the returned function hides it unless another screen has taken it meanwhile. */
export function showMainButton(state: MainButtonState): Handler {
  main = state;
  const connected = sdk();
  if (connected) showMainOrHide(connected);
  return () => {
    setTimeout(() => {
      if (main !== state) return;
      main = undefined;
      const connected = sdk();
      if (connected) showMainOrHide(connected);
    });
  };
}

/** Says that no client will answer: screens then draw their own main button. */
export function setOutsideTelegram(): void {
  canDraw = false;
  for (const listener of listeners) listener();
}

/** Whether the client draws the main button; undefined until it is known. */
export const useClientDrawsMainButton = (): boolean | undefined =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => canDraw,
  );
