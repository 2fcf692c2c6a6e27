/**
 * Fulfilment: posts that customers add, and the outside workers who carry them out. What holds: one worker holds a task, for as long as
 * its lease is renewed; an answer of an earlier holder changes nothing; at most three attempts; what is not done by its deadline is
 * returned to the balance, once; a worker sees of the customer only what the work needs.
 */
export { taskMoved, worthReturned } from "./events.ts";
export { endRefundedJob } from "./jobs.ts";
export { fulfilmentModule } from "./module.ts";
export { fulfilmentPersonData } from "./person-data.ts";
export type { FulfilmentPorts } from "./ports.ts";
