import type { ActionContext } from "@backend/kit/context.ts";
import type { Page } from "@backend/kit/paging.ts";
import type { ChangePromoCode, CreatePromoCode, PromoCode, PromoCodeQuery } from "../catalog-contracts.ts";

export async function changePromoCode(
  _ctx: ActionContext,
  _input: ChangePromoCode & { promoCodeId: string },
): Promise<PromoCode> {
  throw new Error("not yet");
}

export async function createPromoCode(_ctx: ActionContext, _input: CreatePromoCode): Promise<PromoCode> {
  throw new Error("not yet");
}

export async function deletePromoCode(_ctx: ActionContext, _input: { promoCodeId: string }): Promise<{ ok: true }> {
  throw new Error("not yet");
}

export async function listPromoCodes(_ctx: ActionContext, _input: PromoCodeQuery): Promise<Page<PromoCode>> {
  throw new Error("not yet");
}

export async function readPromoCode(_ctx: ActionContext, _input: { promoCodeId: string }): Promise<PromoCode> {
  throw new Error("not yet");
}
