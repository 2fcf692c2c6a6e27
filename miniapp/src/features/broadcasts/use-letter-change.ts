/** A change of templates: its failure is said in words, and the lists are asked anew. */
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import { toast } from "@miniapp/shared/ui/index.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";

export interface LetterChange {
  run<Out>(write: () => Promise<Out>, options?: { said?: string; onDone?(answer: Out): void }): void;
  say(words: string): void;
  isBusy: boolean;
}

interface Asked {
  write(): Promise<unknown>;
  said?: string | undefined;
  onDone?(answer: unknown): void;
}

export function useLetterChange(): LetterChange {
  const t = useT();
  const queries = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: ({ write }: Asked) => write(),
    onSuccess: (answer, { said, onDone }) => {
      haptics.succeeded();
      if (said) toast(said);
      onDone?.(answer);
    },
    onError: (error) => {
      haptics.failed();
      toast(sentenceOf(t, error));
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: ["message-templates"] }),
  });
  return {
    isBusy: isPending,
    say: (words) => void toast(words),
    run: (write, options = {}) => mutate({ write, ...(options as Omit<Asked, "write">) }),
  };
}
