/** One order of one's own: where it stands now, how to pay it, and everything that happened to it. */
import { href } from "@miniapp/app/paths.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { openAddress, payInvoice } from "@miniapp/shared/telegram/index.ts";
import {
  ask,
  CheckIcon,
  ClockIcon,
  CloseIcon,
  type MainAction,
  Row,
  Screen,
  Section,
  Spinner,
  toast,
  UndoIcon,
  WarningIcon,
} from "@miniapp/shared/ui/index.ts";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX, ReactNode } from "react";
import { useParams } from "wouter";
import { Freshness } from "../operations/components/freshness.tsx";
import { cancelMyOrder, type MyOrder, myOrderQuery } from "./api.ts";
import { ClosedChats } from "./closed-chats.tsx";
import { useGoneToPay } from "./gone-to-pay.ts";
import { askAgainMs, clockOf, type Stage, stageOf } from "./order-stage.ts";
import { Receipt } from "./receipt.tsx";
import { Renewal } from "./renewal.tsx";
import styles from "./shop.module.css";
import { Timeline } from "./timeline.tsx";
import { useNow } from "./use-now.ts";

export default function MyOrderScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  const format = useFormat();
  const queries = useQueryClient();
  const { orderId = "" } = useParams<{ orderId: string }>();
  const [hasGone, setGone] = useGoneToPay(orderId);
  const query = useSuspenseQuery({
    ...myOrderQuery(orderId),
    refetchInterval: ({ state }) => (state.data && askAgainMs[stageOf(state.data, hasGone, Date.now())]) ?? false,
  });
  const order = query.data;
  const now = useNow(order.state === "pending");
  const stage = stageOf(order, hasGone, now);
  const cancel = useAct((_to: string | null) => cancelMyOrder(orderId), {
    stale: ["orders", "shop"],
    onDone: (answer, to) => {
      queries.setQueryData(myOrderQuery(orderId).queryKey, answer);
      if (to !== null) go(to, { replace: true });
    },
  });
  const product = href("shopProduct", { productId: order.productId });

  const pay = async () => {
    const opened = await openInvoice(order);
    if (opened === "gone") setGone();
    if (opened === "failed") toast(t("app.order.pay_failed"));
    void query.refetch();
  };
  /** Gives the order up, to order anew in another way or not at all. Asked for only where money may be on its way. */
  const giveUp = async (to: string | null) => {
    const isSure =
      !hasGone ||
      (await ask({
        title: t("app.order.cancel"),
        message: t("app.order.cancel_text"),
        confirm: t("app.order.cancel"),
        cancel: t("app.order.keep"),
        isDestructive: true,
      }));
    if (isSure) cancel.run(to);
  };
  const mains: Partial<Record<Stage, MainAction>> = {
    to_pay: {
      text: t("app.shop.pay", { price: format.money(order.due, order.currency) }),
      onClick: () => void pay(),
    },
    overdue: { text: t("app.order.again"), onClick: () => go(product) },
    unpaid: { text: t("app.order.another_way"), onClick: () => go(product) },
    failed: { text: t("app.help.support"), onClick: () => go(href("shopHelp")) },
    cancelled: { text: t("app.order.again"), onClick: () => go(product) },
    expired: { text: t("app.order.again"), onClick: () => go(product) },
    ended: { text: t("app.order.again"), onClick: () => go(product) },
    ...(order.postsPerDay !== null && {
      active: { text: t("app.mine.add_post"), onClick: () => go(href("newPost")) },
    }),
  };
  const isOpen = order.state === "pending" && stage !== "activating" && stage !== "with_team";
  const held = order.waiting.map(({ amount, currency }) => format.money(amount, currency)).join(" + ");
  return (
    <Screen
      title={t("app.order.title", { number: order.number })}
      subtitle={order.title}
      back={href("mine")}
      main={mains[stage]}
    >
      <Freshness of={query} />
      <Section>
        <Standing order={order} stage={stage} now={now} held={held} />
      </Section>
      {stage !== "with_team" && held !== "" && (
        <Section>
          <Row title={t("app.order.held", { amount: held })} subtitle={t("app.order.held_text")} isWrapped />
        </Section>
      )}
      {isOpen && (
        <Section footer={stage === "checking" ? t("app.order.checking_footer") : undefined}>
          {stage === "checking" && order.invoice?.state === "open" && (
            <Row title={t("app.order.open_again")} tone="accent" onClick={() => void pay()} />
          )}
          <Row
            title={t("app.order.another_way")}
            tone="accent"
            isDisabled={cancel.isOff}
            onClick={() => void giveUp(product)}
          />
          <Row
            title={t("app.order.cancel")}
            tone="danger"
            isDisabled={cancel.isOff}
            onClick={() => void giveUp(null)}
          />
        </Section>
      )}
      {order.renewal && (
        <Section>
          <Renewal orderId={orderId} renewal={order.renewal} />
        </Section>
      )}
      <ClosedChats productId={order.productId} />
      <Receipt order={order} />
      <Timeline events={order.timeline} />
      <Section>
        <Row title={t("app.order.product")} to={product} />
        <Row title={t("app.shop.view.help")} to={href("shopHelp")} />
      </Section>
    </Screen>
  );
}

