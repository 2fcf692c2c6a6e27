/** A bot is connected by its token, or made anew through one that may make others. */
import { href } from "@miniapp/app/paths.ts";
import { useMe } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { ApiError } from "@miniapp/shared/api-client.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { haptics, openAddress, useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import { ask, BotIcon, Row, Screen, Section, toast, useIsOffline } from "@miniapp/shared/ui/index.ts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { type Bot, botsQuery, connectBot, requestManagedBot } from "./api.ts";
import { TokenField, TokenGuide } from "./token-field.tsx";

export default function NewBotScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  const isOffline = useIsOffline();
  const { sandbox } = useMe();
  const queries = useQueryClient();
  const [token, setToken] = useState("");
  const connect = useMutation({ mutationFn: connectBot });
  useClosingConfirmation(token !== "");
  const error = connect.error instanceof ApiError ? connect.error : null;
  const isElsewhere = error?.code === "bots.connected_elsewhere";

  const submit = (takeOver: boolean) => {
    if (token.trim() === "" || connect.isPending) return;
    connect.mutate(
      { token, ...(takeOver ? { takeOver } : {}) },
      {
        onSuccess: (bot) => {
          haptics.succeeded();
          toast(t("app.bots.connected", { bot: bot.username }));
          void queries.invalidateQueries({ queryKey: ["bots"] });
          go(href("bot", { botId: bot.id }), { replace: true });
        },
        onError: (failure) => {
          haptics.failed();
          if (failure instanceof ApiError && failure.code === "bots.connected_elsewhere") void offer(failure);
        },
      },
    );
  };

  /** Taking a bot away from others cannot be undone from here. */
  const offer = async (failure: ApiError) => {
    const isSure = await ask({
      title: t("app.bots.take_over_title"),
      message: t("app.bots.take_over_text", { bot: String(failure.params.bot ?? "") }),
      confirm: t("app.bots.take_over"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (isSure) submit(true);
  };

  return (
    <Screen
      title={t("app.bots.connect")}
      back={href("bots")}
      main={{
        text: t(isElsewhere ? "app.bots.take_over" : "app.bots.connect"),
        onClick: () => (isElsewhere && error ? void offer(error) : submit(false)),
        isBusy: connect.isPending,
        isDisabled: token.trim() === "" || isOffline,
      }}
    >
      <TokenField
        value={token}
        onChange={(value) => {
          setToken(value);
          connect.reset();
        }}
        error={connect.error ? sentenceOf(t, connect.error) : undefined}
        footer={token.trim() === "" ? t("app.bots.token_missing") : undefined}
        onEnter={() => submit(false)}
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
