/** States of money as badges, told apart by their words as well as by colour. */
import { useT } from "@miniapp/shared/i18n.ts";
import { Badge, type Tone } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { Payment, PaymentConnection, Refund } from "./api.ts";

const ofPayment = { settled: "good", to_check: "warn", returned: "neutral" } as const satisfies Record<
  Payment["state"],
  Tone
>;

export function PaymentBadge({ payment: { state } }: { payment: Payment }): JSX.Element {
  const t = useT();
  return <Badge tone={ofPayment[state]}>{t(`app.payments.state.${state}`)}</Badge>;
}

const ofRefund = {
  requested: "warn",
  sending: "neutral",
  pending: "neutral",
  succeeded: "good",
  failed: "bad",
  cancelled: "neutral",
} as const satisfies Record<Refund["state"], Tone>;

export function RefundBadge({ refund: { state, isStuck } }: { refund: Refund }): JSX.Element {
  const t = useT();
  if (isStuck) return <Badge tone="bad">{t("app.payments.refund.stuck")}</Badge>;
  return <Badge tone={ofRefund[state]}>{t(`app.payments.refund.${state}`)}</Badge>;
}

export function ConnectionBadge({ connection }: { connection: PaymentConnection | undefined }): JSX.Element {
  const t = useT();
  if (!connection) return <Badge>{t("app.payments.provider.none")}</Badge>;
  if (!connection.isOn) return <Badge>{t("app.payments.provider.off")}</Badge>;
  if (connection.problem) return <Badge tone="bad">{t("app.payments.provider.broken")}</Badge>;
  return connection.isTest ? (
    <Badge tone="warn">{t("app.payments.provider.test")}</Badge>
  ) : (
    <Badge tone="good">{t("app.payments.provider.on")}</Badge>
  );
}
