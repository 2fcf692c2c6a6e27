/**
 * The order of starting: launch data first (it stands in the address, which the router will change), then who is calling, then
 * where to, then words. Telegram's client is connected beside that; no screen waits for it.
 */
import { localeOf } from "@backend/i18n/translator.ts";
import { identifyAs } from "@miniapp/shared/api-client.ts";
import { type AppTranslator, isLocale, loadTranslator } from "@miniapp/shared/i18n.ts";
import { watchScroll } from "@miniapp/shared/navigation.tsx";
import { connectTelegram, readLaunch, setOutsideTelegram } from "@miniapp/shared/telegram/index.ts";
import { baseOf, botIdOf, pathOfStartParam } from "./paths.ts";

export interface Booted {
  /** False outside Telegram, and where Telegram gave no signed launch data (buttons of the reply keyboard). */
  isInTelegram: boolean;
  words: AppTranslator;
}

export async function boot(): Promise<Booted> {
  const { initData, startParam, languageCode } = readLaunch();
  const { pathname } = window.location;
  const base = baseOf(pathname);
  identifyAs({ initData, botId: botIdOf(pathname) });
  connectTelegram().then(
    (isConnected) => {
      if (!isConnected) setOutsideTelegram();
    },
    // The chunk did not come, or the client is stranger than the SDK thinks: the app works with buttons of its own.
    setOutsideTelegram,
  );
  watchScroll();

  const isAtRoot = pathname.replace(/\/+$/, "") === base;
  const target = isAtRoot ? pathOfStartParam(startParam) : undefined;
  // The start parameter is for this launch only: a reload stays where the person is.
  const isFresh = (window.history.state as { depth?: number } | null)?.depth === undefined;
  if (target && isFresh) window.history.replaceState({ depth: 0 }, "", base + target);
  else if (isAtRoot && base !== "" && isFresh) window.history.replaceState({ depth: 0 }, "", `${base}/`);

  const early = window.__early?.language;
  const locale = isLocale(early) ? early : localeOf(languageCode ?? navigator.language);
  document.documentElement.lang = locale;
  const words = await loadTranslator(locale);
  return { isInTelegram: initData !== "", words };
}
