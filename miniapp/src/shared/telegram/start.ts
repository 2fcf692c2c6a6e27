/**
 * Telegram around the app. This folder is the only one that knows the SDK; everything it offers asks first whether the client
 * can do it, so that an old client loses a comfort and never a screen.
 */
import { type Sdk, setConnected } from "./sdk.ts";

/** True in a frame of our own origin, which is the simulator; a foreign parent throws when looked at. */
function isFramedByOurselves(): boolean {
  if (window.parent === window) return false;
  try {
    return window.parent.location.origin === window.location.origin;
  } catch {
    return false;
  }
}

/** The SDK's names of insets are not Telegram's own; stylesheets say Telegram's. */
export const cssNameOf = (key: string): string =>
  (/afeArea/.test(key) ? "--tg-" : "--tg-viewport-") + key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * Connects to the Telegram client around the page. False when there is none. Nothing here waits for an answer of the client:
 * some never answer, and a screen must not depend on them.
 */
export async function connectTelegram(): Promise<boolean> {
  const sdk: Sdk = await import("@telegram-apps/sdk-react");
  if (!sdk.isTMA()) {
    setConnected(undefined);
    return false;
  }
  // Before init(), or the parent receives nothing: messages are addressed to web.telegram.org otherwise.
  if (isFramedByOurselves()) sdk.targetOrigin.set(window.location.origin);
  sdk.init();
  sdk.restoreInitData();
  sdk.backButton.mount.ifAvailable();
  sdk.mainButton.mount.ifAvailable();
  sdk.closingBehavior.mount.ifAvailable();
  sdk.swipeBehavior.mount.ifAvailable();
  if (sdk.miniApp.mountSync.isAvailable()) {
    sdk.miniApp.mountSync();
    if (sdk.bindThemeParamsCssVars.isAvailable()) sdk.bindThemeParamsCssVars();
  }
  sdk.setMiniAppHeaderColor.ifAvailable("secondary_bg_color");
  sdk.setMiniAppBackgroundColor.ifAvailable("secondary_bg_color");
  sdk.setMiniAppBottomBarColor.ifAvailable("secondary_bg_color");
  followColorScheme(sdk);
  setConnected(sdk);
  // Hides Telegram's placeholder; the first screen has been painted by now.
  sdk.miniAppReady.ifAvailable();
  if (sdk.viewport.mount.isAvailable())
    sdk.viewport.mount().then(
      () => {
        if (sdk.viewport.bindCssVars.isAvailable()) sdk.viewport.bindCssVars(cssNameOf);
        if (sdk.expandViewport.isAvailable()) sdk.expandViewport();
      },
      () => undefined,
    );
  return true;
}

/** Native controls and scroll bars follow the palette, also when it changes at night. */
function followColorScheme(sdk: Sdk): void {
  const follow = () => {
    document.documentElement.style.colorScheme = sdk.miniApp.isDark() ? "dark" : "light";
  };
  sdk.miniApp.isDark.sub(follow);
  if (sdk.miniApp.isMounted()) follow();
}
