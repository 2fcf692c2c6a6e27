/** Facts that other rooms react to. */
import { defineEvent } from "@backend/kit/events.ts";
import { t } from "elysia";

/** A conversion was recorded, once, or its amount was corrected. */
export const conversionRecorded = defineEvent({
  name: "conversions.conversion-recorded",
  payload: t.Object({
    workspaceId: t.String(),
    connectionId: t.String(),
    conversionId: t.String(),
    status: t.String(),
    isCorrection: t.Boolean(),
  }),
});

/** A connection was given a tracker: its first, one again after it had none, or one at another host than before. */
export const trackerConnected = defineEvent({
  name: "conversions.tracker-connected",
  payload: t.Object({
    workspaceId: t.String(),
    connectionId: t.String(),
    /** Tells one tracker from another. */
    host: t.String(),
    /** ISO. */
    connectedAt: t.String(),
  }),
});

/** A conversion came, or was corrected, or an earlier one was refused, of somebody who clicked a link in a message of ours. */
export const clickConverted = defineEvent({
  name: "conversions.click-converted",
  payload: t.Object({ workspaceId: t.String(), conversionId: t.String(), click: t.String() }),
});
