/** Whether a visit is a person's. Pure. */

/**
 * Programs that fetch an address to look at it: search engines, previews of messengers, link checkers, command lines. CUBOT makes
 * telephones.
 */
const robots =
  /(?<!cu)bot\b|crawl|spider|slurp|preview|externalhit|whatsapp|viber|skype|embedly|headless|curl|wget|python|java\/|go-http|okhttp|axios|node-fetch|monitor|scanner/i;

/** A browser always says what it is, and says so when it only fetches ahead of the person. */
export function isPerson(visit: { method: string; userAgent: string | null; purpose: string | null }): boolean {
  if (visit.method !== "GET" || !visit.userAgent?.trim()) return false;
  return !robots.test(visit.userAgent) && !/prefetch|preview|prerender/i.test(visit.purpose ?? "");
}
