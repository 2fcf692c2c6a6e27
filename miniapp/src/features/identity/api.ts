/** Members, invitations, persons, keys, audit and the workspace, as the server tells them. */
import type {
  ApiKey,
  AuditEntry,
  ChangeMe,
  ChangeWorkspace,
  CreateApiKey,
  CreateInvitation,
  Invitation,
  Member,
  Person,
  PersonExport,
} from "@backend/modules/identity/contracts.ts";
import type { RoleName } from "@backend/modules/identity/domain/roles.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

export type { ApiKey, AuditEntry, Invitation, Member, Person, PersonExport, RoleName };
export const changeRole = ({ memberId, role }: { memberId: string; role: RoleName }) =>
  unwrap(api.members({ memberId }).patch({ role }));
export const removeMember = (memberId: string) => unwrap(api.members({ memberId }).delete());

// Below "members", because the same event of the live stream makes both stale.
export const invitationsQuery = queryOptions({
  queryKey: ["members", "invitations"],
  queryFn: () => unwrap(api.invitations.get()),
});
export const createInvitation = (input: CreateInvitation) => unwrap(api.invitations.post(input));
export const revokeInvitation = (invitationId: string) => unwrap(api.invitations({ invitationId }).delete());

/** Asked once: an invitation that is being looked at does not change, and its token belongs in no cache. */
export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ["invitation", token],
    queryFn: () => unwrap(api.invitations.preview.post({ token })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
export const acceptInvitation = (token: string) => unwrap(api.invitations.accept.post({ token }));

export interface PersonFilter {
  search: string | undefined;
  isBlocked: boolean;
}
export const personsQuery = ({ search, isBlocked }: PersonFilter) =>
  infiniteQueryOptions({
    queryKey: ["persons", "list", { search, isBlocked }],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.persons.get({
          query: {
            ...(search ? { search } : {}),
            ...(isBlocked ? { blocked: "true" } : {}),
            ...(pageParam ? { cursor: pageParam } : {}),
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
export const personQuery = (personId: string) =>
  queryOptions({
    queryKey: ["persons", "one", personId],
    queryFn: () => unwrap(api.persons({ personId }).get()),
  });
export const blockPerson = ({ personId, reason }: { personId: string; reason: string }) =>
  unwrap(api.persons({ personId }).block.post(reason.trim() ? { reason: reason.trim() } : {}));
export const unblockPerson = (personId: string) => unwrap(api.persons({ personId }).unblock.post());
export const erasePerson = (personId: string) => unwrap(api.persons({ personId }).delete());
export const exportPerson = (personId: string): Promise<PersonExport> => unwrap(api.persons({ personId }).export.get());

export const changeMe = (change: ChangeMe) => unwrap(api.me.patch(change));
export const eraseMe = () => unwrap(api.me.delete());
export const exportMe = (): Promise<PersonExport> => unwrap(api.me.export.get());
export const leaveWorkspace = () => unwrap(api.me.leave.post());

export const apiKeysQuery = queryOptions({
  queryKey: ["api-keys"],
  queryFn: () => unwrap(api["api-keys"].get()),
});
export const createApiKey = (input: CreateApiKey) => unwrap(api["api-keys"].post(input));
export const revokeApiKey = (keyId: string) => unwrap(api["api-keys"]({ keyId }).delete());

export interface AuditFilter {
  kind: string | undefined;
  actorId: string | undefined;
}
export const auditQuery = ({ kind, actorId }: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ["audit", { kind, actorId }],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.audit.get({
          query: {
            ...(kind ? { action: kind } : {}),
            ...(actorId ? { actorId } : {}),
            ...(pageParam ? { cursor: pageParam } : {}),
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    // Nothing tells of a new entry: every visit asks.
    staleTime: 0,
  });

export const workspaceQuery = queryOptions({
  queryKey: ["workspace"],
  queryFn: () => unwrap(api.workspace.get()),
});
export const changeWorkspace = (change: ChangeWorkspace) => unwrap(api.workspace.patch(change));
