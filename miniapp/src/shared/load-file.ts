/** Files that the server writes while they are read: fetched with the caller's header, which no link can carry. */
import { ApiError, callerHeaders, refusalOf } from "./api-client.ts";
import { saveFile } from "./save-file.ts";

export interface LoadOptions {
  /** Bytes so far; nobody knows how many there will be. */
  onProgress?(bytes: number): void;
  signal?: AbortSignal;
  /** Posted to the address, where it needs more than an address has room for. */
  body?: unknown;
}

/** The file of an address of the API ("/conversions/export?format=csv"). Throws an ApiError, or an AbortError when it was cancelled. */
export async function loadFile(path: string, name: string, options: LoadOptions = {}): Promise<File> {
  const { onProgress, signal, body } = options;
  const response = await fetch(`/api/v1${path}`, {
    headers: { ...callerHeaders(), ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  }).catch((cause: unknown) => {
    throw isAbort(cause) ? cause : broken(cause);
  });
  if (!response.ok || !response.body) throw refusalOf(await response.json().catch(() => null), response.status);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      bytes += value.length;
      onProgress?.(bytes);
    }
  } catch (cause) {
    throw isAbort(cause) ? cause : broken(cause);
  }
  return new File(chunks, name, { type: response.headers.get("content-type") ?? "" });
}

/** Loads a file and saves it at once: for where no share sheet needs a tap. */
export const saveExport = async (path: string, name: string, options: LoadOptions = {}): Promise<boolean> =>
  saveFile(await loadFile(path, name, options));

export const isAbort = (error: unknown): boolean => (error as { name?: string } | null)?.name === "AbortError";

const broken = (cause: unknown): ApiError =>
  Object.assign(new ApiError("common.offline", "", {}, 0, ""), { cause: cause as Error });
