import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { deleteDelivered, editDelivered, listChanges, stopChange } from "./actions/change-delivered.ts";
import {
  changeTemplate,
  copyTemplate,
  createTemplate,
  deleteTemplate,
  findTemplate,
  listTemplates,
  readVariables,
} from "./actions/templates.ts";
import {
  ChangeMessageTemplateBody,
  CreateMessageTemplateBody,
  Deleted,
  DeleteSentBody,
  EditSentBody,
  LetterVariables,
  MessageTemplate,
  MessageTemplateList,
  MessageTemplateParams,
  SentChange,
  SentChangeList,
  SentChangeParams,
  SentParams,
} from "./letter-contracts.ts";

const reading = { access: { permission: "broadcasts.read" } } as const;
const writing = { access: { permission: "broadcasts.write" } } as const;
const sending = { access: { permission: "broadcasts.send" } } as const;

/** Templates, and changes of what was delivered; below `/broadcasts`. */
export const letterRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "letters", detail: { tags: ["Broadcasts"] } })
    .use(http)
    .get("/variables", ({ actor, requestId }) => run(readVariables, { actor, requestId }, {}), {
      ...reading,
      response: { 200: LetterVariables },
    })
    .get("/templates", ({ actor, requestId }) => run(listTemplates, { actor, requestId }, {}), {
      ...reading,
      response: { 200: MessageTemplateList },
    })
    .post("/templates", ({ actor, requestId, once, body }) => run(createTemplate, { actor, requestId, once }, body), {
      creates: true,
      ...writing,
      body: CreateMessageTemplateBody,
      response: { 200: MessageTemplate },
    })
    .get(
      "/templates/:messageTemplateId",
      ({ actor, requestId, params }) => run(findTemplate, { actor, requestId }, params),
      { ...reading, params: MessageTemplateParams, response: { 200: MessageTemplate } },
    )
    .put(
      "/templates/:messageTemplateId",
      ({ actor, requestId, params, body }) => run(changeTemplate, { actor, requestId }, { ...params, ...body }),
      {
        ...writing,
        params: MessageTemplateParams,
        body: ChangeMessageTemplateBody,
        response: { 200: MessageTemplate },
      },
    )
    .post(
      "/templates/:messageTemplateId/copy",
      ({ actor, requestId, once, params }) => run(copyTemplate, { actor, requestId, once }, params),
      { creates: true, ...writing, params: MessageTemplateParams, response: { 200: MessageTemplate } },
    )
    .delete(
      "/templates/:messageTemplateId",
      ({ actor, requestId, params }) => run(deleteTemplate, { actor, requestId }, params),
      { ...writing, params: MessageTemplateParams, response: { 200: Deleted } },
    )
    .get("/:broadcastId/changes", ({ actor, requestId, params }) => run(listChanges, { actor, requestId }, params), {
      ...reading,
      params: SentParams,
      response: { 200: SentChangeList },
    })
    .post(
      "/:broadcastId/edit",
      ({ actor, requestId, once, params, body }) =>
        run(editDelivered, { actor, requestId, once }, { ...params, ...body }),
      { creates: true, ...sending, params: SentParams, body: EditSentBody, response: { 200: SentChange } },
    )
    .post(
      "/:broadcastId/delete-sent",
      ({ actor, requestId, params, body }) => run(deleteDelivered, { actor, requestId }, { ...params, ...body }),
      { ...sending, params: SentParams, body: DeleteSentBody, response: { 200: SentChange } },
    )
    .post("/changes/:changeId/stop", ({ actor, requestId, params }) => run(stopChange, { actor, requestId }, params), {
      ...sending,
      params: SentChangeParams,
      response: { 200: SentChange },
    });
