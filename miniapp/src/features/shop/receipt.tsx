import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Fact, Row, Section } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { MyOrder } from "./api.ts";
import { isNothing } from "./price.ts";
import styles from "./shop.module.css";

/** What an order cost, what lowered it, and from where it was paid. */
export function Receipt({ order }: { order: MyOrder }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const money = (amount: string) => format.money(amount, order.currency);
  return (
    <Section header={t("app.order.receipt")}>
      <Row title={order.title} end={money(order.price)} />
      {!isNothing(order.discount) && (
        <Row
          title={t("app.shop.discount")}
          subtitle={order.code ?? undefined}
          end={<span className={styles.saved}>{money(`-${order.discount}`)}</span>}
        />
      )}
      {order.bonusDays > 0 && <Row title={t("app.order.bonus")} end={t("app.shop.days", { count: order.bonusDays })} />}
      {!isNothing(order.fromBalance) && <Row title={t("app.shop.from_balance")} end={money(order.fromBalance)} />}
      <Row title={t(`app.shop.method.${order.method}`)} end={<b>{money(order.due)}</b>} />
      {!isNothing(order.refunded) && <Row title={t("app.order.refunded")} end={money(order.refunded)} />}
      <Fact name={t("app.order.created")} value={format.dateTime(order.createdAt)} />
      <Fact name={t("app.order.paid")} value={order.paidAt && format.dateTime(order.paidAt)} />
      <Fact name={t("app.order.number")} value={String(order.number)} canCopy />
    </Section>
  );
}
