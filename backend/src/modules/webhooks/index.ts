/**
 * Outgoing webhooks: other systems are called when something happens here, signed as Standard Webhooks says. What holds: a call is a
 * row before it is made, written with the fact it tells; it is tried for a day under one id; an endpoint that fails for five days is
 * switched off and its workspace told.
 */
export { webhooksModule } from "./module.ts";
export type { WebhooksPorts } from "./ports.ts";
export { tellEndpoints } from "./tell-endpoints.ts";
