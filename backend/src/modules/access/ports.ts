/** What this room needs from the outside. */
import type { Vault } from "@backend/kit/crypto.ts";

/** What a bot may do in a chat. */
export interface Rights {
  /** Make invite links and answer who asks to join. */
  mayInvite: boolean;
  /** Show somebody out. */
  mayRemove: boolean;
}

/** Where somebody stands with a chat. `ruler`: its owner or an administrator, whom no bot can remove. */
export type Standing = "in" | "out" | "banned" | "ruler";

export interface Guest {
  telegramChatId: number;
  telegramId: number;
}

/**
 * The doors of chats, at Telegram. Every call throws IntegrationError; `status` 400 and 403 mean that Telegram refused: what was asked
 * makes no sense any more, or the bot lacks a right. Which of them is asked for with `rightsOf` and `standingOf`.
 */
export interface ChatGates {
  rightsOf(token: string, telegramChatId: number): Promise<Rights>;
  standingOf(token: string, guest: Guest): Promise<Standing>;
  /** A link by which somebody asks to join; it lets nobody in by itself. `name`: 32 characters at most. */
  invite(token: string, link: { telegramChatId: number; name: string; until: Date }): Promise<string>;
  revoke(token: string, link: { telegramChatId: number; link: string }): Promise<void>;
  approve(token: string, guest: Guest): Promise<void>;
  decline(token: string, guest: Guest): Promise<void>;
  /** Removes, and keeps out until then; Telegram takes less than 30 seconds, and no time at all, for ever. */
  ban(token: string, guest: Guest & { until: Date }): Promise<void>;
  /** Lets a banned one come again; changes nothing for everybody else. */
  unban(token: string, guest: Guest): Promise<void>;
  /**
   * Writes to somebody who asked to join, although he may never have started the bot: Telegram allows it for five minutes. Plain text and a
   * button that opens a link.
   */
  say(
    token: string,
    telegramChatId: number,
    words: { text: string; button: { text: string; url: string } },
  ): Promise<void>;
}

export interface AccessPorts {
  vault: Vault;
  chatGates: ChatGates;
}
