/**
 * Reports: what happened today, what needs attention, which hours are out of the ordinary (watches), and what a day or week came to
 * (summaries). The one room that reads everybody's tables; of others it writes none: its own are whom it tells and when. Every figure
 * is scoped to a workspace unless its name says that it is the installation's, and nothing counts without a bound.
 */

export { readStatistics } from "./actions/read-statistics.ts";
export { todayLines, todaySummary } from "./actions/read-today.ts";
export { type TodayNumbers, todayNumbers } from "./actions/read-today-numbers.ts";
export type { Today } from "./contracts.ts";
export {
  addDays,
  daysOf,
  isDay,
  lengthOf,
  longestDays,
  type Period,
  previousOf,
  problemOf,
} from "./domain/periods.ts";
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
export type { ReportsPorts } from "./ports.ts";
