/** /admin, /stats and /broadcast: for members, and in private only, since a group may hold strangers. */
import { formatDay, formatMoney, formatNumber, type Translate } from "@backend/i18n/index.ts";
import type { MemberActor } from "@backend/kit/context.ts";
import { readWorkspace } from "@backend/modules/identity/actions/read-workspace.ts";
import type { ChatRow } from "@backend/modules/messaging/index.ts";
import { Composer } from "grammy";
import { type BotContext, wordsOf } from "../context.ts";
import { bold, escapeHtml } from "../html.ts";
import { teamButtons } from "../keyboards.ts";
import type { TodayNumbers } from "../ports.ts";
import { meet } from "./start.ts";

export const teamFeature = new Composer<BotContext>();
const inPrivate = teamFeature.chatType("private");

/** The member, or nothing after telling a stranger so, or nothing at all for the blocked. */
async function meetMember(
  ctx: BotContext,
  permission?: string,
): Promise<{ actor: MemberActor; chat: ChatRow; workspace: string } | null> {
  const met = await meet(ctx);
  if (!met) return null;
  const { actor, chat } = met;
  const workspace = (await readWorkspace(ctx.edge.as(actor))).name;
  const t = wordsOf(actor);
  const isAllowed = permission === undefined || actor.permissions.has(permission);
  if (actor.member && isAllowed) return { actor, chat, workspace };
  const refusal = actor.member ? t("common.forbidden") : t("bots.team_only", { workspace });
  await ctx.edge.reply(chat, { kind: "text", html: escapeHtml(refusal) });
  ctx.edge.done({ refused: true });
  return null;
}

inPrivate.command("admin", async (ctx) => {
  const met = await meetMember(ctx);
  if (!met) return;
  const t = wordsOf(met.actor);
  const { canLaunchApp } = ctx.edge.action.ports;
  const lines = [t("bots.admin.text", { workspace: met.workspace })];
  if (!canLaunchApp) lines.push(t("bots.app.unavailable"));
  await ctx.edge.reply(met.chat, {
    kind: "text",
    html: lines.map(escapeHtml).join("\n\n"),
    ...teamButtons(t, met.actor.permissions, canLaunchApp),
  });
  ctx.edge.done({ command: "admin" });
});

/** Leads to where a message to many is written (S-109); it is written, looked at and let go in the app. */
inPrivate.command("broadcast", async (ctx) => {
  const met = await meetMember(ctx, "broadcasts.write");
  if (!met) return;
  const t = wordsOf(met.actor);
  const { canLaunchApp } = ctx.edge.action.ports;
  await ctx.edge.reply(met.chat, {
    kind: "text",
    html: escapeHtml(t(canLaunchApp ? "bots.broadcast.text" : "bots.app.unavailable")),
    ...(canLaunchApp && { buttons: [[{ text: t("bots.broadcast.new"), app: "broadcasts/new" }]] }),
  });
  ctx.edge.done({ command: "broadcast" });
});

inPrivate.command("stats", async (ctx) => {
  const met = await meetMember(ctx, "reports.read");
  if (!met) return;
  const { actor, chat } = met;
  const { db, now, ports } = ctx.edge.action;
  const { workspaceId, timeZone } = actor;
  const today = await ports.readToday(db, { workspaceId, timeZone, now, actor });
  const t = wordsOf(actor);
  await ctx.edge.reply(chat, {
    kind: "text",
    html: statsText(t, today, { day: formatDay(now, actor.locale, timeZone), zone: timeZone }),
    ...teamButtons(t, actor.permissions, ports.canLaunchApp),
  });
  ctx.edge.done({ command: "stats" });
});

/** At most so many currencies are named in one line. */
const shownAmounts = 4;

export function statsText(t: Translate, today: TodayNumbers, when: { day: string; zone: string }): string {
  const { locale } = t;
  const status = (name: string) => t.find(`conversions.status.${name}`) ?? name;
  const conversions = today.conversions.map(({ status: name, count, amounts }) => {
    const money = amounts
      .slice(0, shownAmounts)
      .map(({ amount, currency }) => formatMoney(amount, currency, locale))
      .join(" · ");
    return escapeHtml(`${status(name)}: ${formatNumber(count, locale)}${money ? ` · ${money}` : ""}`);
  });
  const { sent, waiting, failed, unknown } = today.deliveries;
  const { sales } = today;
  const revenue = (sales?.revenue ?? [])
    .slice(0, shownAmounts)
    .map(({ amount, currency }) => formatMoney(amount, currency, locale))
    .join(" · ");
  const number = (value: number) => ({ number: formatNumber(value, locale) });
  return [
    bold(t("bots.stats.title", { day: when.day })),
    "",
    bold(t("bots.stats.conversions")),
    ...(conversions.length > 0 ? conversions : [escapeHtml(t("bots.stats.no_conversions"))]),
    "",
    // A workspace that sells nothing hears nothing of it.
    ...(sales && sales.orders + sales.paid > 0
      ? [
          bold(t("bots.stats.orders")),
          escapeHtml(t("bots.stats.placed", number(sales.orders))),
          escapeHtml(`${t("bots.stats.paid", number(sales.paid))}${revenue ? ` · ${revenue}` : ""}`),
          "",
        ]
      : []),
    bold(t("bots.stats.messages")),
    escapeHtml(t("bots.stats.sent", number(sent))),
    ...(waiting > 0 ? [escapeHtml(t("bots.stats.waiting", number(waiting)))] : []),
    ...(failed > 0 ? [escapeHtml(t("bots.stats.failed", number(failed)))] : []),
    ...(unknown > 0 ? [escapeHtml(t("bots.stats.unknown", number(unknown)))] : []),
    "",
    escapeHtml(t("bots.stats.since", { zone: when.zone })),
  ].join("\n");
}
