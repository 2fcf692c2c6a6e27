import { localeOf, translator } from "@backend/i18n/index.ts";
import { locales } from "@backend/i18n/translator.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { scrub } from "@backend/kit/log.ts";
import type { Locale } from "@db/schema/identity.ts";
import { mergeCommands, sameCommands } from "../domain/texts.ts";
import type { BotCommand, BotsPorts } from "../ports.ts";
import type { BotTextRow } from "../queries.ts";
import { isTokenRefused } from "./identify-bot.ts";

const commandsIn = (locale: Locale): BotCommand[] => {
  const t = translator(locale);
  return [
    { command: "start", description: t("bots.command.start") },
    { command: "app", description: t("bots.command.app") },
    { command: "stats", description: t("bots.command.stats") },
    { command: "admin", description: t("bots.command.admin") },
    { command: "subscriptions", description: t("bots.command.subscriptions") },
    { command: "stop", description: t("bots.command.stop") },
    { command: "paysupport", description: t("bots.command.paysupport") },
    { command: "terms", description: t("bots.command.terms") },
    { command: "help", description: t("bots.command.help") },
  ];
};

/**
 * Tells Telegram the commands of a bot where they differ. A language with a list of its own shows nothing of the general one, so every list
 * is whole. A list that Telegram refuses is told without the workspace's own commands, so that nobody loses /stop to a word of theirs; the
 * answer has its reason by the language of the texts that it came from ("" = the general ones). Throws what may succeed later, and a
 * refused token.
 */
export async function tellCommands(
  { botAccounts }: Pick<BotsPorts, "botAccounts">,
  token: string,
  texts: readonly BotTextRow[],
): Promise<Map<string, string>> {
  const refused = new Map<string, string>();
  const textsIn = (language: string) => texts.find((row) => row.language === language);
  const tell = async (language: string, commands: readonly BotCommand[]) => {
    if (!sameCommands(await botAccounts.commands(token, language), commands))
      await botAccounts.setCommands(token, language, commands);
  };
  for (const language of new Set(["", ...locales, ...texts.map((row) => row.language)])) {
    const own = textsIn(language)?.commands ?? textsIn("")?.commands ?? [];
    const builtIn = commandsIn(localeOf(language));
    const told = await refusalOf(() => tell(language, mergeCommands(own, builtIn)));
    if (told === null) continue;
    refused.set(textsIn(language)?.commands ? language : "", told);
    if (own.length > 0) await refusalOf(() => tell(language, builtIn));
  }
  return refused;
}

/** Why Telegram refuses, in its words; null when it does not. */
async function refusalOf(call: () => Promise<void>): Promise<string | null> {
  try {
    await call();
    return null;
  } catch (error) {
    if (!(error instanceof IntegrationError) || error.options.retryable || isTokenRefused(error)) throw error;
    return scrub(error.message).slice(0, 300);
  }
}
