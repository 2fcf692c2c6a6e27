/**
 * Which addresses of a message are counted, and where a counted one leads. Pure.
 *
 * Counted are http and https addresses of links and buttons. Left as they are: an address that stands in the text by itself (what
 * people read must be where they go), tg: and t.me (Telegram opens them without a browser), our own, and one with a variable in
 * it, since it is another address for everybody. `{click}` is no such variable: it is filled in when somebody clicks, and is nothing where clicks are not counted.
 */

/** What of a message may hold addresses; `Content` of the messaging room fits it. */
interface Message {
  html?: string;
  caption?: string;
  items?: readonly { caption?: string }[];
  buttons?: readonly (readonly object[])[];
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

/** Text of an attribute as Telegram reads it. */
const unescaped = (text: string) =>
  text.replace(/&(?:(amp|lt|gt|quot)|#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6}));/g, (whole, name, decimal, hex) => {
    if (name) return entities[name] ?? whole;
    const point = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const linkStart = /(<a\s+href=")([^"]*)(")/gi;

/** The message with other addresses in its links and buttons; the same object when nothing was changed in it. */
export function withAddresses<M extends object>(message: M, addressFor: (address: string) => string): M {
  let isChanged = false;
  const other = (address: string) => {
    const next = addressFor(address);
    if (next !== address) isChanged = true;
    return next;
  };
  const inHtml = (html: string) =>
    html.replace(linkStart, (whole, before: string, written: string, after: string) => {
      const address = unescaped(written);
      const next = other(address);
      return next === address ? whole : before + escaped(next) + after;
    });
  const { html, caption, items, buttons } = message as Message;
  const changed = {
    ...message,
    ...(html === undefined ? {} : { html: inHtml(html) }),
    ...(caption === undefined ? {} : { caption: inHtml(caption) }),
    ...(items === undefined
      ? {}
      : { items: items.map((one) => (one.caption === undefined ? one : { ...one, caption: inHtml(one.caption) })) }),
    ...(buttons === undefined
      ? {}
      : {
          buttons: buttons.map((row) =>
            row.map((one) => ("url" in one && typeof one.url === "string" ? { ...one, url: other(one.url) } : one)),
          ),
        }),
  };
  return isChanged ? changed : message;
}

/** Distinct addresses of a message's links and buttons, in their order. */
export function addressesIn(message: object): string[] {
  const found = new Set<string>();
  withAddresses(message, (address) => {
    found.add(address);
    return address;
  });
  return [...found];
}

const clickMacro = "{click}";
const filled = (address: string, click: string) => address.replaceAll(clickMacro, click);

/** An address through which nobody counts: there is no click that its macro could name. */
export const withoutClick = (address: string): string => filled(address, "");

const opensInTelegram = (host: string) => /^(?:.+\.)?(?:t\.me|telegram\.me|telegram\.dog)$/i.test(host);

/** Whether an address, as a member wrote it, goes through us. `ownHost` is this installation's. */
export function isCounted(address: string, ownHost: string): boolean {
  const sample = filled(address, "sb_0");
  if (/\{[^{}]*\}/.test(sample)) return false;
  const url = URL.parse(sample);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return false;
  return url.host !== ownHost && !opensInTelegram(url.hostname);
}

/** Names that a parameter of an address may have without escapes. */
export const clickParamPattern = "^[A-Za-z][A-Za-z0-9_.-]{0,39}$";
export const isClickParam = (name: string): boolean => new RegExp(clickParamPattern).test(name);

export interface Additions {
  /** Put in the place of `{click}`, or else handed over in the parameter `clickParam`. */
  clickId: string;
  clickParam: string | null;
  /** Name of the broadcast; null = no UTM parameters. */
  campaign: string | null;
}

/** "Spring sale, 50 %" → "spring-sale-50", in letters of any language. */
export const campaignSlug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 80) || "broadcast";

/** Where a click on a kept address leads. What the address says already of a parameter stays as it is. */
export function targetOf(address: string, add: Additions): string {
  const hasMacro = address.includes(clickMacro);
  const url = new URL(filled(address, add.clickId));
  // Only what is missing is appended, as text: URLSearchParams would write the others anew, and signed addresses would break.
  const missing = (name: string) => !url.searchParams.has(name);
  const pairs: [string, string][] = [];
  if (add.campaign !== null) {
    pairs.push(["utm_source", "telegram"], ["utm_medium", "broadcast"], ["utm_campaign", campaignSlug(add.campaign)]);
  }
  if (add.clickParam !== null && !hasMacro) pairs.push([add.clickParam, add.clickId]);
  const added = pairs
    .filter(([name]) => missing(name))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&");
  if (added !== "") url.search = url.search.length > 1 ? `${url.search}&${added}` : added;
  return url.href;
}
