/** Facts that other rooms react to: sequences begin and end by them, outgoing webhooks tell them. */
import { defineEvent } from "@backend/kit/events.ts";
import { t } from "elysia";

const OneSubscriber = {
  workspaceId: t.String(),
  botId: t.String(),
  subscriberId: t.Number(),
  telegramId: t.Number(),
};

/** Somebody may be written to who could not be before: pressed Start, came back after a block, wrote first. */
export const subscriberJoined = defineEvent({
  name: "audience.subscriber-joined",
  payload: t.Object({ ...OneSubscriber, isReturn: t.Boolean(), source: t.Nullable(t.String()) }),
});

/** The bot was blocked, or the account is gone. */
export const subscriberLost = defineEvent({
  name: "audience.subscriber-lost",
  payload: t.Object({ ...OneSubscriber, state: t.String() }),
});

/** Tags were put on or taken off one subscriber. Bulk changes and imports do not tell it one by one. */
export const subscriberTagged = defineEvent({
  name: "audience.subscriber-tagged",
  payload: t.Object({ ...OneSubscriber, added: t.Array(t.Number()), removed: t.Array(t.Number()) }),
});

/**
 * Values of fields of one subscriber became others, or were cleared. Told of what a member or a program writes about one person; imports
 * do not tell it one by one. It names the fields alone: values are phones and addresses, and are read where they are erased.
 */
export const subscriberFieldsChanged = defineEvent({
  name: "audience.subscriber-fields-changed",
  payload: t.Object({ ...OneSubscriber, keys: t.Array(t.String()) }),
});

/** Somebody refused a kind of message, or all (`categoryId` 0), or takes it again. */
export const subscriberChose = defineEvent({
  name: "audience.subscriber-chose",
  payload: t.Object({ ...OneSubscriber, categoryId: t.Number(), isOptedOut: t.Boolean() }),
});

/** Somebody wrote to the bot in private. */
export const subscriberWrote = defineEvent({
  name: "audience.subscriber-wrote",
  payload: t.Object({ ...OneSubscriber, isCommand: t.Boolean() }),
});
