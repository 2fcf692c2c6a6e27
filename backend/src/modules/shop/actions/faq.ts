import type { ActionContext } from "@backend/kit/context.ts";
import type { FaqEntry, NewFaqEntry } from "../catalog-contracts.ts";

export async function changeFaqEntry(_ctx: ActionContext, _input: NewFaqEntry & { faqId: string }): Promise<FaqEntry> {
  throw new Error("not yet");
}

export async function createFaqEntry(_ctx: ActionContext, _input: NewFaqEntry): Promise<FaqEntry> {
  throw new Error("not yet");
}

export async function deleteFaqEntry(_ctx: ActionContext, _input: { faqId: string }): Promise<{ ok: true }> {
  throw new Error("not yet");
}

export async function listFaq(_ctx: ActionContext, _input: undefined): Promise<{ items: FaqEntry[] }> {
  throw new Error("not yet");
}

export async function orderFaq(_ctx: ActionContext, _input: { ids: string[] }): Promise<{ ok: true }> {
  throw new Error("not yet");
}
