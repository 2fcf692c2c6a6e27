import { useT } from "@miniapp/shared/i18n.ts";
import { Badge } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { MyOrderSummary } from "./api.ts";
import { orderTone } from "./order-words.ts";

/** Where an order stands, in a list. One whose money a member looks at is not to be paid, whatever its state. */
export function OrderBadge({
  order: { state, isChecked, paidAt },
}: {
  order: Pick<MyOrderSummary, "state" | "isChecked" | "paidAt">;
}): JSX.Element {
  const t = useT();
  if (isChecked && paidAt === null) return <Badge tone="warn">{t("app.order.state.checked")}</Badge>;
  return <Badge tone={orderTone[state]}>{t(`app.order.state.${state}`)}</Badge>;
}