/** Opens what the provider has made, from the tap. `gone`: the person may be paying now. */
async function openInvoice({ invoice }: MyOrder): Promise<"gone" | "stayed" | "failed"> {
  const { invoice: sheet, telegram, web } = invoice?.links ?? {};
  if (sheet) {
    const outcome = await payInvoice(sheet);
    if (outcome === "paid" || outcome === "pending") return "gone";
    if (outcome === "failed") return "failed";
    if (outcome === "cancelled") return "stayed";
  }
  const address = telegram ?? web ?? sheet;
  if (!address) return "failed";
  openAddress(address);
  return "gone";
}

const signs: Readonly<Record<Stage, { icon: ReactNode; tone?: "good" | "bad" }>> = {
  preparing: { icon: <Spinner /> },
  checking: { icon: <Spinner /> },
  with_team: { icon: <ClockIcon size={32} />, tone: "good" },
  activating: { icon: <Spinner />, tone: "good" },
  to_pay: { icon: <ClockIcon size={32} /> },
  by_hand: { icon: <ClockIcon size={32} />, tone: "good" },
  next: { icon: <CheckIcon size={32} />, tone: "good" },
  active: { icon: <CheckIcon size={32} />, tone: "good" },
  ended: { icon: <ClockIcon size={32} /> },
  overdue: { icon: <WarningIcon size={32} /> },
  unpaid: { icon: <WarningIcon size={32} />, tone: "bad" },
  failed: { icon: <WarningIcon size={32} />, tone: "bad" },
  cancelled: { icon: <CloseIcon size={32} /> },
  expired: { icon: <ClockIcon size={32} /> },
  refunded: { icon: <UndoIcon size={32} /> },
};

interface Shown {
  order: MyOrder;
  stage: Stage;
  now: number;
  /** What somebody of the team looks at; "" = nothing. */
  held: string;
}

function Standing({ order, stage, now, held }: Shown): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { icon, tone } = signs[stage];
  const isTopUp = order.kind === "topup";
  const endsAt = order.entitlement?.endsAt ?? null;
  const provider = order.invoice ? t(`app.order.provider.${order.invoice.provider}`) : "";
  const said = () => {
    switch (stage) {
      case "to_pay":
        return t("app.order.stage.to_pay.text", { time: format.time(order.expiresAt) });
      case "cancelled":
        // What came did not fit, and was put elsewhere: nothing is left to write to anybody about.
        return (
          (order.timeline.some(({ kind }) => kind === "cancelled_unpaid") && order.reason) ||
          t("app.order.stage.cancelled.text")
        );
      case "with_team":
        return t("app.order.stage.with_team.text", { amount: held });
      case "active":
        if (isTopUp) return t("app.order.topped_up_text");
        return endsAt === null
          ? t("app.order.active_endless")
          : t("app.order.active_until", { day: format.dateTime(endsAt) });
      case "next":
        return t("app.mine.begins", { day: format.dateTime(order.entitlement?.startsAt ?? "") });
      case "refunded":
        return t("app.order.stage.refunded.text", { amount: format.money(order.refunded, order.currency) });
      default:
        return t(`app.order.stage.${stage}.text`);
    }
  };
  return (
    <div className={styles.standing}>
      <span className={`${styles.sign} ${tone ? styles[tone] : ""}`} aria-hidden="true">
        {icon}
      </span>
      <p className={styles.total} role="status">
        {stage === "active" && isTopUp
          ? t("app.order.topped_up")
          : stage === "checking"
            ? t("app.order.stage.checking", { provider })
            : t(`app.order.stage.${stage}`)}
      </p>
      {stage === "to_pay" && (
        <p className={styles.clock} role="timer">
          {clockOf(Date.parse(order.expiresAt) - now)}
        </p>
      )}
      <p className={styles.quiet}>{said()}</p>
    </div>
  );
}
