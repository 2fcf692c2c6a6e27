/**
 * Addresses of posts: which platform one is of, and one spelling for one post, by which duplicates are found. Everything is read from
 * the address alone, without a network, so the screen says it while somebody types and the server says the same. What is not a post
 * (a profile, a channel, a search) is refused with an example of what would be.
 */

export const platforms = ["telegram", "instagram", "tiktok", "youtube", "x", "facebook", "vk"] as const;
export type Platform = (typeof platforms)[number];
export const isPlatform = (name: string): name is Platform => (platforms as readonly string[]).includes(name);

export type AddressProblem =
  | "empty"
  /** Longer than any address of a post is. */
  | "too_long"
  | "not_an_address"
  /** An address, but of none of the platforms. */
  | "unknown_platform"
  /** Of a platform, but not of one post there. */
  | "not_a_post";

export type ReadAddress =
  | { ok: true; platform: Platform; address: string }
  | { ok: false; problem: AddressProblem; platform: Platform | null };

export const longestAddress = 2_000;

/** What an address of a post looks like, to be shown beside a refusal. */
export const examples: Readonly<Record<Platform, string>> = {
  telegram: "https://t.me/durov/400",
  instagram: "https://www.instagram.com/p/CxYz12AbCdE/",
  tiktok: "https://www.tiktok.com/@name/video/7301234567890123456",
  youtube: "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
  x: "https://x.com/name/status/1730000000000000000",
  facebook: "https://www.facebook.com/name/posts/123456789",
  vk: "https://vk.com/wall-1_396449",
};

/** Reads what somebody pasted: an address, or a text that an app shares with an address in it (then the first one counts). */
export function readPostAddress(text: string): ReadAddress {
  const typed = text.trim();
  if (typed === "") return refusal("empty");
  if (typed.length > longestAddress) return refusal("too_long");
  const url = parse(typed);
  if (!url) return refusal("not_an_address");
  const host = plainHost(url.hostname);
  const platform = platformOf(host);
  if (!platform) return refusal("unknown_platform");
  const segments = segmentsOf(url.pathname);
  const address = segments && readers[platform]({ host, segments, query: url.searchParams });
  return address ? { ok: true, platform, address } : refusal("not_a_post", platform);
}

const refusal = (problem: AddressProblem, platform: Platform | null = null): ReadAddress => ({
  ok: false,
  problem,
  platform,
});

function parse(typed: string): URL | null {
  // Marks that a sentence puts behind an address, and that none of the platforms has at the end of one.
  const found = (/https?:\/\/\S+/i.exec(typed)?.[0] ?? typed).replace(/[.,;:!?)\]}>"'»”’]+$/, "");
  if (/\s/.test(found)) return null;
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(found) ? found : `https://${found}`;
  const url = urlOf(whole);
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:")) return null;
  // Credentials and ports are in no address of a post, but in many that only look like one.
  if (url.username !== "" || url.password !== "" || url.port !== "") return null;
  return url.hostname.includes(".") ? url : null;
}

