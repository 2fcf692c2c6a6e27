/** Money as the team sees it: what came, what waits for a decision, what went back, the books, and who takes it. */
import { href, paths } from "@miniapp/app/paths.ts";
import { Loaded } from "@miniapp/shared/code.tsx";
import { withWords } from "@miniapp/shared/i18n.ts";
import { inner } from "@miniapp/shared/ui/inner-screen.tsx";
import type { JSX } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useCan } from "../identity/me.ts";

const loadPayments = withWords("reporting", () => import("./payments.screen.tsx"));
const loadRefunds = withWords("reporting", () => import("./refunds.screen.tsx"));
const loadBooks = withWords("reporting", () => import("./books.screen.tsx"));
const Payments = () => <Loaded name="payments" load={loadPayments} />;
const Payment = () => <Loaded name="payment" load={() => import("./payment.screen.tsx")} />;
const Refunds = () => <Loaded name="refunds" load={loadRefunds} />;
const Books = () => <Loaded name="books" load={loadBooks} />;
const Providers = () => <Loaded name="payment-providers" load={() => import("./providers.screen.tsx")} />;
const Provider = () => <Loaded name="payment-provider" load={() => import("./provider.screen.tsx")} />;

export default function PaymentsSection(): JSX.Element {
  const can = useCan();
  // A link may have led here somebody whose role sees none of it.
  if (!can("payments.read")) return <Redirect to={href("today")} replace />;
  return (
    <Switch>
      <Route path={paths.payments}>{inner(Payments)}</Route>
      <Route path={paths.refunds}>{inner(Refunds, href("payments"))}</Route>
      <Route path={paths.books}>{inner(Books, href("payments"))}</Route>
      <Route path={paths.paymentConnections}>{inner(Providers, href("payments"))}</Route>
      <Route path={paths.paymentConnection}>{inner(Provider, href("paymentConnections"))}</Route>
      <Route path={paths.payment}>{inner(Payment, href("payments"))}</Route>
    </Switch>
  );
}
