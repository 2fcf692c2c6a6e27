import type { HttpKit, Run } from "@backend/kit/http.ts";
import { createSharedWork } from "@backend/kit/shared-work.ts";
import { Elysia } from "elysia";
import { countReach, readVocabulary } from "./actions/segment-reach.ts";
import {
  changeSegment,
  copySegment,
  createSegment,
  deleteSegment,
  listSegments,
  readSegment,
} from "./actions/segments.ts";
import {
  ChangeSegmentBody,
  CreateSegmentBody,
  Done,
  ReachAnswer,
  ReachBody,
  Segment,
  SegmentList,
  SegmentParams,
  SegmentWithUses,
  Vocabulary,
} from "./segment-contracts.ts";
import { countStopped } from "./segment-errors.ts";

const reading = { access: { permission: "audience.read" } } as const;
const managing = { access: { permission: "audience.manage" } } as const;

/** Each counting takes a connection and, over a million people, both processors for a third of a second. */
const countingsAtOnce = 3;

/** Segments, what they are made of and whom they reach, below `/audience`. */
export const segmentRoutes = (http: HttpKit, run: Run) => {
  const share = createSharedWork(countingsAtOnce);
  return new Elysia({ name: "segments", detail: { tags: ["Audience"] } })
    .use(http)
    .get("/segments", ({ actor, requestId }) => run(listSegments, { actor, requestId }, {}), {
      ...reading,
      response: { 200: SegmentList },
    })
    .post("/segments", ({ actor, requestId, once, body }) => run(createSegment, { actor, requestId, once }, body), {
      creates: true,
      ...managing,
      body: CreateSegmentBody,
      response: { 200: Segment },
    })
    .get("/segments/:segmentId", ({ actor, requestId, params }) => run(readSegment, { actor, requestId }, params), {
      ...reading,
      params: SegmentParams,
      response: { 200: SegmentWithUses },
    })
    .patch(
      "/segments/:segmentId",
      ({ actor, requestId, params, body }) => run(changeSegment, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: SegmentParams, body: ChangeSegmentBody, response: { 200: Segment } },
    )
    .post(
      "/segments/:segmentId/copy",
      ({ actor, requestId, once, params }) => run(copySegment, { actor, requestId, once }, params),
      { creates: true, ...managing, params: SegmentParams, response: { 200: Segment } },
    )
    .delete(
      "/segments/:segmentId",
      ({ actor, requestId, params }) => run(deleteSegment, { actor, requestId }, params),
      { ...managing, params: SegmentParams, response: { 200: Done } },
    )
    .get("/vocabulary", ({ actor, requestId }) => run(readVocabulary, { actor, requestId }, {}), {
      ...reading,
      response: { 200: Vocabulary },
    })
    .post(
      "/reach",
      // Everybody who looks at the same audience is told the same count; a builder asks at every change, and leaves the last question.
      async ({ actor, requestId, body, request }) => {
        const count = (signal: AbortSignal) => run(countReach, { actor, requestId }, { ...body, signal });
        try {
          return await share(`${actor.workspaceId} ${JSON.stringify(body)}`, request.signal, count);
        } catch (error) {
          throw request.signal.aborted ? countStopped(error) : error;
        }
      },
      { ...reading, body: ReachBody, response: { 200: ReachAnswer } },
    );
};
