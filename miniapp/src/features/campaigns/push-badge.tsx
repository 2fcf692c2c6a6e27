import { useT } from "@miniapp/shared/i18n.ts";
import { Badge, type Tone } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { Push } from "./flow-api.ts";

const tones: Record<Push["state"], Tone> = {
  waiting: "neutral",
  writing: "neutral",
  done: "good",
  conflict: "warn",
  failed: "bad",
};

/** How a push stands, or how it ended. */
export function PushBadge({ state }: Pick<Push, "state">): JSX.Element {
  const t = useT();
  return <Badge tone={tones[state]}>{t(`app.shares.push_${state}`)}</Badge>;
}
