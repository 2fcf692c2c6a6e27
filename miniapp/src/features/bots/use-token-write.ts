/** A write that brings a bot by its token. Where another workspace has the bot, it is asked whether that is meant, and done again. */
import { ApiError } from "@miniapp/shared/api-client.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import { ask, useIsOffline } from "@miniapp/shared/ui/index.ts";
import { useMutation } from "@tanstack/react-query";

export interface TokenWrite<In> {
  run(input: In): void;
  /** For the field of the token. */
  problem: string | undefined;
  /** The bot is connected elsewhere: the next `run` asks first. */
  isElsewhere: boolean;
  isBusy: boolean;
  isOff: boolean;
  /** Forgets the refusal, when what was refused is changed. */
  reset(): void;
}

export function useTokenWrite<In extends { token: string }, Out>(
  write: (input: In & { takeOver?: boolean }) => Promise<Out>,
  onDone: (answer: Out) => void,
): TokenWrite<In> {
  const t = useT();
  const isOffline = useIsOffline();
  const { mutate, isPending, error, variables, reset } = useMutation({ mutationFn: write });
  const elsewhere = elsewhereOf(error);

  const submit = (input: In, takeOver: boolean) => {
    if (input.token.trim() === "" || isPending) return;
    mutate(takeOver ? { ...input, takeOver } : input, {
      onSuccess: (answer) => {
        haptics.succeeded();
        onDone(answer);
      },
      onError: (failure) => {
        haptics.failed();
        const refusal = elsewhereOf(failure);
        if (refusal) void offer(refusal, input);
      },
    });
  };

  /** Taking a bot away from others cannot be undone from here. */
  const offer = async (refusal: ApiError, input: In) => {
    const isSure = await ask({
      title: t("app.bots.take_over_title"),
      message: t("app.bots.take_over_text", { bot: String(refusal.params.bot ?? "") }),
      confirm: t("app.bots.take_over"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (isSure) submit(input, true);
  };

  return {
    // Whoever has said that he means it, and lost the answer, sends the same again.
    run: (input) => (elsewhere ? void offer(elsewhere, input) : submit(input, variables?.takeOver === true)),
    problem: error ? sentenceOf(t, error) : undefined,
    isElsewhere: elsewhere !== null,
    isBusy: isPending,
    isOff: isPending || isOffline,
    reset,
  };
}

const elsewhereOf = (error: unknown): ApiError | null =>
  error instanceof ApiError && error.code === "bots.connected_elsewhere" ? error : null;
