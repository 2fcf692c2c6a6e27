/** A bot is connected by its token, or made anew through one that may make others. */
import { href } from "@miniapp/app/paths.ts";
import { useMe } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { openAddress, useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import { BotIcon, Row, Screen, Section, toast } from "@miniapp/shared/ui/index.ts";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { type Bot, botsQuery, connectBot, requestManagedBot } from "./api.ts";
import { TokenField, TokenGuide } from "./token-field.tsx";
import { useTokenWrite } from "./use-token-write.ts";

export default function NewBotScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  const { sandbox } = useMe();
  const queries = useQueryClient();
  const [token, setToken] = useState("");
  const connect = useTokenWrite(connectBot, (bot) => {
    toast(t("app.bots.connected", { bot: bot.username }));
    void queries.invalidateQueries({ queryKey: ["bots"] });
    go(href("bot", { botId: bot.id }), { replace: true });
  });
  useClosingConfirmation(token !== "");

  return (
    <Screen
      title={t("app.bots.connect")}
      back={href("bots")}
      main={{
        text: t(connect.isElsewhere ? "app.bots.take_over" : "app.bots.connect"),
        onClick: () => connect.run({ token }),
        isBusy: connect.isBusy,
        isDisabled: token.trim() === "" || connect.isOff,
      }}
    >
      <TokenField
        value={token}
        onChange={(value) => {
          setToken(value);
          connect.reset();
        }}
        error={connect.problem}
        footer={token.trim() === "" ? t("app.bots.token_missing") : undefined}
        onEnter={() => connect.run({ token })}
      />
      <TokenGuide />
      {sandbox && <Section footer={t("app.bots.sandbox")}>{null}</Section>}
      <NewBot />
    </Screen>
  );
}

/** Telegram makes the bot; ours sends the button for it. */
function NewBot(): JSX.Element | null {
  const t = useT();
  const bots = useQuery(botsQuery).data?.items ?? [];
  const manager = bots.find((bot) => bot.canManageBots && bot.state === "active");
  const request = useAct((bot: Bot) => requestManagedBot(bot.id), {
    stale: [],
    onDone: (_, bot) => {
      toast(t("app.bots.new_done", { bot: bot.username }));
      openAddress(`https://t.me/${bot.username}`);
    },
  });
  if (!manager) return null;
  return (
    <Section footer={t("app.bots.new_text", { bot: manager.username })}>
      <Row
        before={<BotIcon />}
        title={t("app.bots.new")}
        tone="accent"
        onClick={() => request.run(manager)}
        isDisabled={request.isOff}
      />
    </Section>
  );
}
