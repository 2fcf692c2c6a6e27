import { useT } from "@miniapp/shared/i18n.ts";
import { Badge, type Tone } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { BroadcastState } from "./api.ts";

const tones: Readonly<Record<BroadcastState, Tone>> = {
  draft: "neutral",
  scheduled: "neutral",
  sending: "good",
  paused: "warn",
  sent: "good",
  cancelled: "neutral",
  failed: "bad",
};

export function StateBadge({ state }: { state: BroadcastState }): JSX.Element {
  const t = useT();
  return <Badge tone={tones[state]}>{t(`app.broadcast.state_${state}`)}</Badge>;
}
