/** Rows → what leaves the server. */
import { translator } from "@backend/i18n/index.ts";
import type { Actor } from "@backend/kit/context.ts";
import { scrub } from "@backend/kit/log.ts";
import type { BotContract } from "./contracts.ts";
import { appAddress, canLaunchApp } from "./domain/launch.ts";
import type { BotsPorts } from "./ports.ts";
import type { BotRow } from "./queries.ts";

type Settings = Pick<BotsPorts, "publicUrl" | "botMode" | "installation">;

export function presentBot(row: BotRow, settings: Settings, locale: Actor["locale"]): BotContract {
  const { health } = row;
  const sentence = (code: string) =>
    translator(locale).find(code, {
      count: String(health?.pendingUpdates ?? 0),
      reason: scrub(health?.lastError ?? "").slice(0, 200),
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
    },
    createdAt: row.createdAt.toISOString(),
  };
}
