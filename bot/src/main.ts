/** What the rest of the product takes from the Telegram edge. */
export { type Poller, type PollerDeps, startPoller } from "./fleet/poller.ts";
export { createPreCheckout } from "./intake/pre-checkout.ts";
export { createTakeUpdate, type TakeUpdate, type UrgentHandlers } from "./intake/take-update.ts";
export { webhookRoutes } from "./intake/webhook-routes.ts";
export type { BotPorts, ReadSupport, ReadToday, TodayNumbers } from "./ports.ts";
export { createTelegramReader } from "./read-update.ts";
