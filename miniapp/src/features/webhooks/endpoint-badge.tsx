import { useT } from "@miniapp/shared/i18n.ts";
import { Badge } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { Call, Endpoint } from "./api.ts";

export function EndpointBadge({ endpoint }: { endpoint: Endpoint }): JSX.Element {
  const t = useT();
  if (endpoint.state === "disabled") return <Badge tone="bad">{t("app.webhooks.disabled")}</Badge>;
  if (endpoint.state === "inactive") return <Badge>{t("app.webhooks.inactive")}</Badge>;
  return endpoint.failingSince ? (
    <Badge tone="warn">{t("app.webhooks.failing")}</Badge>
  ) : (
    <Badge tone="good">{t("app.state.works")}</Badge>
  );
}

const tones = { delivered: "good", waiting: "neutral", failed: "bad" } as const;

export function CallBadge({ call }: { call: Call }): JSX.Element {
  const t = useT();
  return <Badge tone={tones[call.state]}>{t(`app.webhooks.call.${call.state}`)}</Badge>;
}
