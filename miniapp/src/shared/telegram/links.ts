/** Ways out of the app: links, invoices, the clipboard. */
import { sdk } from "./sdk.ts";

/** Opens an address outside the app, from a tap: Telegram's own inside Telegram, all others in the browser. */
export function openAddress(url: string): void {
  const { openLink, openTelegramLink } = sdk() ?? {};
  if (url.startsWith("https://t.me/") && openTelegramLink?.isAvailable()) openTelegramLink(url);
  else if (openLink?.isAvailable()) openLink(url);
  else window.open(url, "_blank", "noopener");
}

/** Lets the person choose a chat to send the address to. */
export function shareAddress(url: string, text: string): void {
  const shareURL = sdk()?.shareURL;
  if (shareURL?.isAvailable()) shareURL(url, text);
  else openAddress(`https://t.me/share/url?url=${encodeURIComponent(url)}&text=${encodeURIComponent(text)}`);
}

export type InvoiceOutcome = "paid" | "pending" | "cancelled" | "failed" | "unavailable";

/** Shows an invoice. What it answers is a hint: only the server knows whether money has come. */
export async function payInvoice(url: string): Promise<InvoiceOutcome> {
  const openInvoice = sdk()?.openInvoice;
  if (!openInvoice?.isAvailable()) return "unavailable";
  try {
    return (await openInvoice(url, "url")) as InvoiceOutcome;
  } catch {
    return "failed";
  }
}

/** Puts text on the clipboard, from a tap. False when the client refuses. */
export async function copyText(text: string): Promise<boolean> {
  try {
    const copy = sdk()?.copyTextToClipboard;
    await (copy ? copy(text) : navigator.clipboard.writeText(text));
    return true;
  } catch {
    return false;
  }
}
