import { href } from "@miniapp/app/paths.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { ask, Row } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import { useCan } from "../identity/me.ts";
import { approveRefund, cancelRefund, type Refund, retryRefund } from "./api.ts";
import { RefundBadge } from "./badges.tsx";

/** One refund, and what the reader may do about it: let it go as the second person, call it off, have it tried again. */
export function RefundRow({ refund, hasLink }: { refund: Refund; hasLink?: boolean }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const can = useCan();
  const approve = useAct(approveRefund, { stale: ["payments", "orders"], done: t("app.payments.approved") });
  const cancel = useAct(cancelRefund, { stale: ["payments", "orders"], done: t("app.payments.called_off") });
  const retry = useAct(retryRefund, { stale: ["payments", "orders"], done: t("app.sales.refund_sent") });
  const amount = format.money(refund.amount, refund.currency);
  const onApprove = async () => {
    const isSure = await ask({
      title: t("app.payments.approve"),
      message: t("app.payments.approve_text", { amount, name: refund.requestedBy?.name ?? "" }),
      confirm: t("app.payments.approve"),
      cancel: t("app.action.cancel"),
    });
    if (isSure) approve.run(refund.id);
  };
  const why = refund.problem ? t.find(`payments.provider.${refund.problem}`) : refund.reason;
  return (
    <>
      <Row
        title={amount}
        subtitle={[t(`app.payments.to.${refund.to}`), refund.isOutside ? t("app.payments.outside") : null, why]
          .filter(Boolean)
          .join(" · ")}
        isWrapped
        end={format.moment(refund.createdAt)}
        note={<RefundBadge refund={refund} />}
        isNoteBelow
        {...(hasLink && refund.paymentId && { to: href("payment", { paymentId: refund.paymentId }) })}
      />
      {refund.mayApprove && (
        <Row
          title={t("app.payments.approve")}
          tone="accent"
          onClick={() => void onApprove()}
          isDisabled={approve.isOff}
        />
      )}
      {refund.isStuck && can("payments.manage") && (
        <Row
          title={t("app.action.retry")}
          tone="accent"
          onClick={() => retry.run(refund.id)}
          isDisabled={retry.isOff}
        />
      )}
      {refund.state === "requested" && can("payments.manage") && (
        <Row
          title={t("app.payments.call_off")}
          tone="danger"
          onClick={() => cancel.run(refund.id)}
          isDisabled={cancel.isOff}
        />
      )}
    </>
  );
}
