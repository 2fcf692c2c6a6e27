import type { ActionContext } from "@backend/kit/context.ts";
import type { Quote, QuoteAsk } from "../contracts.ts";

export async function quoteOrder(_ctx: ActionContext, _input: QuoteAsk): Promise<Quote> {
  throw new Error("not yet");
}
