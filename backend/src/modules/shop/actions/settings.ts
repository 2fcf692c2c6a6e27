/** How the shop works, and what it says of itself. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { findWorkspace, recordAudit } from "@backend/modules/identity/index.ts";
import { chatName, findOwnChat } from "@backend/modules/messaging/index.ts";
import { type ChangeShopSettings, noticeKinds, type ShopSettings } from "../catalog-contracts.ts";
import { lockList, readSettings, saveSettings } from "../catalog-queries.ts";
import { cleanText } from "../domain/local-text.ts";
import { plain } from "../domain/money.ts";
import { chatNotFound } from "../errors.ts";

export async function readShopSettings(ctx: ActionContext): Promise<ShopSettings> {
  const { workspaceId } = ctx.actor;
  const settings = await readSettings(ctx.db, workspaceId);
  const chat = settings.noticeChatId ? await findOwnChat(ctx.db, workspaceId, settings.noticeChatId) : null;
  const { timeZone } = await findWorkspace(ctx.db, workspaceId);
  return {
    ...settings,
    refundLimit: settings.refundLimit === null ? null : plain(settings.refundLimit),
    notices: noticeKinds.filter((kind) => settings.notices.includes(kind)),
    noticeChat: chat && { id: chat.id, name: chatName(chat) },
    timeZone,
  };
}

/** Throws shop.chat_not_found for a chat of others. */
export function changeShopSettings(outer: ActionContext, input: ChangeShopSettings): Promise<ShopSettings> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const { support, ...rest } = input;
    if (rest.noticeChatId && !(await findOwnChat(ctx.db, workspaceId, rest.noticeChatId))) throw chatNotFound();
    const values = {
      ...rest,
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

/** What an audit entry may say: settings, but not the words of `support`. */
function pick(from: object, changed: object): Record<string, unknown> {
  const names = new Set(Object.keys(changed));
  return Object.fromEntries(
    Object.entries(from).flatMap(([name, value]) =>
      !names.has(name) ? [] : [[name, name === "support" ? "…" : value] as const],
    ),
  );
}
