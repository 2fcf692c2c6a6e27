/** A change that is shown at once and can be taken back: its failure is said in words, and the lists are asked anew. */
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import { toast } from "@miniapp/shared/ui/index.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";

export interface ChangeOptions<Out> {
  said?: string;
  /** What the toast's "Undo" does. */
  undo?: ((answer: Out) => Promise<unknown>) | undefined;
  onDone?(answer: Out): void;
  /** For errors that belong to a field: answer true when it was told there, and no toast says it again. */
  onError?(error: unknown): boolean;
}

interface Asked {
  write(): Promise<unknown>;
  options: ChangeOptions<unknown>;
}

export interface Changes {
  run<Out>(write: () => Promise<Out>, options?: ChangeOptions<Out>): void;
  isBusy: boolean;
}

/** `topic` is the first part of the query keys that the changes make stale. What follows a change happens even when its screen was left meanwhile. */
export function useChange(topic: "alert-routes" | "alert-templates" | "shop"): Changes {
  const t = useT();
  const queries = useQueryClient();
  const refresh = () => void queries.invalidateQueries({ queryKey: [topic] });
  const failed = (error: unknown) => {
    haptics.failed();
    toast(sentenceOf(t, error));
  };
  const { mutate, isPending } = useMutation({
    mutationFn: ({ write }: Asked) => write(),
    onSuccess: (answer, { options: { said, undo, onDone } }) => {
      haptics.succeeded();
      if (said && undo) toast(said, { undo: () => void undo(answer).catch(failed).finally(refresh) });
      else if (said) toast(said);
      onDone?.(answer);
    },
    onError: (error, { options }) => {
      if (options.onError?.(error)) haptics.failed();
      else failed(error);
    },
    onSettled: refresh,
  });
  return {
    isBusy: isPending,
    run: (write, options = {}) => mutate({ write, options: options as ChangeOptions<unknown> }),
  };
}
