/** Shapes that cross HTTP. Tokens and webhook secrets are in none of them. */
import { oneOf } from "@backend/kit/one-of.ts";
import { CreateWorkspaceBody, Workspace } from "@backend/modules/identity/index.ts";
import { Content } from "@backend/modules/messaging/index.ts";
import type { Static } from "@sinclair/typebox";
import { t } from "elysia";
import { commandPattern, maxOwnCommands, textLimits } from "./domain/texts.ts";

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
      /** Telegram's words about the last update that it could not deliver, without secrets, and when that was. */
      lastError: t.Nullable(t.Object({ text: t.String(), at: t.Nullable(t.String()) })),
    }),
  ),
  /** Whether it may make other bots for the team (Telegram's managed bots). */
  canManageBots: t.Boolean(),
  /** Made by another of our bots. */
  isManaged: t.Boolean(),
  createdAt: t.String(),
});
export type BotContract = Static<typeof BotContract>;
export const BotList = t.Object({ items: t.Array(BotContract) });
export const BotParams = t.Object({ botId: t.String({ format: "uuid" }) });

/** As @BotFather gave it out; words around it are no harm. It is in no answer, and nobody sees it again. */
const token = t.String({ minLength: 1, maxLength: 4_096 });
export const ConnectBotBody = t.Object({
  token,
  /** The bot may be connected in another workspace: take it from there. */
  takeOver: t.Optional(t.Boolean()),
});
/** A workspace is opened through a bot of its own, which comes with it. */
export const CreateWorkspaceWithBotBody = t.Object(
  { ...CreateWorkspaceBody.properties, ...ConnectBotBody.properties },
  { examples: [{ name: "Northern media", locale: "en", timeZone: "Europe/Kyiv", token: "123456789:AAH…" }] },
);
export type CreateWorkspaceWithBot = Static<typeof CreateWorkspaceWithBotBody>;
export const CreatedWorkspace = t.Object({
  ...Workspace.properties,
  bot: t.Object({ id: t.String(), username: t.String() }),
  /** The chat with the bot: after Start its menu button opens the app. */
  chatLink: t.String(),
  /** Opens the app itself, once the bot's Mini App is set in @BotFather to `appUrl`. */
  appLink: t.String(),
  appUrl: t.String(),
  canLaunchApp: t.Boolean(),
});
export type CreatedWorkspace = Static<typeof CreatedWorkspace>;
export const ReplaceTokenBody = t.Object({ token });

// ── What a bot says of itself ───────────────────────────────────────────────────────────────────────────────────────

const text = (maxLength: number) => t.Nullable(t.String({ maxLength }));
const texts = {
  /** Null = as it is at Telegram. */
  name: text(textLimits.name),
  /** Shown in an empty chat with the bot. */
  description: text(textLimits.description),
  /** Shown on the bot's page and with its links. */
  shortDescription: text(textLimits.shortDescription),
  /** Null = our word. Telegram has one for all languages: that of the general texts. */
  menuButton: text(textLimits.menuButton),
  /** Besides the built-in ones, which are always there. Null = those of the general texts. */
  commands: t.Nullable(
    t.Array(
      t.Object({
        command: t.String({ pattern: commandPattern }),
        description: t.String({ minLength: 1, maxLength: textLimits.commandDescription }),
      }),
      { maxItems: maxOwnCommands },
    ),
  ),
  /** Answers /start of whoever is not of the team; null = the general one, or our greeting. */
  welcome: t.Nullable(Content),
};
export const SaveTexts = t.Object(texts);
export type SaveTexts = Static<typeof SaveTexts>;
export const BotTexts = t.Object({
  /** Two letters, or "default". */
  language: t.String(),
  ...texts,
  /** Why Telegram refused one of them, in its words. */
  problem: t.Nullable(t.String()),
  /** Telegram lets names change seldom: the name is told then. */
  nextTryAt: t.Nullable(t.String()),
});
export type BotTexts = Static<typeof BotTexts>;
export const TextsParams = t.Object({
  botId: t.String({ format: "uuid" }),
  /** Two letters or "default"; looked at after the bot is found. */
  language: t.String({ maxLength: 40 }),
});

export const Accepted = t.Object({ ok: t.Literal(true) });
