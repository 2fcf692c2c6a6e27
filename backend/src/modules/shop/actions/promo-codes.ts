/** Promo codes: who pays less, or gets more days. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { violates } from "@backend/kit/errors.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { decodeMomentCursor, defaultLimit, type Page, toPage } from "@backend/kit/paging.ts";
import { isUuid } from "@backend/kit/uuid.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import Big from "big.js";
import type { ChangePromoCode, CreatePromoCode, PromoCode, PromoCodeQuery } from "../catalog-contracts.ts";
import {
  countPromoCodes,
  deletePromoCodeRow,
  findOwnPromoCode,
  insertPromoCode,
  listOwnPromoCodes,
  lockList,
  lockOwnPromoCode,
  ownProductIds,
  type PromoCodeRow,
  updatePromoCode,
  wasCodeUsed,
} from "../catalog-queries.ts";
import { isPayable } from "../domain/money.ts";
import { cleanCode } from "../domain/price.ts";
import { codeInvalid, codeTaken, codeUsed, productNotFound, promoCodeNotFound, tooMany } from "../errors.ts";
import { presentPromoCode } from "../present.ts";

const codesAtMost = 5_000;
const bonusDaysAtMost = 3_650;

type Rules = Pick<
  PromoCodeRow,
  | "code"
  | "kind"
  | "value"
  | "currency"
  | "productIds"
  | "startsAt"
  | "endsAt"
  | "maxUses"
  | "maxPerPerson"
  | "isActive"
>;

/** Throws shop.code_invalid for what no code may be, shop.product_not_found for products of others. */
async function checked(ctx: ActionContext, rules: Rules, uses: number): Promise<Rules> {
  const { kind, currency, productIds, startsAt, endsAt, maxUses } = rules;
  const value = new Big(rules.value);
  const isWhole = value.round(0).eq(value);
  const isFine =
    /^[\p{L}\p{N}_-]{2,40}$/u.test(rules.code) &&
    value.gt(0) &&
    (kind === "percent" ? value.lte(100) && currency === null : true) &&
    (kind === "fixed" ? currency !== null && isPayable(rules.value, currency) : true) &&
    (kind === "bonus_days" ? isWhole && value.lte(bonusDaysAtMost) && currency === null : true) &&
    (startsAt === null || endsAt === null || startsAt < endsAt) &&
    (maxUses === null || maxUses >= uses);
  if (!isFine) throw codeInvalid();
  if (productIds !== null) {
    const known = await ownProductIds(ctx.db, ctx.actor.workspaceId, productIds);
    if (known.length !== productIds.length) throw productNotFound();
  }
  return rules;
}

const momentOf = (text: string | null | undefined): Date | null => (text ? new Date(text) : null);

async function changed(ctx: ActionContext, action: string, promoCodeId: string, after?: Record<string, unknown>) {
  await recordAudit(ctx, {
    action: `promo_code.${action}`,
    subjectKind: "promo_code",
    subjectId: promoCodeId,
    ...(after ? { after } : {}),
  });
  await notifyLive(ctx.db, { workspaceId: ctx.actor.workspaceId, topic: "shop" });
}

const saved = async (work: Promise<PromoCodeRow>): Promise<PromoCodeRow> => {
  try {
    return await work;
  } catch (error) {
    if (violates(error, "promo_codes_once")) throw codeTaken();
    throw error;
  }
};

export async function listPromoCodes(ctx: ActionContext, query: PromoCodeQuery): Promise<Page<PromoCode>> {
  const limit = query.limit ?? defaultLimit;
  const rows = await listOwnPromoCodes(ctx.db, ctx.actor.workspaceId, {
    search: cleanCode(query.search ?? "") || null,
    before: decodeMomentCursor(query.cursor, isUuid),
    limit,
  });
  return toPage(rows, limit, (row) => [row.createdAt.toISOString(), row.id], presentPromoCode);
}

export async function readPromoCode(ctx: ActionContext, input: { promoCodeId: string }): Promise<PromoCode> {
  const row = await findOwnPromoCode(ctx.db, ctx.actor.workspaceId, input.promoCodeId);
  if (!row) throw promoCodeNotFound();
  return presentPromoCode(row);
}

export function createPromoCode(outer: ActionContext, input: CreatePromoCode): Promise<PromoCode> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    await lockList(ctx.db, workspaceId, "codes");
    if ((await countPromoCodes(ctx.db, workspaceId)) >= codesAtMost) throw tooMany(codesAtMost);
    const rules = await checked(
      ctx,
      {
        code: cleanCode(input.code),
        kind: input.kind,
        value: input.value,
        currency: input.currency ?? null,
        productIds: input.productIds ?? null,
        startsAt: momentOf(input.startsAt),
        endsAt: momentOf(input.endsAt),
        maxUses: input.maxUses ?? null,
        maxPerPerson: input.maxPerPerson === undefined ? 1 : input.maxPerPerson,
        isActive: input.isActive ?? true,
      },
      0,
    );
    // In milliseconds: a cursor carries no more.
    const row = await saved(insertPromoCode(ctx.db, { ...rules, workspaceId, createdAt: ctx.now, updatedAt: ctx.now }));
    await changed(ctx, "created", row.id, { kind: row.kind, value: input.value, currency: row.currency });
    return presentPromoCode(row);
  });
}

/** Orders that hold it keep their discount. What a used code gives is not changed any more: a new code says so more clearly. */
export function changePromoCode(
  outer: ActionContext,
  input: ChangePromoCode & { promoCodeId: string },
): Promise<PromoCode> {
  return inTransaction(outer, async (ctx) => {
    const { promoCodeId, ...change } = input;
    const before = await lockOwnPromoCode(ctx.db, ctx.actor.workspaceId, promoCodeId);
    if (!before) throw promoCodeNotFound();
    const { startsAt, endsAt, code, ...plain } = change;
    const values = {
      ...plain,
      ...(code === undefined ? {} : { code: cleanCode(code) }),
      ...(startsAt === undefined ? {} : { startsAt: momentOf(startsAt) }),
      ...(endsAt === undefined ? {} : { endsAt: momentOf(endsAt) }),
    };
    const rules = await checked(ctx, { ...before, ...values }, before.uses);
    const isOther =
      rules.code !== before.code ||
      rules.kind !== before.kind ||
      !new Big(rules.value).eq(before.value) ||
      rules.currency !== before.currency;
    if (isOther && (await wasCodeUsed(ctx.db, promoCodeId))) throw codeUsed();
    const row = await saved(updatePromoCode(ctx.db, promoCodeId, { ...values, updatedAt: ctx.now }));
    await changed(ctx, "changed", promoCodeId, { changed: Object.keys(change) });
    return presentPromoCode(row);
  });
}

/** Only while no order names it; afterwards it is switched off instead. */
export function deletePromoCode(outer: ActionContext, input: { promoCodeId: string }): Promise<{ ok: true }> {
  return inTransaction(outer, async (ctx) => {
    const row = await lockOwnPromoCode(ctx.db, ctx.actor.workspaceId, input.promoCodeId);
    if (!row) throw promoCodeNotFound();
    if (await wasCodeUsed(ctx.db, row.id)) throw codeUsed();
    await deletePromoCodeRow(ctx.db, row.id);
    await changed(ctx, "deleted", row.id);
    return { ok: true };
  });
}
