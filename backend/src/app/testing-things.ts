/**
 * Makes whatever addresses of the product name, for the walk over all routes (routes.test.ts): a thing in a workspace, by the name of the
 * parameter that addresses use for it.
 */
import { randomToken, type Vault } from "@backend/kit/crypto.ts";
import { beginUpload, finishUpload, putUploadPart } from "@backend/kit/uploads.ts";
import { makePackage } from "@backend/modules/fulfilment/testing.ts";
import {
  makeApiKey,
  makePerson,
  nextTelegramId,
  type TestPerson,
  type TestWorkspace,
} from "@backend/modules/identity/testing.ts";
import { queueDelivery, registerChat } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import { alertRoutes, alertTemplates } from "@db/schema/alerts.ts";
import {
  audienceCategories,
  audienceChanges,
  audienceFields,
  audienceImports,
  audienceTags,
  segments,
  subscribers,
} from "@db/schema/audience.ts";
import { bots } from "@db/schema/bots.ts";
import { broadcastChanges, broadcasts, messageTemplates, sequenceRuns, sequences } from "@db/schema/broadcasts.ts";
import { campaigns, flowPushes, flows } from "@db/schema/campaigns.ts";
import { conversionBatches, conversions, trackerConnections } from "@db/schema/conversions.ts";
import { tasks } from "@db/schema/fulfilment.ts";
import { invitations } from "@db/schema/identity.ts";
import { inboundEvents } from "@db/schema/inbox.ts";
import { inboxReplays } from "@db/schema/operations.ts";
import { paymentConnections, payments, refunds } from "@db/schema/payments.ts";
import { reportSummaries, reportWatches } from "@db/schema/reports.ts";
import { faqEntries, orders, products, promoCodes, shopCategories } from "@db/schema/shop.ts";
import { trackerPulls } from "@db/schema/tracker-logs.ts";
import { webhookCalls, webhookEndpoints } from "@db/schema/webhooks.ts";
import { isNull } from "drizzle-orm";

export type Things = Readonly<Record<string, (db: Db, at: TestWorkspace) => Promise<string>>>;

