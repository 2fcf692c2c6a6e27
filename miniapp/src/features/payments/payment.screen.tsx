import { href } from "@miniapp/app/paths.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import {
  Button,
  Fact,
  Field,
  Loading,
  Row,
  Screen,
  Section,
  Sheet,
  SheetBody,
  Skeleton,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useParams } from "wouter";
import { useCan } from "../identity/me.ts";
import { type PaymentDetail, paymentQuery, resolvePayment } from "./api.ts";
import { PaymentBadge } from "./badges.tsx";
import { RefundRow } from "./refund-row.tsx";

export default function PaymentScreen(): JSX.Element {
  const t = useT();
  const { paymentId = "" } = useParams<{ paymentId: string }>();
  return (
    <Screen title={t("app.payments.one")} back={href("payments")}>
      <Loading
        skeleton={
          <>
            <Skeleton rows={5} />
            <Skeleton rows={3} />
          </>
        }
      >
        <Page paymentId={paymentId} />
      </Loading>
    </Screen>
  );
}

function Page({ paymentId }: { paymentId: string }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const can = useCan();
  const query = useSuspenseQuery(paymentQuery(paymentId));
  const { payment, invoice, refunds } = query.data;
  const { person, resolution } = payment;
  return (
    <>
      <Freshness of={query} />
      <Section footer={payment.checkReason ? t(`app.payments.reason.${payment.checkReason}`) : undefined}>
        <Row title={format.money(payment.amount, payment.currency)} after={<PaymentBadge payment={payment} />} />
        <Row title={t("app.payments.provider")} end={t(`app.payments.provider.${payment.provider}`)} />
        <Row title={t("app.payments.paid_at")} end={format.dateTime(payment.paidAt)} />
        {person && (
          <Row
            title={person.name}
            subtitle={t("app.payments.payer")}
            {...(can("persons.read") && { to: href("person", { personId: person.id }) })}
          />
        )}
        {payment.orderId && can("orders.read") && (
          <Row title={t("app.payments.order")} to={href("order", { orderId: payment.orderId })} />
        )}
        {payment.paidAsset && payment.paidAmount && (
          <Row title={t("app.payments.paid_with")} end={format.money(payment.paidAmount, payment.paidAsset)} />
        )}
        {payment.feeAmount && (
          <Row title={t("app.payments.fee")} end={format.money(payment.feeAmount, payment.feeCurrency)} />
        )}
        {Number(payment.refunded) > 0 && (
          <Row title={t("app.payments.given_back")} end={format.money(payment.refunded, payment.currency)} />
        )}
        <Row
          title={t("app.payments.found_by")}
          end={t.find(`app.payments.found.${payment.foundBy}`) ?? payment.foundBy}
        />
        <Fact name={t("app.payments.provider_ref")} value={payment.providerRef} canCopy isMono />
      </Section>
      <Choices detail={query.data} />
      {resolution && (
        <Section header={t("app.payments.decided")}>
          <Row
            title={t(`app.payments.resolved.${resolution}`)}
            subtitle={payment.resolvedBy?.name}
            note={payment.resolvedAt && format.dateTime(payment.resolvedAt)}
          />
          <Fact name={t("app.payments.note")} value={payment.note} />
        </Section>
      )}
      {invoice && (
        <Section header={t("app.payments.asked_for")}>
          <Row title={invoice.title} end={format.money(invoice.amount, invoice.currency)} isWrapped />
          <Row title={t("app.payments.valid_until")} end={format.dateTime(invoice.expiresAt)} />
        </Section>
      )}
      {refunds.length > 0 && (
        <Section header={t("app.payments.refunds")}>
          {refunds.map((refund) => (
            <RefundRow key={refund.id} refund={refund} />
          ))}
        </Section>
      )}
    </>
  );
}

type Choice = PaymentDetail["choices"][number];

/** What may be decided about money that fits nothing. Each says what becomes of the money before it is done. */
function Choices({ detail: { payment, choices } }: { detail: PaymentDetail }): JSX.Element | null {
  const t = useT();
  const [choice, setChoice] = useState<Choice | null>(null);
  // Money that was taken away again is another question than money that came.
  const isGone = payment.checkReason === "charged_back";
  const words = (one: Choice) => ({
    title: t(isGone ? `app.payments.gone.${one}` : `app.payments.choice.${one}`),
    text: t(isGone ? `app.payments.gone_text.${one}` : `app.payments.choice_text.${one}`),
  });
  if (choices.length === 0) return null;
  return (
    <Section header={t("app.payments.decide")}>
      {choices.map((one) => (
        <Row
          key={one}
          title={words(one).title}
          subtitle={words(one).text}
          isWrapped
          tone={one === "dismissed" ? "danger" : "accent"}
          onClick={() => setChoice(one)}
        />
      ))}
      {choice && (
        <Decide paymentId={payment.id} choice={choice} words={words(choice)} onClose={() => setChoice(null)} />
      )}
    </Section>
  );
}

interface DecideProps {
  paymentId: string;
  choice: Choice;
  words: { title: string; text: string };
  onClose(): void;
}

function Decide({ paymentId, choice, words, onClose }: DecideProps): JSX.Element {
  const t = useT();
  const [note, setNote] = useState("");
  const resolve = useAct(resolvePayment, { stale: ["payments"], done: t("app.payments.decided"), onDone: onClose });
  const text = note.trim();
  // Money that is said not to be ours is never heard of again: why must stand beside it.
  const isMissing = choice === "dismissed" && text === "";
  return (
    <Sheet title={words.title} onClose={onClose}>
      <SheetBody>
        <Section footer={words.text}>
          <Field
            label={t("app.payments.note")}
            value={note}
            onChange={setNote}
            maxLength={500}
            {...(isMissing && { hint: t("app.payments.note_needed") })}
          />
        </Section>
        <Button
          isWide
          onClick={() => resolve.run({ paymentId, resolution: choice, ...(text && { note: text }) })}
          isDisabled={resolve.isOff || isMissing}
          isBusy={resolve.isBusy}
        >
          {words.title}
        </Button>
      </SheetBody>
    </Sheet>
  );
}
