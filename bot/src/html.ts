/** Telegram's HTML: three characters mean something, everything else is text. */
export const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

export const bold = (text: string): string => `<b>${escapeHtml(text)}</b>`;
