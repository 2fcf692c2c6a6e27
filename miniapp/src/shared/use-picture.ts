/** Pictures that the server keeps: fetched with the caller's header, which no address in a page can carry. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { callerHeaders, refusalOf } from "./api-client.ts";

/** Larger pictures are not fetched only to be shown small. */
const shownUpTo = 10 * 1024 * 1024;

/**
 * An address for `<img>` of the picture at `path` below /api/v1; null without a path, until it is there, and when there is none.
 * A path is asked once: another picture has another path.
 */
export function usePicture(path: string | null): string | null {
  const { data: blob } = useQuery({
    queryKey: ["picture", path],
    enabled: path !== null,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async (): Promise<Blob | null> => {
      const response = await fetch(`/api/v1${path}`, { headers: callerHeaders() });
      // A server that stumbled has said nothing about the picture; a refusal stays one.
      if (response.status === 429 || response.status >= 500) throw refusalOf(null, response.status);
      const isSmall = Number(response.headers.get("content-length") ?? 0) <= shownUpTo;
      return response.ok && isSmall ? response.blob() : null;
    },
  });
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (!blob) return setAddress(null);
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return address;
}
