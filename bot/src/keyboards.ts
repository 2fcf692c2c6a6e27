/** Buttons under messages. */
import type { Translate } from "@backend/i18n/index.ts";
import type { Button, Content } from "@backend/modules/messaging/index.ts";
import { escapeHtml } from "./html.ts";

type Row = Button[];

/** Opens the app: within private chats, and by a t.me link elsewhere (the sender knows which a chat takes). */
export const appButton = (t: Translate, canLaunchApp: boolean): { buttons?: Row[] } =>
  canLaunchApp ? { buttons: [[{ text: t("bots.open_app"), app: "" }]] } : {};

/** Opens the screen where a person says what he may be sent. */
export const subscriptionsButton = (t: Translate, canLaunchApp: boolean): { buttons?: Row[] } =>
  canLaunchApp ? { buttons: [[{ text: t("audience.open_subscriptions"), app: "subscriptions" }]] } : {};

/** What was refused, and the way back where there is one: it leads through the app, which has to have an address. */
export function refusalReply(
  t: Translate,
  said: "audience.stop.done" | "audience.stop.already" | "audience.stop.category_done",
  canLaunchApp: boolean,
): Content {
  const text = canLaunchApp ? `${t(said)} ${t("audience.stop.way_back")}` : t(said);
  return { kind: "text", html: escapeHtml(text), ...subscriptionsButton(t, canLaunchApp) };
}

/** A button a row, as long as a thumb finds its way; two of them where there are many. */
export function pairedRows(buttons: readonly Button[]): Row[] {
  const inRow = buttons.length > 8 ? 2 : 1;
  return Array.from({ length: Math.ceil(buttons.length / inRow) }, (_, row) =>
    buttons.slice(row * inRow, (row + 1) * inRow),
  );
}

/** The team's screens that these permissions open, two in a row. */
export function teamButtons(
  t: Translate,
  permissions: ReadonlySet<string>,
  canLaunchApp: boolean,
): { buttons?: Row[] } {
  if (!canLaunchApp) return {};
  const screens = [
    { permission: "conversions.read", text: t("bots.open_conversions"), app: "traffic" },
    { permission: "connections.read", text: t("bots.open_connections"), app: "connections" },
    { permission: "broadcasts.read", text: t("bots.open_broadcasts"), app: "broadcasts" },
    { permission: "audience.read", text: t("bots.open_audience"), app: "audience" },
    { permission: "chats.read", text: t("bots.open_chats"), app: "control/chats" },
    { permission: "members.read", text: t("bots.open_members"), app: "control/members" },
  ].filter(({ permission }) => permissions.has(permission));
  const rows: Row[] = [];
  for (let i = 0; i < screens.length; i += 2)
    rows.push(screens.slice(i, i + 2).map(({ text, app }) => ({ text, app })));
  return rows.length > 0 ? { buttons: rows } : appButton(t, canLaunchApp);
}
