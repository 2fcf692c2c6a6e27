import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Button, Field, Section, Sheet, SheetBody, Tabs, toast } from "@miniapp/shared/ui/index.ts";
import { type JSX, useRef, useState } from "react";
import { compareAmounts, isNothing } from "../shop/price.ts";
import { amountOf } from "./amounts.ts";
import { type OrderWithStory, refundOrder } from "./api.ts";

type Way = "provider" | "balance";

/** Money back in two taps: all of it to where it came from, unless something else is chosen. */
export function RefundSheet({
  order,
  onDone,
  onClose,
}: {
  order: OrderWithStory;
  onDone(answer: OrderWithStory): void;
  onClose(): void;
}): JSX.Element {
  const t = useT();
  const format = useFormat();
  const isFromBalance = order.method === "balance" || isNothing(order.due);
  const [to, setTo] = useState<Way>(isFromBalance ? "balance" : "provider");
  const [typed, setTyped] = useState(order.refundable);
  const [reason, setReason] = useState("");
  // The same refund sent twice is one; another amount is another one.
  const sent = useRef({ body: "", key: "" });
  const refund = useAct(refundOrder, {
    stale: ["orders", "payments"],
    onDone: (answer) => {
      toast(
        t(answer.refunds.some(({ needsSecond }) => needsSecond) ? "app.sales.refund_waits" : "app.sales.refund_sent"),
      );
      onDone(answer.order);
      onClose();
    },
  });
  const amount = amountOf(typed);
  const isTooMuch = amount !== null && compareAmounts(amount, order.refundable) > 0;
  const isReady = amount !== null && !isNothing(amount) && !isTooMuch;
  const isWhole = isReady && compareAmounts(amount, order.refundable) === 0 && isNothing(order.refunded);
  const send = () => {
    if (!isReady) return;
    const body = { amount, to, ...(reason.trim() === "" ? {} : { reason: reason.trim() }) };
    const text = JSON.stringify(body);
    if (sent.current.body !== text) sent.current = { body: text, key: crypto.randomUUID() };
    refund.run({ orderId: order.id, key: sent.current.key, ...body });
  };
  return (
    <Sheet title={t("app.sales.refund")} onClose={onClose}>
      <SheetBody>
        {!isFromBalance && (
          <Tabs<Way>
            label={t("app.sales.refund_to")}
            choices={[
              { value: "provider", label: t("app.sales.refund_to_payer") },
              { value: "balance", label: t("app.sales.refund_to_balance") },
            ]}
            value={to}
            onChange={setTo}
          />
        )}
        <Section footer={t(isWhole ? "app.sales.refund_rule_whole" : "app.sales.refund_rule_part")}>
          <Field
            kind="number"
            label={t("app.sales.amount_in", { currency: order.currency === "XTR" ? "★" : order.currency })}
            value={typed}
            onChange={setTyped}
            hint={t("app.sales.refundable", { amount: format.money(order.refundable, order.currency) })}
            error={
              amount === null ? t("app.sales.amount_wrong") : isTooMuch ? t("app.sales.amount_too_much") : undefined
            }
            maxLength={30}
          />
          <Field
            kind="textarea"
            label={t("app.sales.reason")}
            value={reason}
            onChange={setReason}
            hint={t("app.sales.reason_hint")}
            maxLength={300}
          />
        </Section>
        <Button isWide isBusy={refund.isBusy} isDisabled={refund.isOff || !isReady} onClick={send}>
          {isReady
            ? t("app.sales.refund_amount", { amount: format.money(amount, order.currency) })
            : t("app.sales.refund")}
        </Button>
      </SheetBody>
    </Sheet>
  );
}
