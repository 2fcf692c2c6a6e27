/** Tokens as @BotFather hands them out. */

/** Bot id, colon, secret part: 35 characters today, a little leeway for tomorrow. */
const tokenShape = /(?<![\w:-])[1-9]\d{5,15}:[A-Za-z0-9_-]{30,64}(?![\w:-])/g;

/**
 * The one token in a text: people paste the whole message that @BotFather sent. Null when there is none, or several and nobody
 * could say which is meant.
 */
export function tokenIn(text: string): string | null {
  const found = new Set(text.match(tokenShape));
  const [token] = found;
  return found.size === 1 && token !== undefined ? token : null;
}
