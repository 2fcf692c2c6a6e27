import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { changeConnection } from "./actions/change-connection.ts";
import { changeOwner } from "./actions/change-owner.ts";
import { removeSigning, rotateSigningKey, setSigning } from "./actions/change-signing.ts";
import { changeTarget } from "./actions/change-target.ts";
import { createConnection } from "./actions/create-connection.ts";
import { deleteConnection } from "./actions/delete-connection.ts";
import { findConnection, listConnections } from "./actions/list-connections.ts";
import { findConversion, listConversions } from "./actions/list-conversions.ts";
import { pauseConnection, resumeConnection } from "./actions/pause-connection.ts";
import { previewReadings } from "./actions/preview-readings.ts";
import { revealAddress } from "./actions/reveal-address.ts";
import { rotateSecret } from "./actions/rotate-secret.ts";
import { sendTest } from "./actions/send-test.ts";
import { batchRoutes } from "./batch-routes.ts";
import {
  CallReadings,
  ChangeConnectionBody,
  ChangedSigning,
  ChangeOwnerBody,
  ChangeTargetBody,
  Connection,
  ConnectionListQuery,
  ConnectionPage,
  ConnectionParams,
  ConversionDetail,
  ConversionListQuery,
  ConversionPage,
  ConversionParams,
  CreateConnectionBody,
  CreatedConnection,
  Done,
  PostbackAddress,
  ReadingsBody,
  RotateSecretBody,
  SigningContract,
} from "./contracts.ts";

const reading = { access: { permission: "connections.read" } } as const;
/** One's own; of others' the action asks for `connections.manage`. */
const managing = { access: { permission: "connections.own" } } as const;
const managingAll = { access: { permission: "connections.manage" } } as const;
const seeing = { access: { permission: "conversions.read" } } as const;

export const conversionRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "conversions", detail: { tags: ["Conversions"] } })
    .use(http)
    .use(batchRoutes(http, run))
    .get("/connections", ({ actor, requestId, query }) => run(listConnections, { actor, requestId }, query), {
      ...reading,
      query: ConnectionListQuery,
      response: { 200: ConnectionPage },
    })
    .post(
      "/connections",
      ({ actor, requestId, once, body }) => run(createConnection, { actor, requestId, once }, body),
      { creates: true, ...managing, body: CreateConnectionBody, response: { 200: CreatedConnection } },
    )
    .get(
      "/connections/:connectionId",
      ({ actor, requestId, params }) => run(findConnection, { actor, requestId }, params),
      { ...reading, params: ConnectionParams, response: { 200: Connection } },
    )
    .patch(
      "/connections/:connectionId",
      ({ actor, requestId, params, body }) => run(changeConnection, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: ConnectionParams, body: ChangeConnectionBody, response: { 200: Connection } },
    )
    .delete(
      "/connections/:connectionId",
      ({ actor, requestId, params }) => run(deleteConnection, { actor, requestId }, params),
      { ...managing, params: ConnectionParams, response: { 200: Done } },
    )
    .put(
      "/connections/:connectionId/target",
      ({ actor, requestId, params, body }) => run(changeTarget, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: ConnectionParams, body: ChangeTargetBody, response: { 200: Connection } },
    )
    .post(
      "/connections/:connectionId/pause",
      ({ actor, requestId, params }) => run(pauseConnection, { actor, requestId }, params),
      { ...managing, params: ConnectionParams, response: { 200: Connection } },
    )
    .post(
      "/connections/:connectionId/resume",
      ({ actor, requestId, params }) => run(resumeConnection, { actor, requestId }, params),
      { ...managing, params: ConnectionParams, response: { 200: Connection } },
    )
    // POST, though it only shows: the secret must not land in histories and caches, and looking leaves an audit row.
    .post(
      "/connections/:connectionId/address",
      ({ actor, requestId, params }) => run(revealAddress, { actor, requestId }, params),
      { ...managing, params: ConnectionParams, response: { 200: PostbackAddress } },
    )
    .post(
      "/connections/:connectionId/rotate-secret",
      ({ actor, requestId, params, body }) => run(rotateSecret, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: ConnectionParams, body: RotateSecretBody, response: { 200: PostbackAddress } },
    )
    .put(
      "/connections/:connectionId/owner",
      ({ actor, requestId, params, body }) => run(changeOwner, { actor, requestId }, { ...body, ...params }),
      { ...managingAll, params: ConnectionParams, body: ChangeOwnerBody, response: { 200: Connection } },
    )
    .put(
      "/connections/:connectionId/signing",
      ({ actor, requestId, params, body }) => run(setSigning, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: ConnectionParams, body: SigningContract, response: { 200: ChangedSigning } },
    )
    .post(
      "/connections/:connectionId/signing/rotate",
      ({ actor, requestId, params, body }) => run(rotateSigningKey, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: ConnectionParams, body: RotateSecretBody, response: { 200: ChangedSigning } },
    )
    .delete(
      "/connections/:connectionId/signing",
      ({ actor, requestId, params }) => run(removeSigning, { actor, requestId }, params),
      { ...managing, params: ConnectionParams, response: { 200: Connection } },
    )
    // POST, though it only looks: the draft of a map does not fit a query.
    .post(
      "/connections/:connectionId/readings",
      ({ actor, requestId, params, body }) => run(previewReadings, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: ConnectionParams, body: ReadingsBody, response: { 200: CallReadings } },
    )
    .post(
      "/connections/:connectionId/test",
      ({ actor, requestId, params }) => run(sendTest, { actor, requestId }, params),
      { ...managing, params: ConnectionParams, response: { 200: Done } },
    )
    .get("/conversions", ({ actor, requestId, query }) => run(listConversions, { actor, requestId }, query), {
      ...seeing,
      query: ConversionListQuery,
      response: { 200: ConversionPage },
    })
    .get(
      "/conversions/:conversionId",
      ({ actor, requestId, params }) => run(findConversion, { actor, requestId }, params),
      { ...seeing, params: ConversionParams, response: { 200: ConversionDetail } },
    );
