/** Facts that other rooms react to. */
import { defineEvent } from "@backend/kit/events.ts";
import { t } from "elysia";

/** The workspace refuses somebody everything, or lets him in again. */
export const personBlocked = defineEvent({
  name: "identity.person-blocked",
  payload: t.Object({ workspaceId: t.String(), personId: t.String(), isBlocked: t.Boolean() }),
});
