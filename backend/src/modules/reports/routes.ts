/** Elysia: who may, what shape, which action. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { readBotStatistics, readBotsPeople } from "./actions/read-bot-statistics.ts";
import { readStatistics } from "./actions/read-statistics.ts";
import { readAdminStats, readBotStatus } from "./actions/read-stats.ts";
import { hiddenFromCaller, todaySummary } from "./actions/read-today.ts";
import { BotParams, BotStatistics, BotsPeople } from "./bot-statistics-contracts.ts";
import { createCoalesce } from "./coalesce.ts";
import { AdminStats, BotStatus, Today } from "./contracts.ts";
import { reportingRoutes } from "./reporting-routes.ts";
import { Statistics, StatisticsQuery } from "./statistics-contracts.ts";

const tagged = () => ({ detail: { tags: ["Reports"] } });

/** Under the API's base. */
export const reportsRoutes = (http: HttpKit, run: Run) => {
  const coalesce = createCoalesce();
  return new Elysia({ name: "reports", prefix: "/reports" })
    .use(http)
    .get(
      "/today",
      // The same for all who read one language in one workspace and are shown the same of it; every postback makes all their
      // screens ask at once.
      async ({ actor, requestId }) => {
        const caller = { actor, requestId };
        const hidden = await run(hiddenFromCaller, caller, {});
        const key = `${actor.workspaceId} ${actor.locale} ${hidden.sort().join()}`;
        return coalesce(key, () => run(todaySummary, caller, { hidden }));
      },
      { access: { permission: "reports.read" }, response: Today, ...tagged() },
    )
    .use(reportingRoutes(http, run))
    .get("/bots", ({ actor, requestId }) => run(readBotsPeople, { actor, requestId }, undefined), {
      access: { permission: "bots.read" },
      response: BotsPeople,
      ...tagged(),
    })
    .get("/bots/:botId", ({ actor, requestId, params }) => run(readBotStatistics, { actor, requestId }, params), {
      access: { permission: "bots.read" },
      params: BotParams,
      response: BotStatistics,
      ...tagged(),
    })
    .get("/statistics", ({ actor, requestId, query }) => run(readStatistics, { actor, requestId }, query), {
      access: { permission: "reports.read" },
      query: StatisticsQuery,
      response: Statistics,
      ...tagged(),
    });
};

/** At the root: addresses that programs outside know. */
export const statsRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "stats" })
    .use(http)
    .get("/api/stats/admin", ({ actor, requestId }) => run(readAdminStats, { actor, requestId }, {}), {
      access: { scope: "stats" },
      response: AdminStats,
      ...tagged(),
    })
    .get("/api/bot/status", ({ actor, requestId }) => run(readBotStatus, { actor, requestId }, {}), {
      access: { scope: "stats" },
      response: BotStatus,
      ...tagged(),
    });
