/** Facts that other rooms react to. */
import { defineEvent } from "@backend/kit/events.ts";
import { t } from "elysia";

const OneRecipient = {
  workspaceId: t.String(),
  broadcastId: t.String(),
  recipientId: t.String(),
  /** Null for groups and channels. */
  subscriberId: t.Nullable(t.Number()),
};

/** Somebody opened a link of his message for the first time; each link tells it once. */
export const linkClicked = defineEvent({
  name: "broadcasts.link-clicked",
  payload: t.Object({ ...OneRecipient, link: t.Number() }),
});

/** A conversion came that a message brought; told when it begins to count, not at its corrections. */
export const messageConverted = defineEvent({
  name: "broadcasts.message-converted",
  payload: t.Object({ ...OneRecipient, conversionId: t.String(), status: t.String() }),
});

const OneMessage = {
  workspaceId: t.String(),
  sequenceId: t.String(),
  messageId: t.String(),
  subscriberId: t.Number(),
};

/** As `linkClicked`, of a message of a sequence: told once for each message. */
export const sequenceClicked = defineEvent({
  name: "sequences.link-clicked",
  payload: t.Object(OneMessage),
});

/** As `messageConverted`, of a message of a sequence. */
export const sequenceConverted = defineEvent({
  name: "sequences.message-converted",
  payload: t.Object({ ...OneMessage, conversionId: t.String(), status: t.String() }),
});

/** A broadcast began, paused, went on or ended; with its numbers at that moment. */
export const broadcastMoved = defineEvent({
  name: "broadcasts.broadcast-moved",
  payload: t.Object({
    workspaceId: t.String(),
    broadcastId: t.String(),
    name: t.String(),
    from: t.String(),
    state: t.String(),
    /** Code of why it paused or failed by itself. */
    reason: t.Nullable(t.String()),
    total: t.Number(),
    sent: t.Number(),
    failed: t.Number(),
    unknown: t.Number(),
    skipped: t.Number(),
  }),
});
