/**
 * Files to the server, in parts: a broken connection costs one part, and a file that was cut off goes on where it stopped, also
 * after the page was loaded anew, when the same file is chosen again.
 */
import type { UploadContract } from "@backend/modules/operations/upload-contracts.ts";
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError, api, callerHeaders, refusalOf, unwrap } from "./api-client.ts";
import { isAbort } from "./load-file.ts";

export type Upload = UploadContract;
export type UploadPurpose = Upload["purpose"];

export interface SendOptions {
  purpose: UploadPurpose;
  /** Bytes that have arrived, of `file.size`. */
  onProgress?(bytes: number): void;
  signal?: AbortSignal;
  /** Milliseconds before try `attempt` (from 1) of a part. */
  delayMs?(attempt: number): number;
}

/** A part is tried so often before the whole is given up; half a minute of no network is then survived. */
const triesOfAPart = 6;
const usualDelayMs = (attempt: number) => Math.min(8_000, 500 * 2 ** (attempt - 1));

/** Sends a file and answers with what it is. Throws an ApiError, or an AbortError when it was stopped. */
export async function sendFile(file: File, options: SendOptions): Promise<Upload> {
  const { purpose, onProgress, signal } = options;
  const upload = (await begun(file, purpose)) ?? (await begin(file, purpose));
  const { id, partBytes } = upload;
  const there = new Set(upload.parts);
  const count = Math.ceil(file.size / partBytes);
  const bytesOf = (part: number) => Math.min(file.size, (part + 1) * partBytes) - part * partBytes;
  let done = upload.parts.reduce((sum, part) => sum + bytesOf(part), 0);
  onProgress?.(done);
  for (let part = 0; part < count && upload.state === "receiving"; part++) {
    if (there.has(part)) continue;
    await sendPart(id, part, file.slice(part * partBytes, part * partBytes + bytesOf(part)), options);
    done += bytesOf(part);
    onProgress?.(done);
  }
  signal?.throwIfAborted();
  const finished = await unwrap(api.uploads({ uploadId: id }).finish.post());
  // Stopped while the last answer was on its way: nobody waits for the file, and it may be deleted by now.
  signal?.throwIfAborted();
  remember(file, purpose, null);
  return finished;
}

/** What was begun of a file is forgotten here and deleted there. */
export async function dropFile(file: File, purpose: UploadPurpose): Promise<void> {
  const id = recall(file, purpose);
  remember(file, purpose, null);
  // Left lying it is deleted after a day, so a failure here is nobody's concern.
  if (id) await api.uploads({ uploadId: id }).delete();
}

const keyOf = (file: File, purpose: UploadPurpose) =>
  `upload:${purpose}:${file.size}:${file.lastModified}:${file.name}`;

/** Ids that a full or closed storage did not take: gone with the page, but a broken connection loses nothing. */
const untaken = new Map<string, string>();

function recall(file: File, purpose: UploadPurpose): string | null {
  const key = keyOf(file, purpose);
  try {
    return untaken.get(key) ?? sessionStorage.getItem(key);
  } catch {
    return untaken.get(key) ?? null;
  }
}

function remember(file: File, purpose: UploadPurpose, id: string | null): void {
  const key = keyOf(file, purpose);
  untaken.delete(key);
  try {
    if (id === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, id);
  } catch {
    if (id !== null) untaken.set(key, id);
  }
}

/** The same file, sent in part before; null when there is none, or it was deleted meanwhile. */
async function begun(file: File, purpose: UploadPurpose): Promise<Upload | null> {
  const id = recall(file, purpose);
  if (!id) return null;
  try {
    return await unwrap(api.uploads({ uploadId: id }).get());
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

async function begin(file: File, purpose: UploadPurpose): Promise<Upload> {
  const upload = await unwrap(api.uploads.post({ purpose, name: file.name, size: file.size }));
  remember(file, purpose, upload.id);
  return upload;
}

/** Sends one part until it is there. The same part twice is the same as once, so a lost answer is no reason to stop. */
async function sendPart(id: string, part: number, bytes: Blob, options: SendOptions): Promise<void> {
  const { signal, delayMs = usualDelayMs } = options;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    const problem = await tryPart(id, part, bytes, signal);
    if (!problem) return;
    const isPassing = problem.status === 0 || problem.status === 429 || problem.status >= 500;
    if (!isPassing || attempt === triesOfAPart) throw problem;
    await pause(delayMs(attempt), signal);
  }
}

async function tryPart(id: string, part: number, body: Blob, signal?: AbortSignal): Promise<ApiError | null> {
  try {
    const response = await fetch(`/api/v1/uploads/${id}/parts/${part}`, {
      method: "PUT",
      headers: { ...callerHeaders(), "content-type": "application/octet-stream" },
      body,
      ...(signal ? { signal } : {}),
    });
    if (response.ok) return null;
    return refusalOf(await response.json().catch(() => null), response.status);
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    return Object.assign(new ApiError("common.offline", "", {}, 0, ""), { cause: cause as Error });
  }
}

const pause = (ms: number, signal?: AbortSignal) =>
  new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end, { once: true });
  });

export type UploadStage =
  | { kind: "idle" }
  | { kind: "sending"; file: File; done: number }
  | { kind: "failed"; file: File; error: unknown }
  | { kind: "ready"; file: File; upload: Upload };

export interface FileUpload {
  stage: UploadStage;
  /** Sends a file; one that was begun before goes on where it stopped. Answers with null when it was stopped or failed. */
  send(file: File): Promise<Upload | null>;
  /** Stops it and deletes what has arrived, the whole file too. One that the server uses by then stays. */
  cancel(): void;
}

/** One file at a time. Leaving the screen stops the sending; what has arrived waits for the same file. */
export function useUpload(purpose: UploadPurpose): FileUpload {
  const [stage, setStage] = useState<UploadStage>({ kind: "idle" });
  const running = useRef<{ file: File; controller: AbortController; upload?: Upload } | null>(null);
  useEffect(() => () => running.current?.controller.abort(), []);

  const send = useCallback(
    async (file: File) => {
      running.current?.controller.abort();
      const mine: NonNullable<typeof running.current> = { file, controller: new AbortController() };
      running.current = mine;
      const show = (next: UploadStage) => {
        if (running.current === mine) setStage(next);
      };
      show({ kind: "sending", file, done: 0 });
      try {
        const upload = await sendFile(file, {
          purpose,
          signal: mine.controller.signal,
          onProgress: (done) => show({ kind: "sending", file, done }),
        });
        mine.upload = upload;
        show({ kind: "ready", file, upload });
        return upload;
      } catch (error) {
        if (!isAbort(error)) show({ kind: "failed", file, error });
        return null;
      }
    },
    [purpose],
  );
  const cancel = useCallback(() => {
    const current = running.current;
    running.current = null;
    current?.controller.abort();
    setStage({ kind: "idle" });
    // A whole file is no longer remembered as one that was begun.
    const dropped = current?.upload
      ? api.uploads({ uploadId: current.upload.id }).delete()
      : current && dropFile(current.file, purpose);
    void dropped?.catch(() => {});
  }, [purpose]);
  return { stage, send, cancel };
}
