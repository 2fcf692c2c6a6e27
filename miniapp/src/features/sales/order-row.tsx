import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Row } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import { OrderBadge } from "../shop/order-badge.tsx";
import type { Order } from "./api.ts";

export const orderRowHeight = 88;

/** An order in a list: who, what, how much, and where it stands. */
export function OrderRow({ order }: { order: Order }): JSX.Element {
  const t = useT();
  const format = useFormat();
  return (
    <Row
      to={href("order", { orderId: order.id })}
      title={order.person.name || t("app.sales.erased")}
      end={format.money(order.price, order.currency)}
      subtitle={`${t("app.sales.number", { number: order.number })} · ${order.title} · ${format.moment(order.createdAt)}`}
      isWrapped
      note={<OrderBadge order={order} />}
      isNoteBelow
    />
  );
}