/** `URL.canParse` is younger than the oldest phones that the app runs on. */
function urlOf(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

const plainHost = (host: string) => host.replace(/\.$/, "").replace(/^(?:www|m|mobile|web|touch|mbasic|music)\./, "");

const hosts: Readonly<Record<string, Platform>> = {
  "t.me": "telegram",
  "telegram.me": "telegram",
  "telegram.dog": "telegram",
  "instagram.com": "instagram",
  "instagr.am": "instagram",
  "tiktok.com": "tiktok",
  "vm.tiktok.com": "tiktok",
  "vt.tiktok.com": "tiktok",
  "youtube.com": "youtube",
  "youtube-nocookie.com": "youtube",
  "youtu.be": "youtube",
  "x.com": "x",
  "twitter.com": "x",
  "facebook.com": "facebook",
  "fb.com": "facebook",
  "fb.watch": "facebook",
  "vk.com": "vk",
  "vk.ru": "vk",
  "vkvideo.ru": "vk",
};

/** A channel may also be written as `name.t.me`. */
function platformOf(host: string): Platform | null {
  return (Object.hasOwn(hosts, host) ? hosts[host] : null) ?? (host.endsWith(".t.me") ? "telegram" : null);
}

/** Parts of a path, percent escapes resolved; null when they cannot be. */
function segmentsOf(path: string): string[] | null {
  try {
    return path
      .split("/")
      .filter((part) => part !== "")
      .map(decodeURIComponent);
  } catch {
    return null;
  }
}

interface Place {
  host: string;
  segments: string[];
  query: URLSearchParams;
}
/** The one spelling of a post, or null for what is none. */
type Reader = (place: Place) => string | null;

/** Up to twenty digits without a leading zero: ids of posts everywhere. */
const isNumber = (text: string | undefined): text is string => /^[1-9]\d{0,19}$/.test(text ?? "");

const readers: Readonly<Record<Platform, Reader>> = {
  // A thread or a comment names a place below a post; ids are counted per channel, so the last number is the post.
  telegram({ host, segments }) {
    const own = host.endsWith(".t.me") ? [host.slice(0, -".t.me".length), ...segments] : segments;
    const [first = "", ...rest] = own[0]?.toLowerCase() === "s" ? own.slice(1) : own;
    const isPrivate = first.toLowerCase() === "c";
    const [channel = "", ...numbers] = isPrivate ? rest : [first.toLowerCase(), ...rest];
    const post = numbers.at(-1);
    if (numbers.length > 2 || !numbers.every(isNumber) || !isNumber(post)) return null;
    if (isPrivate) return isNumber(channel) ? `https://t.me/c/${channel}/${post}` : null;
    return /^[a-z]\w{3,31}$/.test(channel) ? `https://t.me/${channel}/${post}` : null;
  },

  // The same code opens a picture, a reel and a video, with or without its author in front.
  instagram({ segments }) {
    const at = segments.findIndex((part) => /^(?:p|reel|reels|tv)$/i.test(part));
    const code = segments[at + 1] ?? "";
    const isAuthor = at === 0 || (at === 1 && /^[\w.]{1,30}$/.test(segments[0] ?? ""));
    return isAuthor && segments.length === at + 2 && /^[\w-]{5,40}$/.test(code)
      ? `https://www.instagram.com/p/${code}/`
      : null;
  },

  // A short link says nothing of its video before it is opened: it is a post, and its own only spelling.
  tiktok({ host, segments }) {
    const [first = "", kind = "", id] = segments;
    if (host !== "tiktok.com") return shortTiktok(segments, first);
    if (first.toLowerCase() === "t") return shortTiktok(segments.slice(1), kind);
    if (first.toLowerCase() === "v" && segments.length === 2) {
      const number = /^(\d+)\.html$/.exec(kind)?.[1];
      return isNumber(number) ? `https://m.tiktok.com/v/${number}.html` : null;
    }
    const isPost = segments.length === 3 && /^(?:video|photo)$/i.test(kind) && isNumber(id);
    return isPost && /^@[\w.]{1,30}$/.test(first)
      ? `https://www.tiktok.com/${first.toLowerCase()}/${kind.toLowerCase()}/${id}`
      : null;
  },

  youtube({ host, segments, query }) {
    const [first = "", second = ""] = segments;
    const isWatch = segments.length === 1 && first.toLowerCase() === "watch";
    const isNamed = segments.length === 2 && /^(?:shorts|live|embed|v)$/i.test(first);
    const id =
      host === "youtu.be" ? (segments.length === 1 ? first : "") : isWatch ? query.get("v") : isNamed ? second : "";
    return /^[\w-]{11}$/.test(id ?? "") ? `https://www.youtube.com/watch?v=${id}` : null;
  },

  // Numbers are counted over the whole platform: whoever's name stands in front, the post is the same.
  x({ segments }) {
    const at = segments.findIndex((part) => /^status(?:es)?$/i.test(part));
    const author = at < 0 ? "" : segments.slice(0, at).join("/");
    const isAuthor = /^(?:\w{1,15}|i\/web)$/.test(author);
    const number = segments[at + 1];
    return isAuthor && isNumber(number) ? `https://x.com/i/status/${number}` : null;
  },

  facebook: facebook,

  // A post is an owner (negative for a community) and a number, wherever in the address they stand.
  vk({ host, segments, query }) {
    const named = host === "vkvideo.ru" ? segments.at(-1) : segments.length === 1 ? segments[0] : undefined;
    const inQuery = query.get("w") ?? query.get("z") ?? "";
    for (const text of [inQuery, named ?? ""]) {
      const [, kind = "", owner = "", number = ""] =
        /^(wall|photo|video|clip)(-?\d{1,20})_(\d{1,20})(?:[/%].*)?$/.exec(text.toLowerCase()) ?? [];
      if (isNumber(owner.replace("-", "")) && isNumber(number)) return `https://vk.com/${kind}${owner}_${number}`;
    }
    return null;
  },
};

function shortTiktok(segments: readonly string[], code: string): string | null {
  return segments.length === 1 && /^[A-Za-z0-9]{6,20}$/.test(code) ? `https://vm.tiktok.com/${code}/` : null;
}

/** Numbers, or the long ids that Facebook hides them behind. */
const isFacebookId = (text: string | null | undefined): text is string =>
  isNumber(text ?? undefined) || /^pfbid[A-Za-z0-9]{20,100}$/.test(text ?? "");
const isFacebookName = (text: string | undefined): text is string => /^[A-Za-z0-9.]{1,80}$/.test(text ?? "");
const facebookBase = "https://www.facebook.com";

function facebook({ host, segments, query }: Place): string | null {
  const [first = "", second = "", third = ""] = segments;
  const word = first.toLowerCase();
  const last = segments.at(-1);
  if (host === "fb.watch")
    return segments.length === 1 && /^[\w-]{5,30}$/.test(first) ? `https://fb.watch/${first}/` : null;
  if (word === "watch" && segments.length === 1) return facebookVideo(query.get("v"));
  if (word === "reel" && segments.length === 2) return isNumber(second) ? `${facebookBase}/reel/${second}` : null;
  if (word === "photo" || word === "photo.php") {
    const id = query.get("fbid");
    return isFacebookId(id) ? `${facebookBase}/photo?fbid=${id}` : null;
  }
  if (word === "story.php" || word === "permalink.php") {
    const [story, owner] = [query.get("story_fbid"), query.get("id")];
    return isFacebookId(story) && isNumber(owner ?? undefined) ? `${facebookBase}/${owner}/posts/${story}` : null;
  }
  if (word === "share" && segments.length === 3)
    return /^[pvr]$/i.test(second) && /^[A-Za-z0-9]{5,40}$/.test(third)
      ? `${facebookBase}/share/${second.toLowerCase()}/${third}/`
      : null;
  if (word === "groups" && segments.length === 4)
    return isFacebookName(second) && /^(?:posts|permalink)$/i.test(third) && isFacebookId(last)
      ? `${facebookBase}/groups/${second.toLowerCase()}/posts/${last}`
      : null;
  // A title may stand between "posts" and the number.
  if (!isFacebookName(first) || (segments.length !== 3 && segments.length !== 4) || !isFacebookId(last)) return null;
  if (second.toLowerCase() === "posts") return `${facebookBase}/${word}/posts/${last}`;
  return second.toLowerCase() === "videos" ? facebookVideo(last) : null;
}

const facebookVideo = (id: string | null | undefined): string | null =>
  isNumber(id ?? undefined) ? `${facebookBase}/watch/?v=${id}` : null;
