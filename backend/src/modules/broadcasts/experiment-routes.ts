import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { chooseWinner, readExperiment } from "./actions/experiments.ts";
import { ChooseWinnerBody, ExperimentState } from "./experiment-contracts.ts";
import { BroadcastParams } from "./schedule-contracts.ts";

/** Experiments, below `/broadcasts`. */
export const experimentRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "broadcast-experiments", detail: { tags: ["Broadcasts"] } })
    .use(http)
    .get(
      "/:broadcastId/experiment",
      ({ actor, requestId, params }) => run(readExperiment, { actor, requestId }, params),
      { access: { permission: "broadcasts.read" }, params: BroadcastParams, response: { 200: ExperimentState } },
    )
    .post(
      "/:broadcastId/experiment/winner",
      ({ actor, requestId, params, body }) => run(chooseWinner, { actor, requestId }, { ...body, ...params }),
      {
        access: { permission: "broadcasts.send" },
        params: BroadcastParams,
        body: ChooseWinnerBody,
        response: { 200: ExperimentState },
      },
    );
