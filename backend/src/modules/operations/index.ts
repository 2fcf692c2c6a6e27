/**
 * Operations: what came in and what became of it, whether everything works, who hears when it does not, and how long things are
 * kept. Rules that hold: a stored call is never changed by a replay, which makes a copy that goes the normal way; a trouble is
 * told once when it starts and once when it is over; strangers learn "ok" or "not ok" and nothing more; nothing is deleted
 * under a long lock.
 */
export { storeCallsAgain } from "./actions/replay-calls.ts";
export { type HealthDeps, healthRoutes } from "./health-routes.ts";
export { type LiveDeps, liveRoutes } from "./live-routes.ts";
export { type Backlog, createMetrics, type MetricSources, type Metrics } from "./metrics.ts";
export { operationsModule } from "./module.ts";
export type { OperationsPorts } from "./ports.ts";
export { type Pulse, type PulseDeps, startPulse } from "./pulse.ts";
export { createReadiness, type Readiness, type ReadinessDeps } from "./readiness.ts";
