/** The first address in a workspace's words about its support: a page, or a username of Telegram. Null without one. */
export function contactIn(text: string): string | null {
  const page = /https:\/\/[^\s<>"]+[^\s<>".,;:!?)]/.exec(text)?.[0];
  if (page && URL.canParse(page)) return page;
  const username = /(?:^|[\s(])@([A-Za-z][A-Za-z0-9_]{3,31})(?![\w@])/.exec(text)?.[1];
  return username ? `https://t.me/${username}` : null;
}
