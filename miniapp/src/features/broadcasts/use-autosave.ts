/**
 * A draft that saves itself: what is typed is sent every second, and whatever was left when one goes. Each change names the state that it
 * was made of. Of two who write at once, different things are saved beside each other; the same thing waits for a choice.
 */
import { useIsOffline } from "@miniapp/shared/ui/index.ts";
import { hashKey, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { type Broadcast, broadcastQuery, type CreateBroadcast, changeBroadcast } from "./api.ts";

export type Saving = "saved" | "saving" | "unsaved" | "refused";

/** Between two savings of somebody who types without a pause. */
const pauseMs = 1_000;

const codeOf = (failure: unknown) => (failure as { code?: string } | null)?.code;
const isAway = (failure: unknown) => codeOf(failure) === "common.offline";
/** Whatever the order of their fields: the database keeps them in one of its own. */
const isSame = (a: unknown, b: unknown) => hashKey([a]) === hashKey([b]);

export interface Autosave {
  value: Broadcast;
  saving: Saving;
  /** Why the last change was refused. */
  error: unknown;
  change(part: CreateBroadcast): void;
  /** Sends what has not been sent; true when the server has all of it. Nothing is sent while `isTorn`. */
  flush(): Promise<boolean>;
  /** Somebody else has changed what is written here. */
  isTorn: boolean;
  /** The end of that: what was written here replaces the other's, or is forgotten. */
  choose(whose: "mine" | "theirs"): void;
}

export function useAutosave(stored: Broadcast): Autosave {
  const queries = useQueryClient();
  const isOffline = useIsOffline();
  const [changes, setChanges] = useState<CreateBroadcast>({});
  const [saving, setSaving] = useState<Saving>("saved");
  const [error, setError] = useState<unknown>(null);
  const waiting = useRef<CreateBroadcast>({});
  const sending = useRef<Promise<boolean> | null>(null);
  /** What the changes that wait were made of. */
  const base = useRef(stored);
  /** What may be saved, though no answer said so. */
  const unsure = useRef<CreateBroadcast>({});
  const torn = useRef(false);
  const [isTorn, setTorn] = useState(false);
  const { id } = stored;

  const tear = useCallback((next: boolean) => {
    torn.current = next;
    setTorn(next);
  }, []);

  /** Takes over what another has saved meanwhile; false when it is the same thing that is written here. */
  const makeRoom = useCallback(async (): Promise<boolean> => {
    const theirs = await queries.fetchQuery({ ...broadcastQuery(id), staleTime: 0 });
    const mine = waiting.current;
    const isApart = (Object.keys(mine) as (keyof CreateBroadcast)[]).every((key) =>
      [base.current[key], mine[key], unsure.current[key]].some((known) => isSame(theirs[key], known)),
    );
    base.current = theirs;
    unsure.current = {};
    setChanges(mine);
    tear(!isApart);
    return isApart;
  }, [id, queries, tear]);

  const send = useCallback(async (): Promise<boolean> => {
    while (Object.keys(waiting.current).length > 0) {
      const part = waiting.current;
      waiting.current = {};
      setSaving("saving");
      try {
        const saved = await changeBroadcast({ broadcastId: id, seenAt: base.current.updatedAt, ...part });
        base.current = saved;
        unsure.current = {};
        queries.setQueryData(broadcastQuery(id).queryKey, saved);
        setError(null);
      } catch (failure) {
        // What was typed since is newer.
        waiting.current = { ...part, ...waiting.current };
        let reason = failure;
        if (codeOf(failure) === "broadcasts.draft_changed")
          try {
            if (await makeRoom()) continue;
            setSaving("unsaved");
            return false;
          } catch (unread) {
            reason = unread;
          }
        if (isAway(reason)) unsure.current = { ...unsure.current, ...part };
        setError(reason);
        setSaving(isAway(reason) ? "unsaved" : "refused");
        return false;
      }
    }
    setSaving("saved");
    return true;
  }, [id, queries, makeRoom]);

  const flush = useCallback((): Promise<boolean> => {
    if (torn.current) return Promise.resolve(false);
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

  const choose = useCallback(
    (whose: "mine" | "theirs") => {
      tear(false);
      if (whose === "theirs") {
        waiting.current = {};
        setChanges({});
      }
      void flush();
    },
    [flush, tear],
  );

  // What another saved while nothing was written here is what is shown and changed from now on.
  useEffect(() => {
    if (stored.updatedAt <= base.current.updatedAt || Object.keys(waiting.current).length > 0 || sending.current)
      return;
    base.current = stored;
    setChanges({});
  }, [stored]);

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

  return { value: { ...stored, ...changes } as Broadcast, saving, error, change, flush, isTorn, choose };
}
