import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { activateSequence, dropChange, requestSequence } from "./actions/release-sequence.ts";
import { addPerson, listRunsOfSubscriber, listSequenceRuns, removePerson } from "./actions/sequence-people.ts";
import {
  archiveSequence,
  changeSequence,
  createSequence,
  deleteSequence,
  listSequenceChoices,
  listSequences,
  pauseSequence,
  readSequence,
  unarchiveSequence,
} from "./actions/sequences.ts";
import {
  AddPersonBody,
  ChangeSequenceBody,
  Done,
  Sequence,
  SequenceBody,
  SequenceChoices,
  SequenceList,
  SequenceListQuery,
  SequenceParams,
  SequenceRequested,
  SequenceRun,
  SequenceRunList,
  SequenceRunPage,
  SequenceRunParams,
  SequenceRunQuery,
  StartQuery,
  SubscriberParams,
} from "./sequence-contracts.ts";

const reading = { access: { permission: "broadcasts.read" } } as const;
const writing = { access: { permission: "broadcasts.write" } } as const;
/** Lets messages go out. */
const sending = { access: { permission: "broadcasts.send" } } as const;

export const sequenceRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "sequences", prefix: "/sequences", detail: { tags: ["Sequences"] } })
    .use(http)
    .get("", ({ actor, requestId, query }) => run(listSequences, { actor, requestId }, query), {
      ...reading,
      query: SequenceListQuery,
      response: { 200: SequenceList },
    })
    .post("", ({ actor, requestId, once, body }) => run(createSequence, { actor, requestId, once }, body), {
      creates: true,
      ...writing,
      body: SequenceBody,
      response: { 200: Sequence },
    })
    .get("/choices", ({ actor, requestId }) => run(listSequenceChoices, { actor, requestId }, {}), {
      ...reading,
      response: { 200: SequenceChoices },
    })
    .get(
      "/of/:subscriberId",
      ({ actor, requestId, params }) => run(listRunsOfSubscriber, { actor, requestId }, params),
      { ...reading, params: SubscriberParams, response: { 200: SequenceRunList } },
    )
    .get("/:sequenceId", ({ actor, requestId, params }) => run(readSequence, { actor, requestId }, params), {
      ...reading,
      params: SequenceParams,
      response: { 200: Sequence },
    })
    .put(
      "/:sequenceId",
      ({ actor, requestId, params, body }) => run(changeSequence, { actor, requestId }, { ...body, ...params }),
      { ...writing, params: SequenceParams, body: ChangeSequenceBody, response: { 200: Sequence } },
    )
    .delete("/:sequenceId", ({ actor, requestId, params }) => run(deleteSequence, { actor, requestId }, params), {
      ...writing,
      params: SequenceParams,
      response: { 200: Done },
    })
    .post(
      "/:sequenceId/request",
      ({ actor, requestId, params, query }) => run(requestSequence, { actor, requestId }, { ...params, ...query }),
      { ...writing, params: SequenceParams, query: StartQuery, response: { 200: SequenceRequested } },
    )
    .post(
      "/:sequenceId/activate",
      ({ actor, requestId, params, query }) => run(activateSequence, { actor, requestId }, { ...params, ...query }),
      { ...sending, params: SequenceParams, query: StartQuery, response: { 200: Sequence } },
    )
    .delete(
      "/:sequenceId/waiting",
      ({ actor, requestId, params, query }) => run(dropChange, { actor, requestId }, { ...params, ...query }),
      { ...writing, params: SequenceParams, query: StartQuery, response: { 200: Sequence } },
    )
    .post("/:sequenceId/pause", ({ actor, requestId, params }) => run(pauseSequence, { actor, requestId }, params), {
      ...writing,
      params: SequenceParams,
      response: { 200: Sequence },
    })
    .post(
      "/:sequenceId/archive",
      ({ actor, requestId, params }) => run(archiveSequence, { actor, requestId }, params),
      { ...writing, params: SequenceParams, response: { 200: Sequence } },
    )
    .post(
      "/:sequenceId/unarchive",
      ({ actor, requestId, params }) => run(unarchiveSequence, { actor, requestId }, params),
      { ...writing, params: SequenceParams, response: { 200: Sequence } },
    )
    .get(
      "/:sequenceId/runs",
      ({ actor, requestId, params, query }) => run(listSequenceRuns, { actor, requestId }, { ...query, ...params }),
      {
        ...reading,
        params: SequenceParams,
        query: SequenceRunQuery,
        response: { 200: SequenceRunPage },
      },
    )
    .post(
      "/:sequenceId/runs",
      ({ actor, requestId, once, params, body }) => run(addPerson, { actor, requestId, once }, { ...body, ...params }),
      { creates: true, ...sending, params: SequenceParams, body: AddPersonBody, response: { 200: SequenceRun } },
    )
    .delete("/runs/:runId", ({ actor, requestId, params }) => run(removePerson, { actor, requestId }, params), {
      ...writing,
      params: SequenceRunParams,
      response: { 200: Done },
    });
