/** How the shop works, and what it says of itself. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { isOwnCategory } from "@backend/modules/audience/index.ts";
import { findWorkspace, recordAudit } from "@backend/modules/identity/index.ts";
import { chatName, findOwnChat } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import { type ChangeShopSettings, noticeKinds, type ShopSettings } from "../catalog-contracts.ts";
import { findPromoCode, findPromoCodeById, lockList, readSettings, saveSettings } from "../catalog-queries.ts";
import { cleanText } from "../domain/local-text.ts";
import { plain } from "../domain/money.ts";
import { cleanCode } from "../domain/price.ts";
import { chatNotFound, codeUnknown, kindNotFound } from "../errors.ts";

export async function readShopSettings(ctx: ActionContext): Promise<ShopSettings> {
  const { workspaceId } = ctx.actor;
  const settings = await readSettings(ctx.db, workspaceId);
  const chat = settings.noticeChatId ? await findOwnChat(ctx.db, workspaceId, settings.noticeChatId) : null;
  const { timeZone } = await findWorkspace(ctx.db, workspaceId);
  const code = settings.winBackCodeId ? await findPromoCodeById(ctx.db, settings.winBackCodeId) : null;
  return {
    ...settings,
    winBackCode: code?.code ?? null,
    refundLimit: settings.refundLimit === null ? null : plain(settings.refundLimit),
    notices: noticeKinds.filter((kind) => settings.notices.includes(kind)),
    noticeChat: chat && { id: chat.id, name: chatName(chat) },
    timeZone,
  };
}

/** Throws shop.chat_not_found, shop.code.not_valid, shop.kind_not_found for what is not the workspace's. */
export function changeShopSettings(outer: ActionContext, input: ChangeShopSettings): Promise<ShopSettings> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const { support, winBackCode, ...rest } = input;
    if (rest.noticeChatId && !(await findOwnChat(ctx.db, workspaceId, rest.noticeChatId))) throw chatNotFound();
    if (rest.winBackCategoryId && !(await isOwnCategory(ctx.db, workspaceId, rest.winBackCategoryId)))
      throw kindNotFound();
    const values = {
      ...rest,
      ...(winBackCode === undefined ? {} : { winBackCodeId: await codeIdOf(ctx.db, workspaceId, winBackCode) }),
      ...(support === undefined ? {} : { support: cleanText(support) }),
      // Another chat has other topics.
      ...(rest.noticeChatId !== undefined && rest.noticeThreadId === undefined ? { noticeThreadId: null } : {}),
    };
    await lockList(ctx.db, workspaceId, "settings");
    const before = await readSettings(ctx.db, workspaceId);
    if (Object.keys(values).length > 0) {
      await saveSettings(ctx.db, workspaceId, values);
      await recordAudit(ctx, {
        action: "shop.settings_changed",
        subjectKind: "workspace",
        subjectId: workspaceId,
        before: pick(before, values),
        after: pick(values, values),
      });
      await notifyLive(ctx.db, { workspaceId, topic: "shop" });
    }
    return readShopSettings(ctx);
  });
}

async function codeIdOf(db: Db, workspaceId: string, typed: string | null): Promise<string | null> {
  if (typed === null) return null;
  const code = await findPromoCode(db, workspaceId, cleanCode(typed), { locked: false });
  if (!code) throw codeUnknown();
  return code.id;
}

/** What an audit entry may say: settings, but not the words of `support`. */
function pick(from: object, changed: object): Record<string, unknown> {
  const names = new Set(Object.keys(changed));
  return Object.fromEntries(
    Object.entries(from).flatMap(([name, value]) =>
      !names.has(name) ? [] : [[name, name === "support" ? "…" : value] as const],
    ),
  );
}
