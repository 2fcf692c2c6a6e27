/** Refusals of this room. The code is also the key of the sentence in `i18n/<lang>/identity.ts`. */
import { conflict, forbidden, invalid, notFound } from "@backend/kit/errors.ts";

export const memberNotFound = () => notFound("identity.member_not_found");
export const personNotFound = () => notFound("identity.person_not_found");
export const apiKeyNotFound = () => notFound("identity.api_key_not_found");
/** Said of an unknown, revoked and foreign invitation alike, and of one bound to somebody else. */
export const invitationNotFound = () => notFound("identity.invitation_not_found");
export const invitationUsed = () => conflict("identity.invitation_used");
export const invitationExpired = () => conflict("identity.invitation_expired");
export const alreadyMember = () => conflict("identity.already_member");
export const lastOwner = () => conflict("identity.last_owner");
export const roleAboveYours = () => forbidden("identity.role_above_yours");
export const scopeNotYours = (scope: string) => forbidden("identity.scope_not_yours", { scope });
export const scopeForPeople = (scope: string) => invalid("identity.scope_for_people", { scope });
export const timeZoneUnknown = () => invalid("identity.time_zone_unknown");
export const nameInvalid = () => invalid("identity.name_invalid");
export const workspacesClosed = () => forbidden("identity.workspaces_closed");
export const tooManyWorkspaces = (limit: number) => conflict("identity.too_many_workspaces", { limit });
export const tooManyInvitations = (limit: number) => conflict("identity.too_many_invitations", { limit });
export const tooManyApiKeys = (limit: number) => conflict("identity.too_many_api_keys", { limit });
export const notYourself = () => conflict("identity.not_yourself");
export const stillMember = () => conflict("identity.still_member");
export const noBot = () => conflict("identity.no_bot");
