/** What somebody has because he paid, what waits to be paid, his balance, and everything he ever ordered. */
import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import {
  Badge,
  Empty,
  Loading,
  Progress,
  Row,
  SalesIcon,
  Screen,
  Section,
  Skeleton,
} from "@miniapp/shared/ui/index.ts";
import { VirtualList } from "@miniapp/shared/ui/virtual-list.tsx";
import { useSuspenseInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useMe } from "../identity/me.ts";
import { Freshness } from "../operations/components/freshness.tsx";
import { type ActiveThing, type Mine, type MyOrderSummary, mineQuery, myOrdersQuery } from "./api.ts";
import { ClosedChatRows } from "./closed-chats.tsx";
import { OrderBadge } from "./order-badge.tsx";
import { isNothing } from "./price.ts";
import { Renewal } from "./renewal.tsx";
import styles from "./shop.module.css";
import { ShopViews, useWayOut } from "./shop-views.tsx";

const rowHeight = 65;

export default function MineScreen(): JSX.Element {
  const t = useT();
  return (
    <Screen title={t("app.shop.view.mine")} {...useWayOut()}>
      <ShopViews current="mine" />
      <Loading skeleton={<Skeleton rows={4} />}>
        <Having />
      </Loading>
      <Loading skeleton={<Skeleton rows={5} height={rowHeight} />}>
        <History />
      </Loading>
    </Screen>
  );
}

function Having(): JSX.Element {
  const t = useT();
  const query = useSuspenseQuery(mineQuery(useMe().person.id));
  const mine = query.data;
  return (
    <>
      <Freshness of={query} />
      {mine.open.length > 0 && (
        <Section header={t("app.mine.open")}>
          {mine.open.map((order) => (
            <OrderRow key={order.id} order={order} />
          ))}
        </Section>
      )}
      {mine.active.map((thing) => (
        <Active key={thing.id} thing={thing} />
      ))}
      <Balances mine={mine} />
    </>
  );
}

function Active({ thing }: { thing: ActiveThing }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { quota, endsAt, daysLeft } = thing;
  const until = () => {
    if (thing.isNext) return t("app.mine.begins", { day: format.dateTime(thing.startsAt) });
    if (endsAt === null) return t("app.order.active_endless");
    const day = format.dateTime(endsAt);
    return daysLeft === null ? t("app.order.active_until", { day }) : t("app.mine.days_left", { day, count: daysLeft });
  };
  return (
    <Section>
      <Row
        title={thing.title}
        subtitle={until()}
        isWrapped
        note={
          <Badge tone={thing.isNext ? "neutral" : "good"}>
            {t(thing.isNext ? "app.mine.next" : thing.isSubscription ? "app.mine.subscribed" : "app.mine.active")}
          </Badge>
        }
        isNoteBelow
        to={href("myOrder", { orderId: thing.orderId })}
      />
      {quota !== null && !thing.isNext && (
        <div className={styles.quota}>
          <Progress
            label={t("app.mine.quota", { left: quota.leftToday, count: quota.perDay })}
            done={quota.leftToday}
            total={quota.perDay}
          />
          {quota.leftToday === 0 && (
            <p className={styles.quiet}>{t("app.mine.quota_anew", { time: format.time(quota.dayEndsAt) })}</p>
          )}
        </div>
      )}
      {quota !== null && !thing.isNext && (
        <>
          {quota.leftToday > 0 && (
            <Row title={t("app.mine.add_post")} tone="accent" to={href("newPost")} hasNoChevron />
          )}
          <Row title={t("app.mine.posts")} to={href("myPosts")} />
        </>
      )}
      {!thing.isNext && <ClosedChatRows productId={thing.productId} />}
      <Renewal orderId={thing.orderId} renewal={thing.renewal} />
      {thing.canRenew && !thing.isNext && !thing.isSubscription && (
        <Row
          title={t("app.mine.renew")}
          tone="accent"
          to={href("shopProduct", { productId: thing.productId })}
          hasNoChevron
        />
      )}
    </Section>
  );
}

function Balances({ mine }: { mine: Mine }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  const balances = mine.balances.filter(({ amount, held }) => !isNothing(amount) || !isNothing(held));
  if (balances.length === 0 && mine.spent.length === 0) return null;
  return (
    <Section header={t("app.mine.money")} footer={balances.length > 0 ? t("app.mine.balance_text") : undefined}>
      {balances.map(({ currency, amount, held }) => (
        <Row
          key={currency}
          title={t("app.mine.balance")}
          end={<b>{format.money(amount, currency)}</b>}
          subtitle={isNothing(held) ? undefined : t("app.mine.held", { amount: format.money(held, currency) })}
        />
      ))}
      {mine.spent.map(({ currency, amount }) => (
        <Row key={`spent ${currency}`} title={t("app.mine.spent")} end={format.money(amount, currency)} />
      ))}
    </Section>
  );
}

function History(): JSX.Element {
  const t = useT();
  const go = useGo();
  const list = useSuspenseInfiniteQuery(myOrdersQuery);
  const orders = list.data.pages.flatMap((page) => page.items);
  if (orders.length === 0)
    return (
      <Empty
        icon={<SalesIcon size={30} />}
        title={t("app.mine.empty")}
        text={t("app.mine.empty_text")}
        action={{ text: t("app.mine.to_shop"), onClick: () => go(href("shop")) }}
      />
    );
  return (
    <>
      <h2 className={styles.heading}>{t("app.mine.history")}</h2>
      <VirtualList
        label={t("app.mine.history")}
        items={orders}
        keyOf={({ id }) => id}
        rowHeight={rowHeight}
        render={(order) => <OrderRow order={order} />}
        pages={list}
      />
    </>
  );
}

function OrderRow({ order }: { order: MyOrderSummary }): JSX.Element {
  const t = useT();
  const format = useFormat();
  return (
    <Row
      to={href("myOrder", { orderId: order.id })}
      title={order.title}
      end={format.money(order.price, order.currency)}
      subtitle={`${t("app.order.title", { number: order.number })} · ${format.moment(order.createdAt)}`}
      isWrapped
      note={<OrderBadge order={order} />}
      isNoteBelow
    />
  );
}
