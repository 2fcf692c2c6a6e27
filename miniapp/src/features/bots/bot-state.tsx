/** What a bot is, in a word. */
import { useT } from "@miniapp/shared/i18n.ts";
import { Badge } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import { type Bot, isTroubled } from "./api.ts";

export function BotState({ bot }: { bot: Bot }): JSX.Element {
  const t = useT();
  if (bot.state === "disconnected") return <Badge tone="bad">{t("app.bots.lost")}</Badge>;
  if (bot.state === "inactive") return <Badge>{t("app.bots.off")}</Badge>;
  return isTroubled(bot) ? (
    <Badge tone="warn">{t("app.health.warning")}</Badge>
  ) : (
    <Badge tone="good">{t("app.state.works")}</Badge>
  );
}
