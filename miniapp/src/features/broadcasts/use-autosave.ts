/** A draft that saves itself: what is typed is sent every second, and whatever was left when one goes. */
import { useIsOffline } from "@miniapp/shared/ui/index.ts";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { type Broadcast, broadcastQuery, type CreateBroadcast, changeBroadcast } from "./api.ts";

export type Saving = "saved" | "saving" | "unsaved" | "refused";

/** Between two savings of somebody who types without a pause. */
const pauseMs = 1_000;

const isAway = (failure: unknown) => (failure as { code?: string } | null)?.code === "common.offline";

export interface Autosave {
  value: Broadcast;
  saving: Saving;
  /** Why the last change was refused. */
  error: unknown;
  change(part: CreateBroadcast): void;
  /** Sends what has not been sent; true when the server has all of it. */
  flush(): Promise<boolean>;
}

export function useAutosave(stored: Broadcast): Autosave {
  const queries = useQueryClient();
  const isOffline = useIsOffline();
  const [changes, setChanges] = useState<CreateBroadcast>({});
  const [saving, setSaving] = useState<Saving>("saved");
  const [error, setError] = useState<unknown>(null);
  const waiting = useRef<CreateBroadcast>({});
  const sending = useRef<Promise<boolean> | null>(null);
  const { id } = stored;

  const send = useCallback(async (): Promise<boolean> => {
    while (Object.keys(waiting.current).length > 0) {
      const part = waiting.current;
      waiting.current = {};
      setSaving("saving");
      try {
        const saved = await changeBroadcast({ broadcastId: id, ...part });
        queries.setQueryData(broadcastQuery(id).queryKey, saved);
        setError(null);
      } catch (failure) {
        // What was typed since is newer.
        waiting.current = { ...part, ...waiting.current };
        setError(failure);
        setSaving(isAway(failure) ? "unsaved" : "refused");
        return false;
      }
    }
    setSaving("saved");
    return true;
  }, [id, queries]);

  const flush = useCallback((): Promise<boolean> => {
    sending.current ??= send().finally(() => {
      sending.current = null;
    });
    return sending.current;
  }, [send]);

  const change = useCallback((part: CreateBroadcast) => {
    waiting.current = { ...waiting.current, ...part };
    setError(null);
    setChanges((before) => ({ ...before, ...part }));
    setSaving("unsaved");
  }, []);

  // What was refused waits for another change, what found no network for the next look.
  const isHopeless = error !== null && !isAway(error);
  const hasChanges = Object.keys(changes).length > 0;
  useEffect(() => {
    if (!hasChanges || isOffline || isHopeless) return;
    const timer = setInterval(() => {
      if (Object.keys(waiting.current).length > 0) void flush();
    }, pauseMs);
    return () => clearInterval(timer);
  }, [hasChanges, isOffline, isHopeless, flush]);
  useEffect(() => {
    const leave = () => void flush();
    document.addEventListener("visibilitychange", leave);
    return () => {
      document.removeEventListener("visibilitychange", leave);
      leave();
    };
  }, [flush]);

  return { value: { ...stored, ...changes } as Broadcast, saving, error, change, flush };
}
