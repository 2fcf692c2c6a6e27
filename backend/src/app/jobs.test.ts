import { expect, test } from "bun:test";
import { accessModule } from "@backend/modules/access/index.ts";
import { audienceModule } from "@backend/modules/audience/index.ts";
import { botsModule } from "@backend/modules/bots/index.ts";
import { broadcastsModule } from "@backend/modules/broadcasts/index.ts";
import { campaignsModule } from "@backend/modules/campaigns/index.ts";
import { conversionsModule } from "@backend/modules/conversions/index.ts";
import { fulfilmentModule } from "@backend/modules/fulfilment/index.ts";
import { messagingModule } from "@backend/modules/messaging/module.ts";
import { operationsModule } from "@backend/modules/operations/index.ts";
import { paymentsModule } from "@backend/modules/payments/index.ts";
import { reportsModule } from "@backend/modules/reports/index.ts";
import { shopModule } from "@backend/modules/shop/index.ts";
import { webhooksModule } from "@backend/modules/webhooks/index.ts";

test("whatever job calls Telegram, a provider, a tracker, a worker or a receiver has a place apart, and nothing else has", () => {
  const rooms = [
    accessModule,
    audienceModule,
    botsModule,
    broadcastsModule,
    campaignsModule,
    conversionsModule,
    fulfilmentModule,
    messagingModule,
    operationsModule,
    paymentsModule,
    reportsModule,
    shopModule,
    webhooksModule,
  ];
  const outside = rooms.flatMap(({ handlers }) =>
    handlers.filter(({ job }) => job.isOutside).map(({ job }) => job.name),
  );
  expect(outside.sort()).toEqual([
    "access.answer-request",
    "access.settle",
    "access.show-out",
    "bots.answer-callback",
    "bots.check-bots",
    "bots.connect-managed-bot",
    "bots.offer-managed-bot",
    "bots.set-up-bot",
    "bots.tell-texts",
    "bots.withdraw-bot",
    "campaigns.push-flow",
    "campaigns.sync-tracker",
    "campaigns.watch-tracker-postbacks",
    "conversions.pull-log",
    "fulfilment.push-tasks",
    "payments.ask-invoice",
    "payments.close-at-provider",
    "payments.hear-invoice",
    "payments.keep-rates",
    "payments.make-invoice",
    "payments.move-refund",
    "payments.reconcile",
    "payments.set-renewal",
    "payments.stop-subscription",
    "webhooks.call-endpoint",
  ]);
});
