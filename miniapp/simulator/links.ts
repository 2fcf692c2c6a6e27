/** What a t.me link asks for. */
export type TelegramLink =
  | { kind: "app"; username: string; payload: string }
  | { kind: "start"; username: string; payload: string }
  | { kind: "chat"; username: string };

/** Reads `https://t.me/<bot>[/<app>]?start=…|startapp=…`; undefined for every other address. */
export function parseTelegramLink(address: string): TelegramLink | undefined {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return undefined;
  }
  if (!["t.me", "telegram.me"].includes(url.hostname)) return undefined;
  const [username, appName] = url.pathname.split("/").filter(Boolean);
  if (!username || username.startsWith("+") || username.startsWith("$")) return undefined;
  const name = username.toLowerCase();
  const startApp = url.searchParams.get("startapp");
  if (startApp !== null || appName) return { kind: "app", username: name, payload: startApp ?? "" };
  const start = url.searchParams.get("start");
  return start === null ? { kind: "chat", username: name } : { kind: "start", username: name, payload: start };
}

/** A link by which one joins a chat, or asks to. */
export const isInviteLink = (address: string): boolean => /^https:\/\/t\.me\/\+\w/.test(address);

/** The page on which an invoice of the wallet's bot is paid; undefined for every other link. */
export function walletPageOf(
  link: TelegramLink,
  wallet: { username: string; pages: string } | null,
): string | undefined {
  if (!wallet || link.username !== wallet.username.toLowerCase() || link.kind === "chat") return undefined;
  const code = /^(?:invoice-)?(\w+)$/.exec(link.payload)?.[1];
  return code && `${wallet.pages}${code}`;
}
