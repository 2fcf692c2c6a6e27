/** /start, /app, /help: who am I talking to, and where is the app. */

import type { MemberActor } from "@backend/kit/context.ts";
import { AppError } from "@backend/kit/errors.ts";
import { readWorkspace } from "@backend/modules/identity/actions/read-workspace.ts";
import { acceptInvitation, invitationTokenOf, isRole } from "@backend/modules/identity/index.ts";
import type { ChatRow } from "@backend/modules/messaging/index.ts";
import { Composer } from "grammy";
import { registerPrivateChat } from "../chats.ts";
import { type BotContext, wordsOf } from "../context.ts";
import { bold, escapeHtml } from "../html.ts";
import { openPayload } from "../intake/keep-update.ts";
import { appButton } from "../keyboards.ts";
import { welcomeOf } from "../welcome.ts";

export const startFeature = new Composer<BotContext>();
const inPrivate = startFeature.chatType("private");

/** The sender and his chat; null, and silence, for whoever is blocked or no person. */
export async function meet(
  ctx: BotContext,
  start?: { source: string | null },
): Promise<{ actor: MemberActor; chat: ChatRow } | null> {
  const actor = await ctx.edge.sender(ctx);
  if (!actor || !ctx.chat) {
    ctx.edge.ignore("blocked, or not a person");
    return null;
  }
  return { actor, chat: await registerPrivateChat(ctx, ctx.chat, actor, start) };
}

const workspaceName = async (ctx: BotContext, actor: MemberActor): Promise<string> =>
  (await readWorkspace(ctx.edge.as(actor))).name;

inPrivate.command("start", async (ctx) => {
  const payload = openPayload(ctx.match, ctx.edge.action.ports.vault.open);
  const token = invitationTokenOf(payload);
  // An invitation says who may join the team, not where somebody comes from, and its token is a secret.
  const met = await meet(ctx, { source: token ? null : payload });
  if (!met) return;
  ctx.edge.done({ command: "start", ...(payload && !token ? { payload: payload.slice(0, 64) } : {}) });
  if (token) return join(ctx, met, token);
  const { actor, chat } = met;
  const welcome = await welcomeOf(ctx, actor, payload);
  if (welcome) return ctx.edge.reply(chat, welcome);
  const t = wordsOf(actor);
  const name = ctx.from.first_name.trim();
  const workspace = await workspaceName(ctx, actor);
  const role = actor.member && isRole(actor.member.role) ? t(`identity.role.${actor.member.role}`) : null;
  const lines = [
    name ? t("bots.start.hello", { name }) : t("bots.start.hello_nameless"),
    role ? t("bots.start.member", { workspace, role }) : t("bots.start.person", { workspace }),
  ];
  const { canLaunchApp } = ctx.edge.action.ports;
  await ctx.edge.reply(chat, {
    kind: "text",
    html: lines.map(escapeHtml).join("\n\n"),
    ...appButton(t, canLaunchApp),
  });
});

/** An invitation opened in the chat. What is wrong with it is said in the person's language; nothing is changed then. */
async function join(ctx: BotContext, met: { actor: MemberActor; chat: ChatRow }, token: string): Promise<void> {
  const t = wordsOf(met.actor);
  try {
    const joined = await acceptInvitation(ctx.edge.as(met.actor), { token });
    const text = t("bots.joined", { workspace: joined.workspaceName, role: t(`identity.role.${joined.role}`) });
    const { canLaunchApp } = ctx.edge.action.ports;
    await ctx.edge.reply(met.chat, { kind: "text", html: escapeHtml(text), ...appButton(t, canLaunchApp) });
    ctx.edge.done({ joinedAs: joined.role });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const text = t.find(error.code, error.params) ?? t("identity.invitation_not_found");
    await ctx.edge.reply(met.chat, { kind: "text", html: escapeHtml(text) });
    ctx.edge.done({ refused: error.code });
  }
}

inPrivate.command("app", async (ctx) => {
  const met = await meet(ctx);
  if (!met) return;
  const t = wordsOf(met.actor);
  const { canLaunchApp } = ctx.edge.action.ports;
  const text = canLaunchApp ? t("bots.app.text") : t("bots.app.unavailable");
  await ctx.edge.reply(met.chat, { kind: "text", html: escapeHtml(text), ...appButton(t, canLaunchApp) });
  ctx.edge.done({ command: "app" });
});

inPrivate.command("help", async (ctx) => {
  const met = await meet(ctx);
  if (!met) return;
  const { actor, chat } = met;
  const t = wordsOf(actor);
  const workspace = await workspaceName(ctx, actor);
  const commands: [string, string][] = [
    ["/app", t("bots.command.app")],
    ["/subscriptions", t("bots.command.subscriptions")],
    ["/stop", t("bots.command.stop")],
    ["/paysupport", t("bots.command.paysupport")],
    ["/terms", t("bots.command.terms")],
  ];
  if (actor.member) commands.push(["/stats", t("bots.command.stats")], ["/admin", t("bots.command.admin")]);
  const html = [
    escapeHtml(t("bots.help.person", { workspace })),
    ...(actor.member ? [escapeHtml(t("bots.help.member"))] : []),
    [bold(t("bots.help.commands")), ...commands.map(([name, what]) => escapeHtml(`${name} — ${what}`))].join("\n"),
  ].join("\n\n");
  await ctx.edge.reply(chat, { kind: "text", html, ...appButton(t, ctx.edge.action.ports.canLaunchApp) });
  ctx.edge.done({ command: "help" });
});

/** Anything else that somebody writes or allows in private proves that the bot may write to him; there is no answer to it yet. */
inPrivate.on("message", async (ctx) => {
  if (await meet(ctx)) ctx.edge.done({ chat: "private" });
});
