/** What schedules, plans and experiments ask the server. */
import type { Experiment, Schedule, Variant } from "@backend/modules/broadcasts/contracts.ts";
import type { ExperimentState } from "@backend/modules/broadcasts/experiment-contracts.ts";
import type { Plan } from "@backend/modules/broadcasts/schedule-contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

export type { Experiment, ExperimentState, Plan, Schedule, Variant };

/** A refused line is answered with what is wrong with it, and asking again does not mend it. */
export const nextRunsQuery = (plan: { cron: string; timeZone: string; until?: string }) =>
  queryOptions({
    queryKey: ["broadcasts", "next-runs", plan],
    queryFn: async (): Promise<string[]> => (await unwrap(api.broadcasts.schedule.next.post(plan))).runs,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 60_000,
  });

export const planQuery = (broadcastId: string) =>
  queryOptions({
    queryKey: ["broadcasts", "plan", broadcastId],
    queryFn: (): Promise<Plan> => unwrap(api.broadcasts({ broadcastId }).plan.get()),
  });
export const pausePlan = (broadcastId: string) => unwrap(api.broadcasts({ broadcastId }).plan.pause.post());
export const resumePlan = (broadcastId: string) => unwrap(api.broadcasts({ broadcastId }).plan.resume.post());
export const stopPlan = (broadcastId: string) => unwrap(api.broadcasts({ broadcastId }).plan.stop.post());

export const experimentQuery = (broadcastId: string) =>
  queryOptions({
    queryKey: ["broadcasts", "experiment", broadcastId],
    meta: { of: broadcastId },
    queryFn: (): Promise<ExperimentState> => unwrap(api.broadcasts({ broadcastId }).experiment.get()),
  });
export const chooseWinner = ({ broadcastId, key }: { broadcastId: string; key: Variant["key"] }) =>
  unwrap(api.broadcasts({ broadcastId }).experiment.winner.post({ key }));
