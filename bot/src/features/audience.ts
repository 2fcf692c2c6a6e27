/** /stop and /subscriptions: what a person does not want to be sent. */
import { refuseMessages } from "@backend/modules/audience/index.ts";
import { Composer } from "grammy";
import { type BotContext, wordsOf } from "../context.ts";
import { escapeHtml } from "../html.ts";
import { subscriptionsButton } from "../keyboards.ts";
import { meet } from "./start.ts";

export const audienceFeature = new Composer<BotContext>();
const inPrivate = audienceFeature.chatType("private");

/** Refuses everything at once, without a question in between: whoever wants to be left alone is. */
inPrivate.command("stop", async (ctx) => {
  const met = await meet(ctx);
  if (!met) return;
  const t = wordsOf(met.actor);
  const { canLaunchApp } = ctx.edge.action.ports;
  const { changed } = await refuseMessages(ctx.edge.as(met.actor), { categoryId: 0, via: "command" });
  await ctx.edge.reply(met.chat, {
    kind: "text",
    html: escapeHtml(t(changed ? "audience.stop.done" : "audience.stop.already")),
    ...subscriptionsButton(t, canLaunchApp),
  });
  ctx.edge.done({ command: "stop", changed });
});

inPrivate.command(["subscriptions", "settings"], async (ctx) => {
  const met = await meet(ctx);
  if (!met) return;
  const t = wordsOf(met.actor);
  const { canLaunchApp } = ctx.edge.action.ports;
  await ctx.edge.reply(met.chat, {
    kind: "text",
    html: escapeHtml(canLaunchApp ? t("audience.subscriptions.text") : t("audience.subscriptions.no_app")),
    ...subscriptionsButton(t, canLaunchApp),
  });
  ctx.edge.done({ command: "subscriptions" });
});
