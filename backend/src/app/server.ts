/** The HTTP face: every room's routes under one roof. Its type is what the Mini App's client is typed by. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { localeOf, type MessageParams, translator } from "@backend/i18n/index.ts";
import { notFound } from "@backend/kit/errors.ts";
import { factsOf, toErrorResponse } from "@backend/kit/http.ts";
import { accessModule } from "@backend/modules/access/index.ts";
import { audienceModule } from "@backend/modules/audience/index.ts";
import { botsModule } from "@backend/modules/bots/index.ts";
import { broadcastsModule } from "@backend/modules/broadcasts/index.ts";
import { campaignsModule } from "@backend/modules/campaigns/index.ts";
import { connectionBySecret, conversionsModule, noteRefusals } from "@backend/modules/conversions/index.ts";
import { fulfilmentModule } from "@backend/modules/fulfilment/index.ts";
import { identityModule } from "@backend/modules/identity/index.ts";
import { messagingModule } from "@backend/modules/messaging/module.ts";
import { operationsModule } from "@backend/modules/operations/index.ts";
import { hookConnections, noteHookRefusals, paymentsModule } from "@backend/modules/payments/index.ts";
import { reportsModule } from "@backend/modules/reports/index.ts";
import { shopModule } from "@backend/modules/shop/index.ts";
import { webhooksModule } from "@backend/modules/webhooks/index.ts";
import { webhookRoutes } from "@bot/main.ts";
import { cors } from "@elysiajs/cors";
import { openapi } from "@elysiajs/openapi";
import { Elysia } from "elysia";
import type { Runtime } from "./container.ts";
import { createBuiltSite } from "./static.ts";
import { version } from "./version.ts";

/** The most that any route may be sent; intake routes allow 64 KB of it. */
const maxRequestBytes = 1024 * 1024;
/** Seconds without a byte after which a connection is closed; live streams send a heartbeat more often. */
const idleSeconds = 15;

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Telegram's web clients show the app in a frame; the simulator does it from our own origin. */
const frameAncestors = (sandbox: boolean) =>
  `${sandbox ? "'self' " : ""}https://web.telegram.org https://*.telegram.org`;

/** An error's sentence in the caller's language; a code without one says what is said of every unknown fault. */
function sentence(code: string, params: MessageParams, request: Request): string {
  const { actor, id } = factsOf(request);
  const translate = translator(actor?.locale ?? localeOf(request.headers.get("accept-language") ?? undefined));
  return translate.find(code, { requestId: id, ...params }) ?? translate("common.internal", { requestId: id });
}

const healthOf = (runtime: Runtime) =>
  operationsModule.healthRoutes(runtime.http, {
    readiness: runtime.readiness,
    metrics: runtime.metrics,
    metricsToken: runtime.config.metricsToken,
    isStopping: runtime.isStopping,
  });

/** What a process without the api role answers: only what operators' machines ask every process. */
export const createHealthServer = (runtime: Runtime) =>
  new Elysia({ serve: { maxRequestBodySize: maxRequestBytes, idleTimeout: idleSeconds } })
    .onError(({ error, request }) => toErrorResponse(error, request, { log: runtime.log, sentence }))
    .use(healthOf(runtime));

