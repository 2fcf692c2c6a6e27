/** Invitations: a link that makes its opener a member, once. */

/** Separates hashes of invitations from hashes of other secrets. */
export const invitationPurpose = "invitation";
export const invitationTokenShape = /^[A-Za-z0-9_-]{32}$/;
/** Start parameters hold at most 64 of `A-Za-z0-9_-`; this mark and 32 characters stay well below. */
const mark = "inv_";

export const defaultExpiryHours = 72;
export const longestExpiryHours = 24 * 30;

/** The token in a start parameter, or null when that is about something else. */
export function invitationTokenOf(startParameter: string | null | undefined): string | null {
  if (!startParameter?.startsWith(mark)) return null;
  const token = startParameter.slice(mark.length);
  return invitationTokenShape.test(token) ? token : null;
}

/** Where the invited person may tap: straight into the app, or into the chat with the bot. */
export const invitationLinks = (botUsername: string, token: string): { app: string; chat: string } => ({
  app: `https://t.me/${botUsername}?startapp=${mark}${token}`,
  chat: `https://t.me/${botUsername}?start=${mark}${token}`,
});

export type InvitationState = "open" | "used" | "revoked" | "expired";

export function invitationState(
  invitation: { usedAt: Date | null; revokedAt: Date | null; expiresAt: Date },
  now: Date,
): InvitationState {
  if (invitation.usedAt !== null) return "used";
  if (invitation.revokedAt !== null) return "revoked";
  return invitation.expiresAt.getTime() <= now.getTime() ? "expired" : "open";
}
