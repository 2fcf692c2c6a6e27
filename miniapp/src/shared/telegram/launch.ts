/** What Telegram gave at launch, read without the SDK. It stands in the address, which the router changes soon after. */

/** Where the SDK keeps the launch parameters of this session, as JSON of their query. */
const storageKey = "tapps/launchParams";

function readRaw(): string {
  const hash = window.location.hash.slice(1);
  try {
    if (/tgWebApp/.test(hash)) {
      sessionStorage.setItem(storageKey, JSON.stringify(hash));
      return hash;
    }
    return JSON.parse(sessionStorage.getItem(storageKey) ?? '""') as string;
  } catch {
    return hash;
  }
}

export interface Launch {
  /** initData as Telegram signed it, never parsed and put together again: that would break the signature. */
  initData: string;
  startParam: string;
  userId: number | undefined;
  /** Telegram's word for the person's language; may be missing. */
  languageCode: string | undefined;
}

/** Launch data of this page; `initData` is empty outside Telegram and behind buttons of the reply keyboard. */
export function readLaunch(): Launch {
  const initData = new URLSearchParams(readRaw()).get("tgWebAppData") ?? "";
  const fields = new URLSearchParams(initData);
  return { initData, startParam: fields.get("start_param") ?? "", ...userOf(fields.get("user")) };
}

function userOf(user: string | null): Pick<Launch, "userId" | "languageCode"> {
  try {
    const { id, language_code } = JSON.parse(user ?? "{}") as { id?: unknown; language_code?: unknown };
    return {
      userId: typeof id === "number" ? id : undefined,
      languageCode: typeof language_code === "string" ? language_code : undefined,
    };
  } catch {
    return { userId: undefined, languageCode: undefined };
  }
}
