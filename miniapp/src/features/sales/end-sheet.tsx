import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Button, Field, Section, Sheet, SheetBody } from "@miniapp/shared/ui/index.ts";
import { type JSX, useState } from "react";
import { cancelOrder, failOrder, type OrderWithStory } from "./api.ts";

/** Ends an order that is not done, with the reason that its timeline and the customer are told. */
export function EndSheet({
  kind,
  order,
  onDone,
  onClose,
}: {
  kind: "cancel" | "fail";
  order: OrderWithStory;
  onDone(answer: OrderWithStory): void;
  onClose(): void;
}): JSX.Element {
  const t = useT();
  const [reason, setReason] = useState("");
  const end = useAct(kind === "cancel" ? cancelOrder : failOrder, {
    stale: ["orders"],
    done: t(kind === "cancel" ? "app.sales.cancelled" : "app.sales.failed"),
    onDone: (answer) => {
      onDone(answer);
      onClose();
    },
  });
  const title = t(kind === "cancel" ? "app.order.cancel" : "app.sales.fail");
  return (
    <Sheet title={title} onClose={onClose}>
      <SheetBody>
        <Section footer={t(kind === "cancel" ? "app.sales.cancel_text" : "app.sales.fail_text")}>
          <Field
            kind="textarea"
            label={t("app.sales.reason")}
            value={reason}
            onChange={setReason}
            hint={t("app.sales.reason_hint")}
            maxLength={300}
          />
        </Section>
        <Button
          isWide
          kind="danger"
          isBusy={end.isBusy}
          isDisabled={end.isOff}
          onClick={() => end.run({ orderId: order.id, reason: reason.trim() })}
        >
          {title}
        </Button>
      </SheetBody>
    </Sheet>
  );
}
