/** `start` and `startapp` carry at most so many characters, letters, digits, "_" and "-" only (Bot API, deep links). */
const maxLength = 64;

/**
 * A link that opens a screen of the Mini App from anywhere in Telegram. "_" stands for the slash, which no parameter may hold;
 * no path of the app has a "_" in it, and `pathOfStartParam` of the app turns it back.
 */
export function appLink(botUsername: string, path: string): string {
  const parameter = path.replaceAll("/", "_");
  return `https://t.me/${botUsername}?startapp${parameter === "" || parameter.length > maxLength ? "" : `=${parameter}`}`;
}
