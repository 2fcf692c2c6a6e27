/** Elysia: who may, what shape, which action. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia, t } from "elysia";
import {
  checkConnection,
  connectProvider,
  disconnectProvider,
  forgetKey,
  listConnections,
  switchConnection,
} from "./actions/connections.ts";
import { exportLedger, listLedger, readBalances, readBooks, requestCheck } from "./actions/read-books.ts";
import { exportPayments, exportRefunds, listPayments, listRefunds, readPayment } from "./actions/read-payments.ts";
import { requestReconciliation } from "./actions/reconcile.ts";
import { approveRefund, cancelRefund } from "./actions/request-refund.ts";
import { resolvePayment } from "./actions/resolve-payment.ts";
import { retryRefund } from "./actions/stuck-refunds.ts";
import {
  BalanceParams,
  Balances,
  Books,
  ChangeConnectionBody,
  ConnectProviderBody,
  Done,
  FormerConnectionParams,
  LedgerExportQuery,
  LedgerPage,
  LedgerQuery,
  PaymentConnection,
  PaymentConnectionList,
  PaymentConnectionParams,
  PaymentDetail,
  PaymentExportQuery,
  PaymentListQuery,
  PaymentPage,
  PaymentParams,
  Refund,
  RefundExportQuery,
  RefundListQuery,
  RefundPage,
  RefundParams,
  ResolveBody,
} from "./contracts.ts";

const reading = { access: { permission: "payments.read" } } as const;
const managing = { access: { permission: "payments.manage" } } as const;
/** A file, as a stream. */
const file = { response: { 200: t.Any({ description: "The file." }) } };

export const paymentsRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "payments", tags: ["Payments"] })
    .use(http)
    .get("/payments", ({ actor, requestId, query }) => run(listPayments, { actor, requestId }, query), {
      ...reading,
      query: PaymentListQuery,
      response: { 200: PaymentPage },
    })
    .get("/payments/export", ({ actor, requestId, query }) => run(exportPayments, { actor, requestId }, query), {
      ...reading,
      query: PaymentExportQuery,
      ...file,
    })
    .get("/payments/:paymentId", ({ actor, requestId, params }) => run(readPayment, { actor, requestId }, params), {
      ...reading,
      params: PaymentParams,
      response: { 200: PaymentDetail },
    })
    .post(
      "/payments/:paymentId/resolve",
      ({ actor, requestId, params, body }) => run(resolvePayment, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: PaymentParams, body: ResolveBody, response: { 200: PaymentDetail } },
    )
    .get("/refunds", ({ actor, requestId, query }) => run(listRefunds, { actor, requestId }, query), {
      ...reading,
      query: RefundListQuery,
      response: { 200: RefundPage },
    })
    .get("/refunds/export", ({ actor, requestId, query }) => run(exportRefunds, { actor, requestId }, query), {
      ...reading,
      query: RefundExportQuery,
      ...file,
    })
    .post(
      "/refunds/:refundId/approve",
      ({ actor, requestId, params }) => run(approveRefund, { actor, requestId }, params),
      {
        ...managing,
        params: RefundParams,
        response: { 200: Refund },
      },
    )
    .post(
      "/refunds/:refundId/cancel",
      ({ actor, requestId, params }) => run(cancelRefund, { actor, requestId }, params),
      {
        ...managing,
        params: RefundParams,
        response: { 200: Refund },
      },
    )
    .post(
      "/refunds/:refundId/retry",
      ({ actor, requestId, params }) => run(retryRefund, { actor, requestId }, params),
      {
        ...managing,
        params: RefundParams,
        response: { 200: Refund },
      },
    )
    .get("/payment-connections", ({ actor, requestId }) => run(listConnections, { actor, requestId }, undefined), {
      ...reading,
      response: { 200: PaymentConnectionList },
    })
    .put("/payment-connections", ({ actor, requestId, body }) => run(connectProvider, { actor, requestId }, body), {
      ...managing,
      body: ConnectProviderBody,
      response: { 200: PaymentConnection },
    })
    .patch(
      "/payment-connections/:paymentConnectionId",
      ({ actor, requestId, params, body }) => run(switchConnection, { actor, requestId }, { ...body, ...params }),
      {
        ...managing,
        params: PaymentConnectionParams,
        body: ChangeConnectionBody,
        response: { 200: PaymentConnection },
      },
    )
    .post(
      "/payment-connections/:paymentConnectionId/check",
      ({ actor, requestId, params }) => run(checkConnection, { actor, requestId }, params),
      { ...managing, params: PaymentConnectionParams, response: { 200: PaymentConnection } },
    )
    .post(
      "/payment-connections/:paymentConnectionId/reconcile",
      ({ actor, requestId, params }) => run(requestReconciliation, { actor, requestId }, params),
      { ...managing, params: PaymentConnectionParams, response: { 200: Done } },
    )
    .delete(
      "/payment-connections/:paymentConnectionId",
      ({ actor, requestId, params }) => run(disconnectProvider, { actor, requestId }, params),
      { ...managing, params: PaymentConnectionParams, response: { 200: Done } },
    )
    .delete(
      "/payment-connections/former/:formerConnectionId/key",
      ({ actor, requestId, params }) => run(forgetKey, { actor, requestId }, params),
      { ...managing, params: FormerConnectionParams, response: { 200: Done } },
    )
    .get("/books", ({ actor, requestId }) => run(readBooks, { actor, requestId }, undefined), {
      ...reading,
      response: { 200: Books },
    })
    .post("/books/check", ({ actor, requestId }) => run(requestCheck, { actor, requestId }, undefined), {
      ...managing,
      response: { 200: Done },
    })
    .get("/books/entries", ({ actor, requestId, query }) => run(listLedger, { actor, requestId }, query), {
      ...reading,
      query: LedgerQuery,
      response: { 200: LedgerPage },
    })
    .get("/books/export", ({ actor, requestId, query }) => run(exportLedger, { actor, requestId }, query), {
      ...reading,
      query: LedgerExportQuery,
      ...file,
    })
    .get(
      "/books/persons/:personId",
      ({ actor, requestId, params }) => run(readBalances, { actor, requestId }, params),
      {
        ...reading,
        params: BalanceParams,
        response: { 200: Balances },
      },
    );
