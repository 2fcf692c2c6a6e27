/** Whether Telegram charges the next month, and the button that changes it: pressed again it takes back what it did. */
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Row } from "@miniapp/shared/ui/index.ts";
import { useQueryClient } from "@tanstack/react-query";
import type { JSX } from "react";
import { changeRenewal, type MyOrder, myOrderQuery } from "./api.ts";

export function Renewal({ orderId, renewal }: { orderId: string; renewal: MyOrder["renewal"] }): JSX.Element | null {
  const t = useT();
  const queries = useQueryClient();
  const change = useAct((isOn: boolean) => changeRenewal(orderId, isOn), {
    stale: ["orders", "mine"],
    onDone: (answer) => queries.setQueryData(myOrderQuery(orderId).queryKey, answer),
  });
  if (renewal === null) return null;
  const { isOn, isTaken, isRefused, canChange } = renewal;
  if (!canChange) return <Row title={t("app.renewal.off")} subtitle={t("app.renewal.in_telegram")} isWrapped />;
  const standing = t(isOn ? "app.renewal.on" : "app.renewal.off");
  const doing = isRefused ? t("app.renewal.refused") : isTaken ? null : t("app.renewal.telling");
  return (
    <Row
      title={t(isOn ? "app.renewal.stop" : "app.renewal.again")}
      subtitle={[standing, doing].filter(Boolean).join(". ")}
      isWrapped
      tone="accent"
      isDisabled={change.isOff}
      onClick={() => change.run(!isOn)}
    />
  );
}
