import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { invalid } from "@backend/kit/errors.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { changesBetween, recordAudit } from "@backend/modules/identity/index.ts";
import { type Content, checkMessage, keepFilesIn } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import type { BotTexts, SaveTexts } from "../contracts.ts";
import { languageIn, repeatedCommand } from "../domain/texts.ts";
import { botNotFound, commandBlank, welcomeFileGone, welcomeUnsound } from "../errors.ts";
import { setUpBotJob } from "../jobs.ts";
import type { BotsPorts } from "../ports.ts";
import { presentTexts } from "../present.ts";
import { type BotTextRow, findOwnBot, findTexts, lockOwnBot, saveTexts } from "../queries.ts";

interface Where {
  botId: string;
  /** Two letters, or "default" for every language without a row of its own. */
  language: string;
}

/** What a bot says in one language; empty where nothing was written yet. Throws bots.bot_not_found, language_unknown. */
export async function readTexts(ctx: ActionContext, input: Where): Promise<BotTexts> {
  const bot = await findOwnBot(ctx.db, ctx.actor.workspaceId, input.botId);
  if (!bot) throw botNotFound();
  return presentTexts(input.language, await findTexts(ctx.db, bot.id, asked(input)));
}

function asked(input: Where): string {
  const language = languageIn(input.language);
  if (language === null) throw invalid("bots.language_unknown");
  return language;
}

/**
 * Writes what a bot says in one language, whole, and has Telegram told. A name or description that is emptied is taken away from
 * Telegram too; the general name cannot be, since a bot has one. Throws bots.bot_not_found, language_unknown, command_blank,
 * command_repeated, what `checkMessage` finds in the welcome message, and letters.file_gone when a file that it carries is not there.
 */
export function changeTexts(
  outer: ActionContext<Pick<BotsPorts, "letterFields">>,
  input: Where & SaveTexts,
): Promise<BotTexts> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const bot = await lockOwnBot(ctx.db, workspaceId, input.botId);
    if (!bot) throw botNotFound();
    const language = asked(input);
    const before = await findTexts(ctx.db, bot.id, language);
    const after = { ...clean(input, before, language), menuButton: blankless(input.menuButton) };
    const blank = after.commands?.find(({ description }) => description === "");
    if (blank) throw commandBlank(blank.command);
    if (after.welcome) assertSendable(after.welcome, await ctx.ports.letterFields(ctx.db, workspaceId));
    const repeated = repeatedCommand(after.commands ?? []);
    if (repeated !== null) throw invalid("bots.command_repeated", { command: repeated });
    if (after.welcome && !(await keepFilesIn(ctx.db, workspaceId, [after.welcome]))) throw welcomeFileGone();
    await saveTexts(ctx.db, { botId: bot.id, language, ...after });
    await enqueue(ctx.db, setUpBotJob, { workspaceId, botId: bot.id });
    const changes = changesBetween(kinds(before), kinds(after));
    await recordAudit(ctx, {
      action: "bot.texts_changed",
      subjectKind: "bot",
      subjectId: bot.id,
      before: { language: input.language, ...changes?.before },
      after: { language: input.language, ...changes?.after },
    });
    await notifyLive(ctx.db, { workspaceId, topic: "bots", id: bot.id });
    return presentTexts(input.language, await findTexts(ctx.db, bot.id, language));
  });
}

type Texts = Pick<BotTextRow, "name" | "description" | "shortDescription" | "menuButton" | "commands"> & {
  welcome: unknown;
};

const blankless = (text: string | null): string | null => text?.trim() || null;

/** '' asks Telegram to take away what was told before; null leaves it alone. */
function clean(input: SaveTexts, before: BotTextRow | null, language: string) {
  const text = (field: "name" | "description" | "shortDescription") => {
    const wanted = blankless(input[field]);
    const mayBeTaken = before !== null && before[field] !== null && (field !== "name" || language !== "");
    return wanted ?? (mayBeTaken ? "" : null);
  };
  return {
    name: text("name"),
    description: text("description"),
    shortDescription: text("shortDescription"),
    commands:
      input.commands && input.commands.length > 0
        ? input.commands.map(({ command, description }) => ({ command, description: description.trim() }))
        : null,
    welcome: input.welcome,
  };
}

/** The trail says which of them are written, not what they say. */
const kinds = (texts: Texts | null) => ({
  name: Boolean(texts?.name),
  description: Boolean(texts?.description),
  shortDescription: Boolean(texts?.shortDescription),
  menuButton: Boolean(texts?.menuButton),
  commands: texts?.commands?.length ?? 0,
  welcome: Boolean(texts?.welcome),
});

/** Refuses what Telegram would refuse, with the first reason and its place. */
function assertSendable(welcome: Content, fields: readonly string[]): void {
  const problem = checkMessage(welcome, { fields }).find(({ isWarning }) => !isWarning);
  if (problem) throw welcomeUnsound(problem);
}

/** The message that answers /start in a person's language; null = our own greeting. */
export async function welcomeFor(db: Db, botId: string, language: string | null): Promise<Content | null> {
  const own = language ? await findTexts(db, botId, language) : null;
  return ((own?.welcome ?? (await findTexts(db, botId, ""))?.welcome) as Content | undefined) ?? null;
}
