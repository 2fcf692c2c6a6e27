/** The tracker's other mouth: the postbacks that it sends, and its log of what became of each. */
import type { TrackerConversion } from "./log.ts";
import { flowOf } from "./visits.ts";
import type { TrackerWorld } from "./world.ts";

/** One line of `logs/sent_postbacks`. */
export interface SentLine {
  datetime: string;
  jid: number;
  message: string;
}

/** A receiver that does not answer in this time is given up. */
const patienceMs = 5_000;

/** The postbacks of a conversion's campaign for its status, beside the address of the traffic source. */
export function addressesOf(
  { campaignId, status }: TrackerConversion,
  world: TrackerWorld,
  sourceUrl: string | null,
): { method: string; url: string }[] {
  const ofCampaign = (world.campaigns.get(campaignId)?.postbacks ?? []).filter(({ statuses }) =>
    statuses.includes(status),
  );
  return [...(sourceUrl === null ? [] : [{ method: "GET", url: sourceUrl }]), ...ofCampaign];
}

/** Fills the macros of an address and calls it, once: Keitaro is not known to try again. Answers what the log says of it. */
export async function sendPostback(
  address: { method: string; url: string },
  c: TrackerConversion,
  world: TrackerWorld,
): Promise<string> {
  const url = filled(address.url, c, world);
  const sent = `[${address.method}] ${url}`;
  try {
    const answer = await fetch(url, { method: address.method, signal: AbortSignal.timeout(patienceMs) });
    return `${sent} -> ${answer.status} ${(await answer.text()).slice(0, 200)}`;
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    return `${sent} -> ${isLate ? "cURL error 28: Operation timed out" : "cURL error 7: Failed to connect"}`;
  }
}

function filled(address: string, c: TrackerConversion, world: TrackerWorld): string {
  const campaign = world.campaigns.get(c.campaignId);
  const macros: Readonly<Record<string, string>> = {
    subid: c.subid,
    tid: c.tid,
    status: c.status,
    conversion_revenue: c.revenue,
    revenue: c.revenue,
    campaign_id: String(c.campaignId),
    campaign_name: c.campaign,
    offer_id: String(c.offerId || ""),
    landing_id: String(c.landingId || ""),
    stream_id: String((campaign && flowOf(campaign, c)?.id) ?? ""),
    country: c.country,
    source: c.source,
    traffic_source_name: c.trafficSource,
    creative_id: c.creativeId,
    external_id: c.externalId,
    currency: "USD",
    ...Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`sub_id_${n + 1}`, c.subIds[n + 1] ?? ""])),
  };
  return address.replace(/\{([a-z0-9_]+)\}/g, (whole, name: string) =>
    Object.hasOwn(macros, name) ? encodeURIComponent(macros[name] ?? "") : whole,
  );
}
