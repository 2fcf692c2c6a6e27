/** The app around its screens: words, formats, queries, the live stream, and what lies above every screen. */
import { meQuery, useMe } from "@miniapp/features/identity/me.ts";
import { FormatContext, useCreatedFormat } from "@miniapp/shared/format.ts";
import { type AppTranslator, loadTranslator, rememberLocale, useT, WordsContext } from "@miniapp/shared/i18n.ts";
import { followLive } from "@miniapp/shared/live.ts";
import { setServerReachable } from "@miniapp/shared/reachability.ts";
import { goBackNow, readLaunch } from "@miniapp/shared/telegram/index.ts";
import { Empty, Failure, OfflineBanner, PopupHost, Skeleton, ToastHost } from "@miniapp/shared/ui/index.ts";
import screenStyles from "@miniapp/shared/ui/screen.module.css";
import { type QueryClient, QueryClientProvider, useQuery, useQueryClient } from "@tanstack/react-query";
import { type JSX, useEffect, useEffectEvent, useState } from "react";
import { Router } from "wouter";
import { baseOf } from "./paths.ts";
import { AppRouter, prefetchSections } from "./router.tsx";

/** Without Telegram there is nobody to sign in: says how to get here properly. */
export function OutsideTelegram({ words }: { words: AppTranslator }): JSX.Element {
  return (
    <main className={screenStyles.screen}>
      <h1 className="visually-hidden">Switchboard</h1>
      <Empty title={words("app.outside.title")} text={words("app.outside.text")} />
    </main>
  );
}

export function Root({ words, queries }: { words: AppTranslator; queries: QueryClient }): JSX.Element {
  // A translator is a function itself, so the state is set through one.
  const [spoken, setSpoken] = useState(() => words);
  return (
    <QueryClientProvider client={queries}>
      <WordsContext value={spoken}>
        <OfflineBanner />
        <Entrance onWords={(next) => setSpoken(() => next)} />
        <ToastHost />
        <PopupHost />
      </WordsContext>
    </QueryClientProvider>
  );
}

/** Waits for who is here; a refusal (blocked, expired, wrong bot) is told in their language and ends here. */
function Entrance({ onWords }: { onWords(words: AppTranslator): void }): JSX.Element {
  const me = useQuery(meQuery);
  const locale = me.data?.locale;
  const t = useT();
  const speak = useEffectEvent(onWords);
  useEffect(() => {
    if (!locale) return;
    rememberLocale(readLaunch().userId, locale);
    document.documentElement.lang = locale;
    if (locale !== t.locale) void loadTranslator(locale).then(speak);
  }, [locale, t.locale]);
  useEffect(() => {
    if (me.data || me.error) delete document.documentElement.dataset.booting;
  }, [me.data, me.error]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) goBackNow();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  if (me.data) return <Inside />;
  if (me.error)
    return (
      <main className={screenStyles.screen}>
        <h1 className="visually-hidden">Switchboard</h1>
        <Failure error={me.error} onRetry={() => void me.refetch()} />
      </main>
    );
  return <Opening />;
}

/** The same picture as the page's own, so that nothing moves when React takes over. */
function Opening(): JSX.Element {
  const t = useT();
  return (
    <main className={`${screenStyles.screen} ${screenStyles.withTabs}`}>
      <header className={screenStyles.head}>
        <h1 className={screenStyles.title}>{t("app.tabs.today")}</h1>
      </header>
      <Skeleton rows={3} />
      <Skeleton rows={5} />
    </main>
  );
}

function Inside(): JSX.Element {
  const t = useT();
  const me = useMe();
  const queries = useQueryClient();
  const format = useCreatedFormat(t.locale, me.timeZone);
  const isMember = me.member !== null;
  const hasNews = isMember || me.isShopOpen;
  useEffect(() => (hasNews ? followLive(queries, setServerReachable) : undefined), [queries, hasNews]);
  useEffect(() => {
    document.documentElement.toggleAttribute("data-sandbox", me.sandbox);
  }, [me.sandbox]);
  useEffect(() => (isMember ? prefetchSections(queries) : undefined), [queries, isMember]);
  return (
    <FormatContext value={format}>
      {me.sandbox && (
        <aside className={screenStyles.mark} aria-label={t("app.sandbox")}>
          <span>{t("app.sandbox")}</span>
        </aside>
      )}
      <Router base={baseOf(window.location.pathname)}>
        <AppRouter />
      </Router>
    </FormatContext>
  );
}
