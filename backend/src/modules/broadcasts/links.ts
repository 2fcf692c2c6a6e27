/** Counted links: which addresses of a letter are counted, and what stands in their place for one recipient. */
import type { ActionContext } from "@backend/kit/context.ts";
import type { Content } from "@backend/modules/messaging/index.ts";
import type { Variant } from "./contracts.ts";

/** Keeps the addresses of a broadcast's variants, at its launch. */
export async function keepLinks(
  _ctx: ActionContext,
  _broadcast: { id: string; variants: readonly Variant[] },
): Promise<void> {}

/** Puts one recipient's own addresses into a message. */
export type Linker = (content: Content, recipientId: bigint) => Content;

/** How the links of a broadcast are written while it is filled; read once for a batch. */
export async function linkerOf(_ctx: ActionContext, _broadcastId: string): Promise<Linker> {
  return (content) => content;
}
