import type { Tone } from "@miniapp/shared/ui/index.ts";
import type { InboxItem } from "./inbox-api.ts";

export const callTone: Readonly<Record<InboxItem["status"], Tone>> = {
  received: "neutral",
  handled: "good",
  ignored: "neutral",
  malformed: "warn",
  failed: "bad",
};

/** A call in one line: its query, or how it came when it had none. */
export const summaryOf = (call: Pick<InboxItem, "method" | "path" | "query" | "bodyBytes">): string =>
  call.query !== "" ? call.query.replaceAll("&", "  ") : `${call.method} ${call.path}`;
