import type { Tone } from "@miniapp/shared/ui/index.ts";
import type { ImportSummary } from "./import-api.ts";

export const stateTone: Readonly<Record<ImportSummary["state"], Tone>> = {
  mapping: "neutral",
  running: "warn",
  done: "good",
  cancelled: "neutral",
  failed: "bad",
};
