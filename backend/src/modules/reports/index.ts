/**
 * Reports: what happened today and what needs attention. The one room that reads everybody's tables, and it only reads: no row
 * anywhere is written from here, every figure is scoped to a workspace unless its name says that it is the installation's, and
 * nothing counts without a bound.
 */

export { readStatistics } from "./actions/read-statistics.ts";
export { todayLines, todaySummary } from "./actions/read-today.ts";
export { type TodayNumbers, todayNumbers } from "./actions/read-today-numbers.ts";
export type { Today } from "./contracts.ts";
export { silentHours } from "./domain/silence.ts";
export {
  type BotCondition,
  type ConnectionCondition,
  readBacklog,
  readConnections,
  readEventIdsOf,
  readFirstWorkspaceId,
  readPlatformChat,
  readSourceNames,
  readTeam,
  readTroubles,
  type TeamMember,
  type Troubles,
} from "./facts.ts";
export { reportsModule } from "./module.ts";
