/** Rows → what leaves the server. */
import { translator } from "@backend/i18n/index.ts";
import type { Actor } from "@backend/kit/context.ts";
import { scrub } from "@backend/kit/log.ts";
import type { Content } from "@backend/modules/messaging/index.ts";
import type { BotContract, BotTexts } from "./contracts.ts";
import { appAddress, canLaunchApp } from "./domain/launch.ts";
import type { BotsPorts } from "./ports.ts";
import type { BotRow, BotTextRow } from "./queries.ts";

type Settings = Pick<BotsPorts, "publicUrl" | "botMode" | "installation">;

export function presentBot(row: BotRow, settings: Settings, locale: Actor["locale"]): BotContract {
  const { health } = row;
  const lastError = scrub(health?.lastError ?? "").slice(0, 300);
  const sentence = (code: string) =>
    translator(locale).find(code, {
      count: String(health?.pendingUpdates ?? 0),
      reason: lastError.slice(0, 200),
    }) ?? code;
  return {
    id: row.id,
    username: row.username,
    name: row.name,
    telegramId: row.telegramId,
    isPlatform: row.isPlatform,
    state: row.state,
    canLaunchApp: canLaunchApp(settings.publicUrl, settings.installation.sandbox),
    appUrl: appAddress(settings.publicUrl, row.id),
    mode: settings.botMode,
    health: health && {
      checkedAt: health.checkedAt,
      problem: health.problem === null ? null : { code: health.problem, message: sentence(health.problem) },
      pendingUpdates: health.pendingUpdates ?? null,
      lastError: lastError === "" ? null : { text: lastError, at: health.lastErrorAt ?? null },
    },
    canManageBots: row.canManageBots,
    isManaged: row.managedBy !== null,
    createdAt: row.createdAt.toISOString(),
  };
}

/** A text that Telegram is yet to be told to take away is shown as gone. */
export const presentTexts = (language: string, row: BotTextRow | null): BotTexts => ({
  language,
  name: row?.name || null,
  description: row?.description || null,
  shortDescription: row?.shortDescription || null,
  menuButton: row?.menuButton ?? null,
  commands: row?.commands ?? null,
  welcome: (row?.welcome as Content | null | undefined) ?? null,
  problem: row?.problem ?? null,
  nextTryAt: row?.nextTryAt?.toISOString() ?? null,
});
