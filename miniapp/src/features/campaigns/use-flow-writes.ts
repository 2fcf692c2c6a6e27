/**
 * Changes of one flow's draft: seen at once, written one after the other. Each carries the version of the draft that the one before
 * it left, so that a draft somebody else has changed meanwhile refuses it; then whatever waits behind it is dropped, and the newer
 * draft is shown.
 */
import {
  type Rebalanced,
  rebalance,
  type ShareChange,
  type ShareRow,
} from "@backend/modules/campaigns/domain/shares.ts";
import { ApiError } from "@miniapp/shared/api-client.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import { toast } from "@miniapp/shared/ui/index.ts";
import { notifyManager, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { changeShares, type Flow, flowQuery, type PartName } from "./flow-api.ts";
import { type Edit, type Parts, rowsOf, withEdits } from "./flow-rows.ts";

type Write = (version: number) => Promise<Flow>;
interface Waiting {
  /** Null for what is no edit: undo, a push. */
  edit: Edit | null;
  write: Write;
  settle(flow: Flow | null): void;
}

export interface FlowWrites {
  /** The rows with everything that was asked for. */
  rows: Parts<ShareRow>;
  /** Shows the change and writes it, or answers why it cannot be. `onSaved` gets the flow as the change left it. */
  edit(part: PartName, change: ShareChange, onSaved?: (flow: Flow) => void): Rebalanced;
  /** Writes something else after the edits; answers the flow as it is then, or null when it was refused, which the person was told. */
  write(name: string, write: Write): Promise<Flow | null>;
  isSaving: boolean;
  /** The name of what is being written besides edits. */
  writing: string | null;
}

const versionOf = (flow: Flow): number => flow.draft?.version ?? 0;
const editsOf = (queue: readonly Waiting[]): Edit[] => queue.flatMap(({ edit }) => (edit === null ? [] : [edit]));

/** A newer value of the same row takes the place of one that was not sent: a finger on "+" makes one step of history, not ten. */
const replaces = (newer: Edit, older: Edit | null | undefined): boolean =>
  newer.change.kind === "set" &&
  older?.change.kind === "set" &&
  older.part === newer.part &&
  older.change.id === newer.change.id;

/**
 * When the next picture has been shown: a request that left before it would take several milliseconds of a slow phone between
 * the finger and what it moved. An app that is put away draws nothing more, and is not waited for.
 */
const afterPicture = (): Promise<void> =>
  new Promise((resolve) => {
    const late = setTimeout(resolve, 100);
    requestAnimationFrame(() => {
      clearTimeout(late);
      setTimeout(resolve);
    });
  });

/** `flow` is what the query of the flow holds; the same one for as long as the component lives. */
export function useFlowWrites(flow: Flow): FlowWrites {
  const t = useT();
  const queries = useQueryClient();
  const [edits, setEdits] = useState<readonly Edit[]>([]);
  const [writing, setWriting] = useState<string | null>(null);
  const [writes] = useState(() => {
    const { queryKey } = flowQuery(flow.id);
    const queue: Waiting[] = [];
    let isRunning = false;
    // Not the one that was drawn last: an answer may have come since.
    const current = () => queries.getQueryData<Flow>(queryKey) ?? flow;
    // After the observers of the query: an edit that left before its answer was drawn would make the row jump back and forth.
    const showEdits = () => notifyManager.schedule(() => setEdits(editsOf(queue)));

    const run = async () => {
      if (isRunning) return;
      isRunning = true;
      for (let next = queue[0]; next; next = queue[0]) {
        try {
          await afterPicture();
          // An answer from before this write would take it back on the screen.
          await queries.cancelQueries({ queryKey });
          const answer = await next.write(versionOf(current()));
          await queries.cancelQueries({ queryKey });
          // Both in one picture, and it is the one that is there: nothing of it moves.
          notifyManager.batch(() => {
            // Nothing was read from the tracker for it.
            queries.setQueryData(queryKey, { ...answer, isStale: current().isStale });
            queue.shift();
            showEdits();
          });
          next.settle(answer);
        } catch (error) {
          haptics.failed();
          const isOvertaken = error instanceof ApiError && error.code === "campaigns.draft_changed";
          toast(isOvertaken ? t("app.shares.overtaken") : sentenceOf(t, error));
          await queries.invalidateQueries({ queryKey });
          for (const dropped of queue.splice(0)) dropped.settle(null);
          showEdits();
        }
      }
      isRunning = false;
    };
    const enqueue = (waiting: Waiting) => {
      // The first one is with the server already.
      const last = queue.length > 1 ? queue.at(-1) : undefined;
      if (waiting.edit && replaces(waiting.edit, last?.edit)) queue.splice(-1, 1, waiting);
      else queue.push(waiting);
      void run();
    };
    return {
      edit(part: PartName, change: ShareChange, onSaved?: (flow: Flow) => void): Rebalanced {
        const outcome = rebalance(withEdits(rowsOf(current()), editsOf(queue))[part], change);
        if (outcome.ok) {
          const write = (version: number) => changeShares({ flowId: flow.id, version, part, change });
          enqueue({ edit: { part, change }, write, settle: (saved) => saved && onSaved?.(saved) });
          setEdits(editsOf(queue));
        }
        return outcome;
      },
      async write(name: string, write: Write): Promise<Flow | null> {
        setWriting(name);
        const answer = await new Promise<Flow | null>((settle) => enqueue({ edit: null, write, settle }));
        setWriting(null);
        return answer;
      },
    };
  });
  const rows = useMemo(() => withEdits(rowsOf(flow), edits), [flow, edits]);
  return { rows, ...writes, isSaving: edits.length > 0, writing };
}
