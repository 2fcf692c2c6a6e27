/** Elysia: who may, what shape, which action. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { acceptInvitation, previewInvitation } from "./actions/accept-invitation.ts";
import { blockPerson } from "./actions/block-person.ts";
import { changeMe } from "./actions/change-me.ts";
import { changeMemberRole } from "./actions/change-member-role.ts";
import { changeWorkspace } from "./actions/change-workspace.ts";
import { createApiKey } from "./actions/create-api-key.ts";
import { createInvitation } from "./actions/create-invitation.ts";
import { eraseMe, erasePerson } from "./actions/erase-person.ts";
import { exportMe, exportPerson } from "./actions/export-person.ts";
import { leaveWorkspace } from "./actions/leave-workspace.ts";
import { listApiKeys } from "./actions/list-api-keys.ts";
import { listAudit } from "./actions/list-audit.ts";
import { listInvitations } from "./actions/list-invitations.ts";
import { listMembers } from "./actions/list-members.ts";
import { listPersons } from "./actions/list-persons.ts";
import { readMe } from "./actions/read-me.ts";
import { readPerson } from "./actions/read-person.ts";
import { readWorkspace } from "./actions/read-workspace.ts";
import { removeMember } from "./actions/remove-member.ts";
import { revokeApiKey } from "./actions/revoke-api-key.ts";
import { revokeInvitation } from "./actions/revoke-invitation.ts";
import { unblockPerson } from "./actions/unblock-person.ts";
import {
  ApiKeyList,
  ApiKeyParams,
  AuditPage,
  AuditQuery,
  BlockPersonBody,
  ChangeMeBody,
  ChangeRoleBody,
  ChangeWorkspaceBody,
  CreateApiKeyBody,
  CreatedApiKey,
  CreatedInvitation,
  CreateInvitationBody,
  Done,
  InvitationList,
  InvitationParams,
  InvitationPreview,
  InvitationTokenBody,
  Joined,
  Me,
  Member,
  MemberList,
  MemberParams,
  Person,
  PersonExport,
  PersonPage,
  PersonParams,
  PersonQuery,
  Workspace,
} from "./contracts.ts";

const asFile = (name: string) => ({
  "content-disposition": `attachment; filename="${name}"`,
  "cache-control": "no-store",
});

export const identityRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "identity", tags: ["Identity"] })
    .use(http)
    .get("/me", ({ actor, requestId }) => run(readMe, { actor, requestId }, undefined), {
      access: "person",
      response: Me,
    })
    .patch("/me", ({ actor, requestId, body }) => run(changeMe, { actor, requestId }, body), {
      access: "person",
      body: ChangeMeBody,
      response: Me,
    })
    .delete("/me", ({ actor, requestId }) => run(eraseMe, { actor, requestId }, undefined), {
      access: "person",
      response: Done,
    })
    .get(
      "/me/export",
      ({ actor, requestId, set }) => {
        Object.assign(set.headers, asFile("my-data.json"));
        return run(exportMe, { actor, requestId }, undefined);
      },
      { access: "person", response: PersonExport },
    )
    .post("/me/leave", ({ actor, requestId }) => run(leaveWorkspace, { actor, requestId }, undefined), {
      access: "person",
      response: Done,
    })
    .get("/workspace", ({ actor, requestId }) => run(readWorkspace, { actor, requestId }, undefined), {
      access: { permission: "workspace.read" },
      response: Workspace,
    })
    .patch("/workspace", ({ actor, requestId, body }) => run(changeWorkspace, { actor, requestId }, body), {
      access: { permission: "workspace.manage" },
      body: ChangeWorkspaceBody,
      response: Workspace,
    })
    .get("/members", ({ actor, requestId }) => run(listMembers, { actor, requestId }, undefined), {
      access: { permission: "members.read" },
      response: MemberList,
    })
    .patch(
      "/members/:memberId",
      ({ actor, requestId, params, body }) => run(changeMemberRole, { actor, requestId }, { ...params, ...body }),
      { access: { permission: "members.manage" }, params: MemberParams, body: ChangeRoleBody, response: Member },
    )
    .delete("/members/:memberId", ({ actor, requestId, params }) => run(removeMember, { actor, requestId }, params), {
      access: { permission: "members.manage" },
      params: MemberParams,
      response: Done,
    })
    .get("/invitations", ({ actor, requestId }) => run(listInvitations, { actor, requestId }, undefined), {
      access: { permission: "members.manage" },
      response: InvitationList,
    })
    .post(
      "/invitations",
      ({ actor, requestId, once, body }) => run(createInvitation, { actor, requestId, once }, body),
      {
        creates: true,
        access: { permission: "members.manage" },
        body: CreateInvitationBody,
        response: CreatedInvitation,
      },
    )
    .delete(
      "/invitations/:invitationId",
      ({ actor, requestId, params }) => run(revokeInvitation, { actor, requestId }, params),
      { access: { permission: "members.manage" }, params: InvitationParams, response: Done },
    )
    // The token travels in bodies only: addresses end up in logs.
    .post("/invitations/preview", ({ actor, requestId, body }) => run(previewInvitation, { actor, requestId }, body), {
      access: "person",
      body: InvitationTokenBody,
      response: InvitationPreview,
    })
    .post("/invitations/accept", ({ actor, requestId, body }) => run(acceptInvitation, { actor, requestId }, body), {
      access: "person",
      body: InvitationTokenBody,
      response: Joined,
    })
    .get("/api-keys", ({ actor, requestId }) => run(listApiKeys, { actor, requestId }, undefined), {
      access: { permission: "api_keys.manage" },
      response: ApiKeyList,
    })
    .post("/api-keys", ({ actor, requestId, once, body }) => run(createApiKey, { actor, requestId, once }, body), {
      creates: true,
      access: { permission: "api_keys.manage" },
      body: CreateApiKeyBody,
      response: CreatedApiKey,
    })
    .delete("/api-keys/:keyId", ({ actor, requestId, params }) => run(revokeApiKey, { actor, requestId }, params), {
      access: { permission: "api_keys.manage" },
      params: ApiKeyParams,
      response: Done,
    })
    .get("/audit", ({ actor, requestId, query }) => run(listAudit, { actor, requestId }, query), {
      access: { permission: "audit.read" },
      query: AuditQuery,
      response: AuditPage,
    })
    .get("/persons", ({ actor, requestId, query }) => run(listPersons, { actor, requestId }, query), {
      access: { permission: "persons.read" },
      query: PersonQuery,
      response: PersonPage,
    })
    .get("/persons/:personId", ({ actor, requestId, params }) => run(readPerson, { actor, requestId }, params), {
      access: { permission: "persons.read" },
      params: PersonParams,
      response: Person,
    })
    .delete("/persons/:personId", ({ actor, requestId, params }) => run(erasePerson, { actor, requestId }, params), {
      access: { permission: "persons.manage" },
      params: PersonParams,
      response: Done,
    })
    .get(
      "/persons/:personId/export",
      ({ actor, requestId, params, set }) => {
        Object.assign(set.headers, asFile(`person-${params.personId}.json`));
        return run(exportPerson, { actor, requestId }, params);
      },
      { access: { permission: "persons.manage" }, params: PersonParams, response: PersonExport },
    )
    .post(
      "/persons/:personId/block",
      ({ actor, requestId, params, body }) => run(blockPerson, { actor, requestId }, { ...params, ...body }),
      {
        access: { permission: "persons.manage" },
        params: PersonParams,
        body: BlockPersonBody,
        response: Person,
      },
    )
    .post(
      "/persons/:personId/unblock",
      ({ actor, requestId, params }) => run(unblockPerson, { actor, requestId }, params),
      { access: { permission: "persons.manage" }, params: PersonParams, response: Person },
    );
