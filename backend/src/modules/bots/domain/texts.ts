/** What a bot says of itself: Telegram's limits, and how a workspace's own commands go with the built-in ones. */

/** Characters (Bot API: setMyName, setMyDescription, setMyShortDescription, BotCommand). The button's text has no published limit: more is cut on screens. */
export const textLimits = {
  name: 64,
  description: 512,
  shortDescription: 120,
  menuButton: 32,
  commandDescription: 256,
} as const;
/** Telegram takes 100; the built-in ones need room. */
export const maxOwnCommands = 80;
export const commandPattern = "^[a-z0-9_]{1,32}$";

export interface Command {
  command: string;
  description: string;
}

/**
 * Own commands first, as they were ordered, then the built-in ones that they do not describe anew: nobody loses /stop by naming
 * commands of his own.
 */
export function mergeCommands(own: readonly Command[], builtIn: readonly Command[]): Command[] {
  const named = new Set(own.map(({ command }) => command));
  return [...own, ...builtIn.filter(({ command }) => !named.has(command))];
}

/** The first command that is named twice; null when none is. */
export function repeatedCommand(commands: readonly Command[]): string | null {
  const seen = new Set<string>();
  for (const { command } of commands) {
    if (seen.has(command)) return command;
    seen.add(command);
  }
  return null;
}

const commandLine = /^\/?([a-z0-9_]{1,32})\s*[-–—:]\s*(\S.*)$/;

/** Commands as @BotFather takes them, one a line: "price - Our prices". Blank lines are no commands. */
export function readCommands(text: string): { ok: true; commands: Command[] } | { ok: false; line: number } {
  const commands: Command[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const [, command = "", description = ""] = commandLine.exec(line.trim()) ?? [];
    const isRepeated = commands.some((one) => one.command === command);
    if (command === "" || isRepeated || description.length > textLimits.commandDescription)
      return { ok: false, line: at + 1 };
    commands.push({ command, description });
  }
  return { ok: true, commands };
}

export const writeCommands = (commands: readonly Command[]): string =>
  commands.map(({ command, description }) => `${command} - ${description}`).join("\n");

/** Same commands in the same order. */
export const sameCommands = (a: readonly Command[], b: readonly Command[]): boolean =>
  a.length === b.length &&
  a.every(({ command, description }, i) => b[i]?.command === command && b[i]?.description === description);

/** In addresses the row for all other languages is called "default"; in the table its language is empty. Null for what is no language. */
export const languageIn = (address: string): string | null =>
  address === "default" ? "" : /^[a-z]{2}$/.test(address) ? address : null;
