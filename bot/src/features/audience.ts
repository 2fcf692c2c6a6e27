/** /stop and /subscriptions: what a person does not want to be sent. */
import { everything, optOutButton, readMySubscriptions, refuseMessages } from "@backend/modules/audience/index.ts";
import { Composer } from "grammy";
import { type BotContext, wordsOf } from "../context.ts";
import { escapeHtml } from "../html.ts";
import { pairedRows, refusalReply, subscriptionsButton } from "../keyboards.ts";
import { meet } from "./start.ts";

export const audienceFeature = new Composer<BotContext>();
const inPrivate = audienceFeature.chatType("private");

/** Refuses everything at once, without a question in between: whoever wants to be left alone is. */
inPrivate.command("stop", async (ctx) => {
  const met = await meet(ctx);
  if (!met) return;
  const { changed } = await refuseMessages(ctx.edge.as(met.actor), { categoryId: everything, via: "command" });
  const said = changed ? "audience.stop.done" : "audience.stop.already";
  await ctx.edge.reply(met.chat, refusalReply(wordsOf(met.actor), said, ctx.edge.action.ports.canLaunchApp));
  ctx.edge.done({ command: "stop", changed });
});

/** The screen of choices and, for those who would not open it, a button for each kind that may be refused; back leads the screen alone. */
inPrivate.command(["subscriptions", "settings"], async (ctx) => {
  const met = await meet(ctx);
  if (!met) return;
  ctx.edge.done({ command: "subscriptions" });
  const t = wordsOf(met.actor);
  const { canLaunchApp } = ctx.edge.action.ports;
  const { isOptedOut, categories } = await readMySubscriptions(ctx.edge.as(met.actor));
  if (isOptedOut) return ctx.edge.reply(met.chat, refusalReply(t, "audience.stop.already", canLaunchApp));
  const open = categories.filter((category) => !category.isOptedOut);
  const kinds = open.map(({ id, name }) => ({
    text: t("audience.subscriptions.refuse", { name }),
    callback: optOutButton(id),
  }));
  const lines = [t(canLaunchApp ? "audience.subscriptions.text" : "audience.subscriptions.no_app")];
  if (kinds.length > 0) lines.push(t("audience.subscriptions.kinds"));
  const buttons = [...(subscriptionsButton(t, canLaunchApp).buttons ?? []), ...pairedRows(kinds)];
  await ctx.edge.reply(met.chat, {
    kind: "text",
    html: lines.map(escapeHtml).join("\n\n"),
    ...(buttons.length > 0 ? { buttons } : {}),
  });
});
