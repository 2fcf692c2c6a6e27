/** Addresses by which Telegram reaches us for one bot. They name the row, never the token. */

export const appAddress = (publicUrl: string, botId: string): string => `${publicUrl}/app/${botId}/`;
export const webhookAddress = (publicUrl: string, botId: string): string => `${publicUrl}/telegram/webhook/${botId}`;

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Whether Telegram takes `publicUrl` in buttons that open the app: https only. The sandbox's stand-in also takes loopback,
 * where nothing but this machine's browser looks.
 */
export function canLaunchApp(publicUrl: string, isSandbox: boolean): boolean {
  if (!URL.canParse(publicUrl)) return false;
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === "https:" || (isSandbox && loopback.has(hostname));
}
