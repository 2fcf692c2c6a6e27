/** A write that begins with a tap: one at a time, its failure said in words, and what it changed asked for anew. */
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import { toast, useIsOffline } from "@miniapp/shared/ui/index.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";

export interface ActOptions<In, Out> {
  /** First parts of the query keys that the write makes stale; the live stream says the same a moment later. */
  stale: readonly string[];
  /** Said when it has worked. */
  done?: string;
  /** After it has worked, before the stale queries have answered. */
  onDone?(answer: Out, input: In): void;
}

export interface Act<In> {
  run(input: In): void;
  isBusy: boolean;
  /** Busy, or without a network: the banner above the screen says which. */
  isOff: boolean;
}

export function useAct<In, Out>(write: (input: In) => Promise<Out>, options: ActOptions<In, Out>): Act<In> {
  const t = useT();
  const queries = useQueryClient();
  const isOffline = useIsOffline();
  const { mutate, isPending } = useMutation({
    mutationFn: write,
    onSuccess: (answer, input) => {
      haptics.succeeded();
      if (options.done) toast(options.done);
      options.onDone?.(answer, input);
      for (const topic of options.stale) void queries.invalidateQueries({ queryKey: [topic] });
    },
    onError: (error) => {
      haptics.failed();
      toast(sentenceOf(t, error));
    },
  });
  return {
    run: (input) => {
      if (!isPending) mutate(input);
    },
    isBusy: isPending,
    isOff: isPending || isOffline,
  };
}
