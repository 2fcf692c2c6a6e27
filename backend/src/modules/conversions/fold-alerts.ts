/** Alerts that outran their chat, as one message: what messaging asks of this room. */
import { localeOf, translator } from "@backend/i18n/index.ts";
import type { FoldRenderer } from "@backend/modules/messaging/index.ts";
import type { Markup } from "./domain/alert.ts";
import { type DigestItem, digestText, readDigestItem } from "./domain/digest.ts";

/** An item that cannot be read still counts: none of the alerts may vanish from the digest. */
const unknownItem: DigestItem = { status: "other", rawStatus: null, amount: null, currency: null, isCorrection: false };

export const foldAlerts =
  (markup: Markup): FoldRenderer =>
  ({ items, locale }) => {
    const t = translator(localeOf(locale));
    const html = digestText(
      items.map((item) => readDigestItem(item) ?? unknownItem),
      t,
      markup,
    );
    return { kind: "text", html, buttons: [[{ text: t("conversions.alert.open"), app: "traffic" }]] };
  };
