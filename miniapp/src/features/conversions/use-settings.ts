import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import { toast } from "@miniapp/shared/ui/index.ts";
import { type ConnectionChange, useChangeConnection } from "./api.ts";

type Settings = Extract<ConnectionChange, { kind: "settings" }>["body"];

/** Says what was refused in the reader's words. */
export function useComplaint(): (error: unknown) => void {
  const t = useT();
  return (error) => {
    haptics.failed();
    toast(sentenceOf(t, error));
  };
}

/** Changes settings at once, and offers to take it back; what is refused is said in the reader's words. */
export function useSettings(connectionId: string) {
  const t = useT();
  const change = useChangeConnection(connectionId);
  const onError = useComplaint();
  const apply = (next: Settings, back: Settings, said: string = t("app.saved"), onDone?: () => void) =>
    change.mutate(
      { kind: "settings", body: next },
      {
        onSuccess: () => {
          onDone?.();
          toast(said, { undo: () => change.mutate({ kind: "settings", body: back }) });
        },
        onError,
      },
    );
  return { apply, isPending: change.isPending };
}
