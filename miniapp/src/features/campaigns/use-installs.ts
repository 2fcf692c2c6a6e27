/** Our postback put into several campaigns, one after another: each asks the tracker, which several at once would only slow down. */
import { ApiError } from "@miniapp/shared/api-client.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import { toast } from "@miniapp/shared/ui/index.ts";
import { useEffect, useRef, useState } from "react";
import { installPostback } from "./postbacks-api.ts";

export type InstallState = "waiting" | "busy" | "ready" | "refused" | "not_begun";
export interface Install {
  id: string;
  name: string;
  state: InstallState;
  /** Why it was refused, as a sentence. */
  problem: string | null;
}

export interface Installs {
  /** In the order in which they are done; null until they begin. */
  list: readonly Install[] | null;
  isRunning: boolean;
  start(campaigns: readonly { id: string; name: string }[]): void;
  /** Once more, what was refused or not begun. */
  again(): void;
  stop(): void;
  /** Forgets how it went. */
  clear(): void;
}

export const isLeft = ({ state }: Install): boolean => state === "refused" || state === "not_begun";
export const countReady = (list: readonly Install[]): number => list.filter(({ state }) => state === "ready").length;

/** Ends when its screen is left, and says how far it came. */
export function useInstalls(): Installs {
  const t = useT();
  const [list, setList] = useState<readonly Install[] | null>(null);
  const [isRunning, setRunning] = useState(false);
  const run = useRef<{ list: Install[]; isStopped: boolean } | null>(null);
  const left = useRef<() => void>(undefined);
  useEffect(() => {
    left.current = () => {
      const now = run.current;
      if (!now) return;
      now.isStopped = true;
      toast(t("app.postbacks.stopped", { done: countReady(now.list), total: now.list.length }));
    };
  });
  useEffect(() => () => left.current?.(), []);

  async function work(campaigns: Install[]): Promise<void> {
    const mine = { list: campaigns, isStopped: false };
    run.current = mine;
    setRunning(true);
    const change = (id: string, to: Pick<Install, "state" | "problem">) => {
      mine.list = mine.list.map((one) => (one.id === id ? { ...one, ...to } : one));
      setList(mine.list);
    };
    setList(mine.list);
    for (const { id } of campaigns.filter(({ state }) => state === "waiting")) {
      if (mine.isStopped) change(id, { state: "not_begun", problem: null });
      else {
        change(id, { state: "busy", problem: null });
        try {
          await installPostback(id);
          change(id, { state: "ready", problem: null });
        } catch (error) {
          change(id, { state: "refused", problem: sentenceOf(t, error) });
          // Without a network all the others would be refused in the same moment.
          if (error instanceof ApiError && error.code === "common.offline") mine.isStopped = true;
        }
      }
    }
    run.current = null;
    setRunning(false);
    haptics[mine.list.some(isLeft) ? "failed" : "succeeded"]();
  }

  return {
    list,
    isRunning,
    start: (campaigns) => void work(campaigns.map(({ id, name }) => ({ id, name, state: "waiting", problem: null }))),
    again: () =>
      void work((list ?? []).map((one) => (isLeft(one) ? { ...one, state: "waiting", problem: null } : one))),
    stop: () => {
      if (run.current) run.current.isStopped = true;
    },
    clear: () => setList(null),
  };
}
