/** One order, as the team sees it: who, what, where it stands and why, and what can be done about it. */
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Avatar, Badge, Fact, Row, Screen, Section } from "@miniapp/shared/ui/index.ts";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Fragment, type JSX, useState } from "react";
import { useParams } from "wouter";
import { Freshness } from "../operations/components/freshness.tsx";
import { retryRefund } from "../payments/api.ts";
import { OrderBadge } from "../shop/order-badge.tsx";
import { Receipt } from "../shop/receipt.tsx";
import { Timeline } from "../shop/timeline.tsx";
import { completeOrder, type OrderWithStory, orderQuery } from "./api.ts";
import { EndSheet } from "./end-sheet.tsx";
import { RefundSheet } from "./refund-sheet.tsx";

export default function OrderScreen(): JSX.Element {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const queries = useQueryClient();
  const { orderId = "" } = useParams<{ orderId: string }>();
  const query = useSuspenseQuery(orderQuery(orderId));
  const order = query.data;
  const keep = (answer: OrderWithStory) => queries.setQueryData(orderQuery(orderId).queryKey, answer);
  const complete = useAct(completeOrder, { stale: ["orders"], done: t("app.sales.completed"), onDone: keep });
  const mayComplete = order.can.complete && can("orders.manage");
  return (
    <Screen
      title={t("app.order.title", { number: order.number })}
      subtitle={format.dateTime(order.createdAt)}
      back={href("orders")}
      main={
        mayComplete
          ? {
              text: t("app.sales.complete"),
              onClick: () => complete.run(orderId),
              isBusy: complete.isBusy,
              isDisabled: complete.isOff,
            }
          : undefined
      }
    >
      <Freshness of={query} />
      <Section footer={mayComplete ? t("app.sales.complete_text") : undefined}>
        <Row
          before={<Avatar name={order.person.name} />}
          title={order.person.name || t("app.sales.erased")}
          subtitle={order.person.username ? `@${order.person.username}` : undefined}
          {...(can("persons.read") ? { to: href("person", { personId: order.person.id }) } : {})}
        />
        <Row
          title={order.title}
          subtitle={order.reason ?? undefined}
          isWrapped
          after={<OrderBadge order={order} />}
          {...(can("shop.read") ? { to: href("product", { productId: order.productId }) } : {})}
        />
        <Row
          title={t("app.sales.all_of_person")}
          to={`${href("orders")}?${new URLSearchParams({ personId: order.person.id })}`}
        />
      </Section>
      <Stuck order={order} />
      <Actions order={order} onChanged={keep} />
      <Receipt order={order} />
      <Paying order={order} />
      <Given order={order} />
      <Timeline events={order.timeline} />
    </Screen>
  );
}

/** Refunds that a fault of ours holds. */
function Stuck({ order: { stuckRefunds } }: { order: OrderWithStory }): JSX.Element | null {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const retry = useAct(retryRefund, { stale: ["orders", "payments"], done: t("app.sales.refund_sent") });
  if (stuckRefunds.length === 0) return null;
  return (
    <Section footer={t("app.sales.refund_stuck_text")}>
      {stuckRefunds.map(({ id, amount, currency }) => (
        <Fragment key={id}>
          <Row title={t("app.sales.refund_stuck", { amount: format.money(amount, currency) })} isWrapped />
          {can("payments.manage") && (
            <Row title={t("app.action.retry")} tone="accent" onClick={() => retry.run(id)} isDisabled={retry.isOff} />
          )}
        </Fragment>
      ))}
    </Section>
  );
}

function Actions({
  order,
  onChanged,
}: {
  order: OrderWithStory;
  onChanged(answer: OrderWithStory): void;
}): JSX.Element | null {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const [open, setOpen] = useState<"refund" | "cancel" | "fail" | null>(null);
  if (!can("orders.manage") || !(order.can.refund || order.can.cancel || order.can.fail)) return null;
  const close = () => setOpen(null);
  return (
    <Section>
      {order.can.refund && (
        <Row
          title={t("app.sales.refund")}
          end={t("app.sales.refundable", { amount: format.money(order.refundable, order.currency) })}
          tone="accent"
          onClick={() => setOpen("refund")}
        />
      )}
      {order.can.cancel && <Row title={t("app.order.cancel")} tone="danger" onClick={() => setOpen("cancel")} />}
      {order.can.fail && <Row title={t("app.sales.fail")} tone="danger" onClick={() => setOpen("fail")} />}
      {open === "refund" && <RefundSheet order={order} onDone={onChanged} onClose={close} />}
      {(open === "cancel" || open === "fail") && (
        <EndSheet kind={open} order={order} onDone={onChanged} onClose={close} />
      )}
    </Section>
  );
}

/** How the money came, or does not come. */
function Paying({ order }: { order: OrderWithStory }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  const { invoice } = order;
  if (invoice === null) return null;
  return (
    <Section header={t("app.sales.paying")}>
      <Row
        title={t(`app.shop.method.${invoice.provider}`)}
        subtitle={
          invoice.problem ??
          (invoice.state === "open"
            ? t("app.sales.invoice_until", { when: format.dateTime(invoice.expiresAt) })
            : undefined)
        }
        isWrapped
        after={
          <Badge tone={invoice.state === "paid" ? "good" : invoice.state === "failed" ? "bad" : "neutral"}>
            {t(`app.sales.invoice.${invoice.state}`)}
          </Badge>
        }
      />
    </Section>
  );
}

/** What the person has of it. */
function Given({ order: { entitlement } }: { order: OrderWithStory }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  if (entitlement === null) return null;
  return (
    <Section header={t("app.sales.given")}>
      <Row
        title={t(`app.sales.entitlement.${entitlement.state}`)}
        subtitle={
          entitlement.endsAt === null
            ? t("app.order.active_endless")
            : t("app.sales.from_until", {
                from: format.dateTime(entitlement.startsAt),
                until: format.dateTime(entitlement.endsAt),
              })
        }
        isWrapped
      />
      <Fact
        name={t("app.shop.promise.posts")}
        value={entitlement.postsPerDay === null ? null : t("app.shop.posts_a_day", { count: entitlement.postsPerDay })}
      />
    </Section>
  );
}
