import { useT } from "@miniapp/shared/i18n.ts";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import { toast } from "@miniapp/shared/ui/index.ts";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type Flow, flowQuery, markSeen, undoPush } from "./flow-api.ts";
import type { FlowWrites } from "./use-flow-writes.ts";

/** Pushes whose end was said: screens are left and opened again, and the server learns a moment later that it was read. */
const told = new Set<string>();

/** Says once that a push has come through, with a way to take it back; a failure stays on the screen instead. */
export function usePushNews(flow: Flow, mayEdit: boolean, write: FlowWrites["write"]): void {
  const t = useT();
  const queries = useQueryClient();
  const { id: flowId, push } = flow;
  const isNews = mayEdit && push?.state === "done" && !told.has(push.id);
  useEffect(() => {
    if (!isNews || !push) return;
    told.add(push.id);
    haptics.succeeded();
    const undo = () => void write("undo-push", () => undoPush({ flowId, pushId: push.id }));
    toast(t(push.isUndo ? "app.shares.was_put_back" : "app.shares.pushed"), push.canUndo ? { undo } : {});
    markSeen(flowId, { theirs: null, pushId: push.id }).then(
      // The answer itself may be older than what was written meanwhile.
      () => queries.invalidateQueries({ queryKey: flowQuery(flowId).queryKey }),
      // Then it is said once more to whoever opens the flow next.
      () => undefined,
    );
  }, [isNews, push, flowId, queries, t, write]);
}
