/** Shapes that cross HTTP. Tokens and webhook secrets are in none of them. */
import { oneOf } from "@backend/kit/one-of.ts";
import type { Static } from "@sinclair/typebox";
import { t } from "elysia";

export const BotContract = t.Object({
  id: t.String(),
  username: t.String(),
  name: t.String(),
  telegramId: t.Number(),
  isPlatform: t.Boolean(),
  state: oneOf(["active", "inactive", "disconnected"]),
  /** False when PUBLIC_URL is no https address: then Telegram takes no button that opens the app. */
  canLaunchApp: t.Boolean(),
  appUrl: t.String(),
  mode: oneOf(["polling", "webhook"]),
  health: t.Nullable(
    t.Object({
      checkedAt: t.String(),
      /** Code and sentence in the reader's language; null when all is well. */
      problem: t.Nullable(t.Object({ code: t.String(), message: t.String() })),
      pendingUpdates: t.Nullable(t.Number()),
    }),
  ),
  createdAt: t.String(),
});
export type BotContract = Static<typeof BotContract>;
export const BotList = t.Object({ items: t.Array(BotContract) });
export const BotParams = t.Object({ botId: t.String({ format: "uuid" }) });
export const Accepted = t.Object({ ok: t.Literal(true) });
