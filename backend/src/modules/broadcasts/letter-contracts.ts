/** Shapes of templates, of variables, and of changes of what was delivered, as they cross HTTP. */
import { oneOf } from "@backend/kit/one-of.ts";
import { PersonRef } from "@backend/modules/identity/index.ts";
import { Letter } from "@backend/modules/messaging/index.ts";
import { type Static, t } from "elysia";

const name = t.String({ minLength: 1, maxLength: 200 });

export const MessageTemplate = t.Object({
  id: t.String(),
  name: t.String(),
  letter: Letter,
  createdBy: t.Nullable(PersonRef),
  createdAt: t.String(),
  updatedAt: t.String(),
});
export type MessageTemplate = Static<typeof MessageTemplate>;
/** What a list shows; the whole letter is asked for by id. */
export const MessageTemplateSummary = t.Object({
  id: t.String(),
  name: t.String(),
  fallback: t.String(),
  /** By language: how its text begins, in Telegram HTML; "" for a message without one. */
  beginnings: t.Record(t.String(), t.String()),
  updatedAt: t.String(),
});
export type MessageTemplateSummary = Static<typeof MessageTemplateSummary>;
export const MessageTemplateList = t.Object({ items: t.Array(MessageTemplateSummary) });
export const MessageTemplateParams = t.Object({ messageTemplateId: t.String({ format: "uuid" }) });
export const CreateMessageTemplateBody = t.Object(
  { name, letter: Letter },
  {
    examples: [
      {
        name: "Autumn sale",
        letter: {
          fallback: "en",
          messages: {
            en: {
              kind: "text",
              html: "Hello, {first_name|friend}! <b>20 % off</b> until Sunday.",
              buttons: [[{ text: "To the shop", url: "https://shop.example/?u={username}" }]],
            },
          },
        },
      },
    ],
  },
);
export const ChangeMessageTemplateBody = t.Object({
  name: t.Optional(name),
  letter: t.Optional(Letter),
  /** `updatedAt` of the template as it was read: when it is another by now, nothing is changed and the answer is a conflict. */
  seenAt: t.Optional(t.String({ format: "date-time" })),
});
export const Deleted = t.Object({ deleted: t.Literal(true) });

/** What a letter may name besides the built-in variables. */
export const LetterVariables = t.Object({
  fields: t.Array(
    t.Object({
      key: t.String(),
      name: t.String(),
      kind: oneOf(["text", "number", "date", "boolean", "choice"]),
    }),
  ),
});

const variantKey = t.Optional(oneOf(["A", "B", "C", "D"]));
export const SentParams = t.Object({ broadcastId: t.String({ format: "uuid" }) });
export const SentChangeParams = t.Object({ changeId: t.String({ format: "uuid" }) });
/** `variant` left out means all of them. */
export const EditSentBody = t.Object(
  { variant: variantKey, letter: Letter },
  {
    examples: [
      { variant: "A", letter: { fallback: "en", messages: { en: { kind: "text", html: "The sale is over." } } } },
    ],
  },
);
export const DeleteSentBody = t.Object({ variant: variantKey });

export const SentChange = t.Object({
  id: t.String(),
  act: oneOf(["edit", "delete"]),
  state: oneOf(["running", "done", "stopped", "failed"]),
  /** Delivered messages; done, failed and skipped add up to it once the change has ended. */
  total: t.Integer(),
  done: t.Integer(),
  failed: t.Integer(),
  /** Not tried: older than 48 hours (deletions), forgotten by retention, the person has left, or it was stopped before. */
  skipped: t.Integer(),
  createdAt: t.String(),
  finishedAt: t.Nullable(t.String()),
});
export type SentChange = Static<typeof SentChange>;
export const SentChangeList = t.Object({ items: t.Array(SentChange) });