/** `mine` and `owner`: whose own things are the caller's, where one is asked for. Secrets are sealed with `vault`. */
export function thingsFor({ vault, mine, owner }: { vault: Vault; mine: TestWorkspace; owner: TestPerson }): Things {
  const makeChat = async (db: Db, at: TestWorkspace) =>
    (await registerChat(db, { ...at, telegramChatId: nextTelegramId(), kind: "private", title: "Somebody" })).id;

  async function makeSubscriber(db: Db, at: TestWorkspace): Promise<string> {
    const telegramId = nextTelegramId();
    const chat = await registerChat(db, { ...at, telegramChatId: telegramId, kind: "private", title: "Somebody" });
    const [row] = await db
      .insert(subscribers)
      .values({ ...at, chatId: chat.id, telegramId, origin: "start" })
      .returning();
    return String(row?.id);
  }

  async function makeConnection(db: Db, at: TestWorkspace): Promise<string> {
    const [row] = await db
      .insert(trackerConnections)
      .values({
        workspaceId: at.workspaceId,
        name: randomToken(8),
        kind: "keitaro",
        locale: "en",
        secretHash: randomToken(),
        secretSealed: vault.seal(randomToken()),
        chatId: await makeChat(db, at),
      })
      .returning();
    const connectionId = row?.id ?? "";
    // Without a key there is no tracker, and its campaigns do not exist.
    const apiKeySealed = vault.seal("key");
    const { workspaceId } = at;
    await db
      .insert(trackerPulls)
      .values({ connectionId, workspaceId, apiUrl: "https://tracker.example", apiKeySealed });
    return connectionId;
  }

  async function makeEndpoint(db: Db, at: TestWorkspace): Promise<string> {
    const secretSealed = vault.seal(randomToken());
    const values = { workspaceId: at.workspaceId, name: "CRM", url: "https://crm.example/", events: [], secretSealed };
    const [row] = await db.insert(webhookEndpoints).values(values).returning();
    return row?.id ?? "";
  }
  /** Money that waits for somebody. */
  async function makePayment(db: Db, { workspaceId }: TestWorkspace): Promise<string> {
    const values = {
      provider: "crypto_pay",
      amount: "1",
      currency: "USD",
      state: "to_check",
      checkReason: "late",
    } as const;
    const told = { providerRef: randomToken(), foundBy: "webhook", paidAt: new Date() };
    const [row] = await db
      .insert(payments)
      .values({ workspaceId, ...values, ...told })
      .returning();
    return row?.id ?? "";
  }
  /** One for each workspace: it has one of a provider. */
  async function makePaymentConnection(db: Db, { workspaceId }: TestWorkspace): Promise<string> {
    const credentialsSealed = vault.seal("1:token");
    const [row] = await db
      .insert(paymentConnections)
      .values({ workspaceId, provider: "crypto_pay", name: "Shop", account: randomToken(8), credentialsSealed })
      .onConflictDoUpdate({
        target: [paymentConnections.workspaceId, paymentConnections.provider],
        targetWhere: isNull(paymentConnections.disconnectedAt),
        set: { name: "Shop" },
      })
      .returning();
    return row?.id ?? "";
  }
  async function makeFormerConnection(db: Db, { workspaceId }: TestWorkspace): Promise<string> {
    const credentialsSealed = vault.seal("1:token");
    const values = { workspaceId, provider: "crypto_pay", name: "Shop", credentialsSealed } as const;
    const [row] = await db
      .insert(paymentConnections)
      .values({ ...values, disconnectedAt: new Date() })
      .returning();
    return row?.id ?? "";
  }
  /** A plan with an experiment: every door of a broadcast knows what to say of it. */
  async function makeBroadcast(db: Db, at: TestWorkspace): Promise<string> {
    const letter = { fallback: "en", messages: { en: { kind: "text", html: "x" } } };
    const [row] = await db
      .insert(broadcasts)
      .values({
        workspaceId: at.workspaceId,
        kind: "recurring",
        name: "Weekly",
        schedule: { kind: "cron", cron: "0 9 * * 1", timeZone: "UTC" },
        experiment: { samplePercent: 100, measure: "clicks", isAuto: false, afterMinutes: 10, editLosers: false },
        variants: [
          { key: "A", share: 50, letter },
          { key: "B", share: 50, letter },
        ],
      })
      .returning();
    return row?.id ?? "";
  }
  async function makeSequence(db: Db, at: TestWorkspace): Promise<string> {
    const values = { workspaceId: at.workspaceId, name: "Welcome", trigger: { kind: "by_hand" } };
    const [row] = await db.insert(sequences).values(values).returning();
    return row?.id ?? "";
  }

  async function makeCampaign(db: Db, { workspaceId, ...at }: TestWorkspace): Promise<string> {
    const connectionId = await makeConnection(db, { workspaceId, ...at });
    const values = { workspaceId, connectionId, ref: "15", name: "Spring", state: "active", readAt: new Date() };
    const [row] = await db.insert(campaigns).values(values).returning();
    return row?.id ?? "";
  }
  /** One for each workspace: a push is found in its own flow alone. */
  const flowOf = new Map<string, Promise<string>>();
  function makeFlow(db: Db, at: TestWorkspace): Promise<string> {
    const { workspaceId } = at;
    const make = async () => {
      const values = {
        workspaceId,
        ref: "5002",
        name: "Flow",
        state: "active",
        schema: "landings",
        readAt: new Date(),
      };
      const [row] = await db
        .insert(flows)
        .values({ ...values, campaignId: await makeCampaign(db, at) })
        .returning();
      return row?.id ?? "";
    };
    const made = flowOf.get(workspaceId) ?? make();
    flowOf.set(workspaceId, made);
    return made;
  }

  /** With a picture: every door of a product has something to show. */
  async function makeProduct(db: Db, { workspaceId }: TestWorkspace): Promise<string> {
    const upload = {
      workspaceId,
      purpose: "picture" as const,
      name: "x.png",
      size: 1,
      createdBy: null,
      now: new Date(),
    };
    const { id: pictureId } = await beginUpload(db, upload);
    await putUploadPart(db, { ...upload, uploadId: pictureId, number: 0, bytes: new Uint8Array(1) });
    await finishUpload(db, workspaceId, pictureId, upload.now);
    const [row] = await db
      .insert(products)
      .values({
        workspaceId,
        kind: "access",
        slug: crypto.randomUUID(),
        title: { en: "Club" },
        pictureId,
        isVisible: true,
      })
      .returning();
    return row?.id ?? "";
  }
  let orderNumber = 0;
  /** One's own, where one is asked for: nobody reads another customer's order. */
  async function makeOrder(db: Db, at: TestWorkspace): Promise<string> {
    const { workspaceId } = at;
    const product = {
      kind: "access" as const,
      slug: "club",
      title: { en: "Club" },
      terms: {},
      durationDays: null,
      postsPerDay: null,
      details: {},
      isByHand: false,
      isSubscription: false,
    };
    const [row] = await db
      .insert(orders)
      .values({
        workspaceId,
        personId: workspaceId === mine.workspaceId ? owner.personId : (await makePerson(db, at)).personId,
        productId: await makeProduct(db, at),
        product,
        number: ++orderNumber,
        method: "stars",
        currency: "XTR",
        price: "5",
        due: "5",
        expiresAt: new Date(Date.now() + 3_600_000),
      })
      .returning();
    return row?.id ?? "";
  }

  return {
    memberId: async (db, at) => (await makePerson(db, at, { role: "support" })).memberId ?? "",
    personId: async (db, at) => (await makePerson(db, at)).personId,
    /** Another one than people open the app through: switching that off would lock them out. */
    async botId(db, at) {
      const sealed = {
        tokenSealed: vault.seal(`1:${randomToken(26)}`),
        webhookSecretSealed: vault.seal(randomToken()),
      };
      const values = {
        workspaceId: at.workspaceId,
        telegramId: nextTelegramId(),
        username: "spare_bot",
        name: "Spare",
      };
      const [row] = await db
        .insert(bots)
        .values({ ...values, ...sealed })
        .returning();
      return row?.id ?? "";
    },
    language: () => Promise.resolve("default"),
    keyId: async (db, at) => (await makeApiKey(db, at, ["stats"], vault)).keyId,
    chatId: makeChat,
    connectionId: makeConnection,
    async alertRouteId(db, at) {
      const values = { name: "Route", conditions: [], targets: [], pace: { digestMinutes: null, cap: null } };
      const [row] = await db
        .insert(alertRoutes)
        .values({ ...values, ...at, position: 0 })
        .returning();
      return row?.id ?? "";
    },
    async templateId(db, at) {
      const [row] = await db
        .insert(alertTemplates)
        .values({ ...at, name: randomToken(8), buttons: [] })
        .returning();
      return row?.id ?? "";
    },
    async messageTemplateId(db, at) {
      const letter = { fallback: "en", messages: { en: { kind: "text", html: "x" } } };
      const [row] = await db
        .insert(messageTemplates)
        .values({ workspaceId: at.workspaceId, name: randomToken(8), letter })
        .returning();
      return row?.id ?? "";
    },
    broadcastId: makeBroadcast,
    async changeId(db, at) {
      const values = { ...at, broadcastId: await makeBroadcast(db, at), act: "delete" as const, variants: [0] };
      const [row] = await db
        .insert(broadcastChanges)
        .values({ ...values, ceiling: 0n, total: 0 })
        .returning();
      return row?.id ?? "";
    },
    subscriberId: makeSubscriber,
    async tagId(db, at) {
      const [row] = await db
        .insert(audienceTags)
        .values({ ...at, name: randomToken(8) })
        .returning();
      return String(row?.id);
    },
    async fieldId(db, at) {
      const [row] = await db
        .insert(audienceFields)
        .values({ ...at, key: randomToken(8), name: "City", kind: "text" })
        .returning();
      return row?.id ?? "";
    },
    async categoryId(db, at) {
      const [row] = await db
        .insert(audienceCategories)
        .values({ ...at, names: { en: "News" } })
        .returning();
      return String(row?.id);
    },
    async audienceChangeId(db, at) {
      const [row] = await db
        .insert(audienceChanges)
        .values({ ...at, kind: "tags", state: "done", total: 0, ceilingId: 0 })
        .returning();
      return row?.id ?? "";
    },
    async invitationId(db, at) {
      const [row] = await db
        .insert(invitations)
        .values({
          workspaceId: at.workspaceId,
          role: "support",
          tokenHash: randomToken(),
          expiresAt: new Date(Date.now() + 3_600_000),
        })
        .returning();
      return row?.id ?? "";
    },
    async deliveryId(db, at) {
      const content = { kind: "text", html: "x" } as const;
      const chatId = await makeChat(db, at);
      return (await queueDelivery(db, { workspaceId: at.workspaceId, chatId, lane: "alert", content })).id ?? "";
    },
    async conversionId(db, at) {
      const [row] = await db
        .insert(conversions)
        .values({
          workspaceId: at.workspaceId,
          connectionId: await makeConnection(db, at),
          identityKey: randomToken(),
          status: "lead",
          facts: {},
          receivedAt: new Date(),
        })
        .returning();
      return String(row?.id);
    },
    async eventId(db, at) {
      const [row] = await db
        .insert(inboundEvents)
        .values({ workspaceId: at.workspaceId, source: "tracker", method: "GET", path: "/in/…", status: "handled" })
        .returning();
      return String(row?.id);
    },
    async replayId(db, at) {
      const [row] = await db
        .insert(inboxReplays)
        .values({
          workspaceId: at.workspaceId,
          filter: {},
          firstId: 1n,
          checkpointId: 1n,
          ceilingId: 1n,
          state: "done",
        })
        .returning();
      return row?.id ?? "";
    },
    async batchId(db, at) {
      const [row] = await db
        .insert(conversionBatches)
        .values({ ...at, kind: "replay", state: "done", checkpointId: 1n, ceilingId: 1n, total: 0 })
        .returning();
      return row?.id ?? "";
    },
    campaignId: makeCampaign,
    flowId: makeFlow,
    async pushId(db, at) {
      const parts = { offers: [], landings: [] };
      const values = { workspaceId: at.workspaceId, base: parts, target: parts, state: "done" as const };
      const [row] = await db
        .insert(flowPushes)
        .values({ ...values, flowId: await makeFlow(db, at) })
        .returning();
      return row?.id ?? "";
    },
    sequenceId: makeSequence,
    async runId(db, at) {
      const [row] = await db
        .insert(sequenceRuns)
        .values({
          workspaceId: at.workspaceId,
          sequenceId: await makeSequence(db, at),
          subscriberId: Number(await makeSubscriber(db, at)),
        })
        .returning();
      return String(row?.id);
    },
    async watchId(db, at) {
      const chatId = await makeChat(db, at);
      const [row] = await db
        .insert(reportWatches)
        .values({
          ...at,
          name: "X",
          direction: "drop",
          percent: 50,
          minVolume: 1,
          coolDownMinutes: 0,
          chatId,
          locale: "en",
        })
        .returning();
      return row?.id ?? "";
    },
    /** In one's own workspace the caller's own post: a customer finds no other. */
    async taskId(db, at) {
      const { workspaceId } = at;
      const personId = at === mine ? owner.personId : (await makePerson(db, at)).personId;
      const bought = await makePackage(db, at, personId);
      const address = `https://t.me/routes/${Math.floor(Math.random() * 1e9)}`;
      const values = { workspaceId, personId, ...bought, platform: "telegram" as const, url: address, address };
      const [row] = await db
        .insert(tasks)
        .values({ ...values, deadlineAt: new Date(Date.now() + 3_600_000) })
        .returning();
      return row?.id ?? "";
    },
    paymentId: makePayment,
    async refundId(db, at) {
      const values = {
        workspaceId: at.workspaceId,
        amount: "1",
        currency: "USD",
        to: "balance",
        state: "requested",
      } as const;
      const [row] = await db.insert(refunds).values(values).returning();
      return row?.id ?? "";
    },
    paymentConnectionId: makePaymentConnection,
    formerConnectionId: makeFormerConnection,
    endpointId: makeEndpoint,
    async callId(db, at) {
      const endpointId = await makeEndpoint(db, at);
      const values = { ...at, endpointId, messageId: randomToken(), event: "endpoint.test", payload: {} };
      const [row] = await db.insert(webhookCalls).values(values).returning();
      return String(row?.id);
    },
    async segmentId(db, at) {
      const [row] = await db
        .insert(segments)
        .values({ workspaceId: at.workspaceId, name: randomToken(8), condition: { kind: "all", of: [] } })
        .returning();
      return row?.id ?? "";
    },
    productId: makeProduct,
    orderId: makeOrder,
    async shopCategoryId(db, at) {
      const [row] = await db
        .insert(shopCategories)
        .values({ workspaceId: at.workspaceId, title: { en: "Packages" } })
        .returning();
      return row?.id ?? "";
    },
    async promoCodeId(db, at) {
      const [row] = await db
        .insert(promoCodes)
        .values({ workspaceId: at.workspaceId, code: randomToken(8), kind: "percent", value: "10" })
        .returning();
      return row?.id ?? "";
    },
    async faqId(db, at) {
      const [row] = await db
        .insert(faqEntries)
        .values({ workspaceId: at.workspaceId, question: { en: "How?" }, answer: { en: "So." } })
        .returning();
      return row?.id ?? "";
    },
    async uploadId(db, at) {
      const now = new Date();
      const upload = await beginUpload(db, { ...at, purpose: "media", name: "x.txt", size: 1, createdBy: null, now });
      await putUploadPart(db, { ...at, uploadId: upload.id, number: 0, bytes: new Uint8Array(1), now });
      await finishUpload(db, at.workspaceId, upload.id, now);
      return upload.id;
    },
    async importId(db, at) {
      const [row] = await db
        .insert(audienceImports)
        .values({ ...at, fileName: "people.csv", reading: {}, mapping: [] })
        .returning();
      return row?.id ?? "";
    },
    partNumber: () => Promise.resolve("0"),
    async summaryId(db, at) {
      const chatId = await makeChat(db, at);
      const [row] = await db
        .insert(reportSummaries)
        .values({ workspaceId: at.workspaceId, period: "day", at: "09:00", chatId, locale: "en" })
        .returning();
      return row?.id ?? "";
    },
  };
}
