/** Counted links: which addresses of a letter are counted, and what stands in their place for one recipient. */
import type { ActionContext } from "@backend/kit/context.ts";
import type { Vault } from "@backend/kit/crypto.ts";
import type { Content, Letter } from "@backend/modules/messaging/index.ts";
import { broadcastLinks, sequenceLinks } from "@db/schema/broadcasts.ts";
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
  const letters = broadcast.variants.map(({ letter }) => letter);
  const fresh = freshLinks(ctx, await linksOf(ctx, broadcast.id), letters);
  if (fresh.length > 0)
    await ctx.db.insert(broadcastLinks).values(fresh.map((link) => ({ broadcastId: broadcast.id, ...link })));
}

/** As `keepLinks`, of the steps of a sequence, whose lock is held. What a step no longer says stays, for the messages that said it. */
export async function keepSequenceLinks(
  ctx: ActionContext<ClickPorts>,
  sequenceId: string,
  letters: readonly Letter[],
): Promise<void> {
  const fresh = freshLinks(ctx, await linksOfSequence(ctx, sequenceId), letters);
  if (fresh.length > 0) await ctx.db.insert(sequenceLinks).values(fresh.map((link) => ({ sequenceId, ...link })));
}

/** Whether an address of the broadcast would be counted: without one nobody can be seen to click, or to buy through it. */
export const countsAnyLink = (
  ctx: ActionContext<ClickPorts>,
  { options, variants }: { options: Options; variants: readonly Variant[] },
) =>
  options.countsClicks !== false &&
  freshLinks(
    ctx,
    [],
    variants.map(({ letter }) => letter),
  ).length > 0;

interface Link {
  number: number;
  url: string;
}

/** Counted addresses that are not kept yet, with the numbers that they get. */
function freshLinks(ctx: ActionContext<ClickPorts>, kept: readonly Link[], letters: readonly Letter[]): Link[] {
  const ownHost = new URL(ctx.ports.publicUrl).host;
  const addresses = new Set(
    letters
      .flatMap(({ messages }) => Object.values(messages))
      .flatMap((message) => addressesIn(message))
      .filter((address) => isCounted(address, ownHost)),
  );
  for (const { url } of kept) addresses.delete(url);
  const first = (kept.at(-1)?.number ?? 0) + 1;
  return [...addresses].slice(0, linksAtMost - kept.length).map((url, at) => ({ number: first + at, url }));
}

const linksOf = (ctx: ActionContext<ClickPorts>, broadcastId: string) =>
  ctx.db
    .select({ number: broadcastLinks.number, url: broadcastLinks.url })
    .from(broadcastLinks)
    .where(eq(broadcastLinks.broadcastId, broadcastId))
    .orderBy(asc(broadcastLinks.number));

const linksOfSequence = (ctx: ActionContext<ClickPorts>, sequenceId: string) =>
  ctx.db
    .select({ number: sequenceLinks.number, url: sequenceLinks.url })
    .from(sequenceLinks)
    .where(eq(sequenceLinks.sequenceId, sequenceId))
    .orderBy(asc(sequenceLinks.number));

/** Puts one recipient's own addresses into a message. */
export type Linker = (content: Content, recipientId: bigint) => Content;

/** A message that belongs to no broadcast: its links lead where they say. */
export const unlinked = (content: Content): Content => withAddresses(content, withoutClick);

/** How the links of a broadcast are written while it is filled; read once for a batch. */
export const linkerOf = async (ctx: ActionContext<ClickPorts>, broadcastId: string): Promise<Linker> =>
  linkerTo(ctx, await linksOf(ctx, broadcastId));

/** As `linkerOf`; a recipient is a row of `sequence_messages`. */
export const sequenceLinkerOf = async (ctx: ActionContext<ClickPorts>, sequenceId: string): Promise<Linker> =>
  linkerTo(ctx, await linksOfSequence(ctx, sequenceId));

function linkerTo(ctx: ActionContext<ClickPorts>, links: readonly Link[]): Linker {
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
