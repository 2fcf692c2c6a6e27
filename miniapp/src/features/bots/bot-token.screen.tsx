/** Another token for the same bot. */
import { href } from "@miniapp/app/paths.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { useGoUp } from "@miniapp/shared/navigation.tsx";
import { haptics, useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import { Screen, toast, useIsOffline } from "@miniapp/shared/ui/index.ts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useParams } from "wouter";
import { botQuery, replaceToken } from "./api.ts";
import { TokenField, TokenGuide } from "./token-field.tsx";

export default function BotTokenScreen(): JSX.Element {
  const t = useT();
  const { botId = "" } = useParams<{ botId: string }>();
  const back = href("bot", { botId });
  const goUp = useGoUp(back);
  const isOffline = useIsOffline();
  const queries = useQueryClient();
  const bot = useQuery(botQuery(botId)).data;
  const [token, setToken] = useState("");
  const replace = useMutation({ mutationFn: replaceToken });
  useClosingConfirmation(token !== "");
  const submit = () => {
    if (token.trim() === "" || replace.isPending) return;
    replace.mutate(
      { botId, token },
      {
        onSuccess: () => {
          haptics.succeeded();
          toast(t("app.bots.replaced"));
          void queries.invalidateQueries({ queryKey: ["bots"] });
          goUp();
        },
        onError: () => haptics.failed(),
      },
    );
  };
  return (
    <Screen
      title={t("app.bots.replace_token")}
      back={back}
      main={{
        text: t("app.bots.replace_token"),
        onClick: submit,
        isBusy: replace.isPending,
        isDisabled: token.trim() === "" || isOffline,
      }}
    >
      <TokenField
        value={token}
        onChange={(value) => {
          setToken(value);
          replace.reset();
        }}
        error={replace.error ? sentenceOf(t, replace.error) : undefined}
        footer={bot && t("app.bots.replace_text", { bot: bot.username })}
        onEnter={submit}
      />
      <TokenGuide />
    </Screen>
  );
}