export function createServer(runtime: Runtime) {
  const { config, http, run, log, metrics } = runtime;
  const miniapp = createBuiltSite(join(root, "dist/miniapp"), { frameAncestors: frameAncestors(config.sandbox) });
  const page = ({ request }: { request: Request }) => miniapp.page(request);
  const visible = { access: "public" as const, detail: { hide: true } };
  return new Elysia({ serve: { maxRequestBodySize: maxRequestBytes, idleTimeout: idleSeconds } })
    .onError(({ error, request }) => toErrorResponse(error, request, { log, sentence }))
    .onAfterResponse(({ request, route, set, response }) => {
      const { startedAt } = factsOf(request);
      const status = response instanceof Response ? response.status : Number(set.status ?? 200);
      metrics.observeRequest({
        method: request.method,
        route: route || "unmatched",
        status,
        seconds: (performance.now() - startedAt) / 1000,
      });
    })
    .onRequest(({ request, set }) => {
      set.headers["x-request-id"] = factsOf(request).id;
      set.headers["x-content-type-options"] = "nosniff";
    })
    .use(
      cors({
        origin: config.corsOrigins,
        credentials: false,
        allowedHeaders: ["authorization", "content-type", "x-bot"],
        maxAge: 600,
      }),
    )
    .use(
      openapi({
        path: "/openapi",
        documentation: {
          info: {
            title: "Switchboard",
            version,
            description: "Everything the app does, for programs: Authorization: Bearer <API key>.",
          },
        },
        exclude: { paths: [/^\/simulator/] },
      }),
    )
    .use(healthOf(runtime))
    .use(
      conversionsModule.intakeRoutes(http, {
        intake: runtime.intake,
        connectionBySecret: connectionBySecret(runtime.database.db, runtime.vault),
        limits: config.intake,
        noteRefusal: noteRefusals(runtime.database.db, log),
        log,
      }),
    )
    .use(
      paymentsModule.hookRoutes(http, {
        intake: runtime.intake,
        hooks: runtime.ports.providerHooks,
        find: hookConnections(runtime.database.db, runtime.vault),
        noteRefusal: noteHookRefusals(runtime.database.db, log),
      }),
    )
    .use(broadcastsModule.clickRoutes(http, runtime.clicks))
    .use(webhookRoutes(http, { db: runtime.database.db, vault: runtime.vault, takeUpdate: runtime.takeUpdate }))
    .use(reportsModule.statsRoutes(http, run))
    .use(fulfilmentModule.workerRoutes(http, run, { callsPerMinute: config.workerCallsPerMinute }))
    .group("/api/v1", (api) =>
      api
        .use(identityModule.routes(http, run))
        .use(conversionsModule.routes(http, run))
        .use(conversionsModule.alertingRoutes(http, run))
        .use(conversionsModule.trackerLogRoutes(http, run))
        .use(campaignsModule.mirrorRoutes(http, run))
        .use(campaignsModule.flowRoutes(http, run))
        .use(campaignsModule.postbackRoutes(http, run))
        .use(campaignsModule.reportRoutes(http, run))
        .use(botsModule.routes(http, run))
        .use(messagingModule.routes(http, run))
        .use(audienceModule.routes(http, run))
        .use(audienceModule.myRoutes(http, run))
        .use(broadcastsModule.routes(http, run))
        .use(broadcastsModule.sequenceRoutes(http, run))
        .use(broadcastsModule.resultRoutes(http, run))
        .use(fulfilmentModule.myRoutes(http, run))
        .use(fulfilmentModule.routes(http, run))
        .use(webhooksModule.routes(http, run))
        .use(paymentsModule.routes(http, run))
        .use(operationsModule.routes(http, run))
        .use(operationsModule.uploadRoutes(http, run))
        .use(reportsModule.routes(http, run))
        .use(shopModule.myRoutes(http, run))
        .use(shopModule.catalogRoutes(http, run))
        .use(shopModule.orderRoutes(http, run))
        .use(accessModule.myRoutes(http, run))
        .use(accessModule.routes(http, run))
        .use(operationsModule.liveRoutes(http, { hub: runtime.hub })),
    )
    .use(http)
    .get("/", ({ redirect }) => redirect(config.sandbox ? "/simulator" : "/health"), visible)
    .get("/app/:botId", page, visible)
    .get("/app/:botId/*", page, visible)
    .get(
      "/app-assets/*",
      ({ request, params }) => {
        const file = miniapp.asset(`app-assets/${params["*"]}`, request);
        if (!file) throw notFound("common.not_found");
        return file;
      },
      visible,
    );
}

export type App = ReturnType<typeof createServer>;
