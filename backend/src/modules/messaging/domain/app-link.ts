/**
 * A screen of the Mini App as a start parameter. Links in groups can carry only letters, digits, "_" and "-", at most 64 of
 * them (Bot API, deep links); paths of the app have no "__" in them, so that stands for the slash.
 */
export const startParamOf = (path: string): string => path.replaceAll("/", "__").slice(0, 64);

/** The path of a start parameter made by `startParamOf`; null when it cannot be one. */
export function pathOfStartParam(param: string): string | null {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(param)) return null;
  const path = param.replaceAll("__", "/");
  return /^[A-Za-z0-9-]+(?:\/[A-Za-z0-9-]+)*$/.test(path) ? path : null;
}

/** A link that opens a screen of the Mini App from anywhere in Telegram. */
export function appLink(botUsername: string, path: string): string {
  const param = startParamOf(path);
  return `https://t.me/${botUsername}?startapp${param === "" ? "" : `=${param}`}`;
}
