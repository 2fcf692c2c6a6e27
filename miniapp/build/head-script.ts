/**
 * What the page does before its bundle has arrived. These functions are printed into the HTML (see `inline-page.ts`), so they
 * use nothing from outside themselves, and nothing that the oldest supported web view lacks.
 */

/** What the build knows and the script needs. */
export interface HeadFacts {
  /** Chunk address of each language's catalog. */
  languages: Record<string, string>;
  /** Chunks of the section that a path opens, by the path's first part; "" is the first screen. */
  sections: Record<string, string[]>;
  /** Chunk of the section's words in each language, by the path's first part. */
  words: Record<string, Record<string, string>>;
  /** API paths that the first screen asks for, by the path's first part; those under "*" are always asked. */
  calls: Record<string, string[]>;
}

/** Left for the bundle: the language in use and the answers that are already on their way. */
export interface EarlyBoot {
  language: string;
  calls: Record<string, Promise<Response | undefined>>;
}

declare global {
  interface Window {
    __early?: EarlyBoot;
  }
}

/**
 * Sets theme, platform and language from Telegram's launch parameters, begins to load that language and the section that was
 * opened, and starts the first API calls. Without it the page would wait for the bundle before asking for data.
 */
export function headScript(facts: HeadFacts): void {
  const root = document.documentElement;
  const read = (key: string) => {
    try {
      return sessionStorage.getItem(key);
    } catch {
      return null;
    }
  };
  // The hash is gone after the first navigation or a reload; the SDK keeps the launch parameters here, as JSON of the query.
  let raw = location.hash.slice(1);
  if (!/tgWebApp/.test(raw)) {
    try {
      raw = JSON.parse(read("tapps/launchParams") ?? '""');
    } catch {
      raw = "";
    }
  }
  const launch = new URLSearchParams(raw);
  const platform = launch.get("tgWebAppPlatform") ?? "";
  root.dataset.platform = platform === "ios" || platform === "macos" ? "ios" : "android";

  try {
    const theme: Record<string, string> = JSON.parse(launch.get("tgWebAppThemeParams") ?? "{}");
    for (const name of Object.keys(theme))
      root.style.setProperty(`--tg-theme-${name.replace(/_/g, "-")}`, theme[name] ?? "");
    const page = /^#(..)(..)(..)$/.exec(theme.bg_color ?? "");
    if (page) {
      const [red = 0, green = 0, blue = 0] = page.slice(1).map((part) => Number.parseInt(part, 16));
      root.style.colorScheme = red * 299 + green * 587 + blue * 114 < 128_000 ? "dark" : "light";
    }
  } catch {
    // A theme that cannot be read leaves the fallbacks of tokens.css.
  }

  const initData = launch.get("tgWebAppData") ?? "";
  let language = "en";
  try {
    const user = JSON.parse(new URLSearchParams(initData).get("user") ?? "{}");
    const chosen =
      localStorage.getItem(`language:${user.id}`) ?? String(user.language_code ?? navigator.language).slice(0, 2);
    if (Object.hasOwn(facts.languages, chosen)) language = chosen;
  } catch {
    // No storage or no user: English until the server says otherwise.
  }
  root.lang = language;

  const [, bot, rest = ""] = /^\/app\/([^/]+)\/?(.*)$/.exec(location.pathname) ?? [];
  const startParam = new URLSearchParams(initData).get("start_param") ?? "";
  const section = (rest === "" ? startParam.replace(/_/g, "/") : rest).split("/")[0] ?? "";
  const preload = (href: string | undefined) => {
    if (!href) return;
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = href;
    document.head.append(link);
  };
  preload(facts.languages[language]);
  preload(facts.words[section]?.[language]);
  for (const href of facts.sections[section] ?? []) preload(href);

  const calls: EarlyBoot["calls"] = {};
  if (initData && bot)
    for (const path of [...(facts.calls["*"] ?? []), ...(facts.calls[section] ?? [])])
      calls[path] = fetch(path, {
        headers: { authorization: `tma ${initData}`, "x-bot": bot, "accept-language": language },
      }).catch(() => undefined);
  window.__early = { language, calls };
}

/** Puts the first screen's heading in the reader's language, so that the first paint already says where one is. */
export function titleScript(titles: Record<string, string>): void {
  const title = document.getElementById("boot-title");
  const isRoot = /^\/app\/[^/]+\/?$/.test(location.pathname) && !/start_param%3D|start_param=/.test(location.hash);
  if (title) title.textContent = isRoot ? (titles[document.documentElement.lang] ?? "") : "\u00a0";
}
