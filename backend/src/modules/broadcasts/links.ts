/** Counted links: which addresses of a letter are counted, and what stands in their place for one recipient. */
import type { ActionContext } from "@backend/kit/context.ts";
import type { Vault } from "@backend/kit/crypto.ts";
import type { Content } from "@backend/modules/messaging/index.ts";
import { broadcastLinks } from "@db/schema/broadcasts.ts";
import { asc, eq } from "drizzle-orm";
import type { ClickPorts } from "./click-ports.ts";
import type { Options, Variant } from "./contracts.ts";
import { type ClickCodes, clickCodes } from "./domain/click-code.ts";
import { addressesIn, isCounted, withAddresses, withoutClick } from "./domain/tracked-links.ts";

/** More than four variants in a dozen languages have. What is beyond is sent as it was written. */
const linksAtMost = 1_000;

/**
 * Codes are keyed by SECRETS_KEY, with every key that is listed there: links in messages live as long as the key under which
 * they were sent. A leaked key would let somebody invent clicks, and no more, so nothing of it is stored or sealed anew.
 */
export const clickCodesOf = (vault: Vault): ClickCodes => clickCodes(vault.lookupHashes("broadcasts.click", "codes"));

/**
 * Keeps the addresses of a broadcast's variants, at its launch; they alone are ever redirected to. What is kept stays: keeping
 * again adds only what is new, and numbers that stand in messages keep their meaning.
 */
export async function keepLinks(
  ctx: ActionContext<ClickPorts>,
  broadcast: { id: string; options: Options; variants: readonly Variant[] },
): Promise<void> {
  if (broadcast.options.countsClicks === false) return;
  const ownHost = new URL(ctx.ports.publicUrl).host;
  const kept = await linksOf(ctx, broadcast.id);
  const addresses = new Set(
    broadcast.variants
      .flatMap(({ letter }) => Object.values(letter.messages))
      .flatMap((message) => addressesIn(message))
      .filter((address) => isCounted(address, ownHost)),
  );
  for (const { url } of kept) addresses.delete(url);
  const first = (kept.at(-1)?.number ?? 0) + 1;
  const fresh = [...addresses].slice(0, linksAtMost - kept.length);
  if (fresh.length === 0) return;
  await ctx.db
    .insert(broadcastLinks)
    .values(fresh.map((url, at) => ({ broadcastId: broadcast.id, number: first + at, url })));
}

const linksOf = (ctx: ActionContext<ClickPorts>, broadcastId: string) =>
  ctx.db
    .select({ number: broadcastLinks.number, url: broadcastLinks.url })
    .from(broadcastLinks)
    .where(eq(broadcastLinks.broadcastId, broadcastId))
    .orderBy(asc(broadcastLinks.number));

/** Puts one recipient's own addresses into a message. */
export type Linker = (content: Content, recipientId: bigint) => Content;

/** A message that belongs to no broadcast: its links lead where they say. */
export const unlinked = (content: Content): Content => withAddresses(content, withoutClick);

/** How the links of a broadcast are written while it is filled; read once for a batch. */
export async function linkerOf(ctx: ActionContext<ClickPorts>, broadcastId: string): Promise<Linker> {
  const links = await linksOf(ctx, broadcastId);
  if (links.length === 0) return unlinked;
  const codes = clickCodesOf(ctx.ports.vault);
  const numbers = new Map(links.map(({ url, number }) => [url, number]));
  return (content, recipientId) =>
    withAddresses(content, (address) => {
      const link = numbers.get(address);
      return link === undefined
        ? withoutClick(address)
        : `${ctx.ports.publicUrl}/l/${codes.write({ recipientId, link })}`;
    });
}
