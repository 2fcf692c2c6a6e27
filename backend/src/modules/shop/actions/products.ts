import type { ActionContext } from "@backend/kit/context.ts";
import type { ChangeProduct, CreateProduct, Product, ProductListQuery } from "../catalog-contracts.ts";

export async function changeProduct(
  _ctx: ActionContext,
  _input: ChangeProduct & { productId: string },
): Promise<Product> {
  throw new Error("not yet");
}

export async function createProduct(_ctx: ActionContext, _input: CreateProduct): Promise<Product> {
  throw new Error("not yet");
}

export async function listProducts(_ctx: ActionContext, _input: ProductListQuery): Promise<{ items: Product[] }> {
  throw new Error("not yet");
}

export async function orderProducts(_ctx: ActionContext, _input: { ids: string[] }): Promise<{ ok: true }> {
  throw new Error("not yet");
}

export async function readProduct(_ctx: ActionContext, _input: { productId: string }): Promise<Product> {
  throw new Error("not yet");
}

export async function removeProduct(_ctx: ActionContext, _input: { productId: string }): Promise<{ ok: true }> {
  throw new Error("not yet");
}

export async function restoreProduct(_ctx: ActionContext, _input: { productId: string }): Promise<Product> {
  throw new Error("not yet");
}
