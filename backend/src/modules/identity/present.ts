/** Rows → what leaves the server. */
import { localeOf } from "@backend/i18n/translator.ts";
import type { Locale } from "@db/schema/identity.ts";

/** What the person chose; else what Telegram says of them; else the workspace's. One rule for the bot, the app and jobs. */
export const localeOfPerson = (
  person: { locale: Locale | null; telegramLocale: string | null },
  workspace: { locale: Locale },
): Locale => person.locale ?? (person.telegramLocale === null ? workspace.locale : localeOf(person.telegramLocale));

export const timeZoneOfPerson = (person: { timeZone: string | null }, workspace: { timeZone: string }): string =>
  person.timeZone ?? workspace.timeZone;
