/**
 * Outgoing webhooks: other systems are called when something happens here, signed as Standard Webhooks says. What holds: a call is a
 * row before it is made, written with the fact it tells; it is tried for a day; an endpoint that fails for five days is switched
 * off and its workspace told.
 */
export { webhooksModule } from "./module.ts";
