/** What the composer and the screens of templates ask the server, and what they change. */
import type { MessageTemplate, MessageTemplateSummary } from "@backend/modules/broadcasts/letter-contracts.ts";
import type { Button, Content, Letter } from "@backend/modules/messaging/contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { queryOptions } from "@tanstack/react-query";
import { wordsOf } from "../messaging/components/message.tsx";

export type { Button, Content, Letter, MessageTemplate, MessageTemplateSummary };

const { templates, variables } = api.broadcasts;

/** The workspace's own fields, which a letter may name. */
export const variablesQuery = queryOptions({
  queryKey: ["audience", "letter-variables"],
  queryFn: async () => (await unwrap(variables.get())).fields,
});

export const templatesQuery = queryOptions({
  queryKey: ["message-templates", "list"],
  queryFn: async (): Promise<MessageTemplateSummary[]> => (await unwrap(templates.get())).items,
});
export const templateQuery = (messageTemplateId: string) =>
  queryOptions({
    queryKey: ["message-templates", "one", messageTemplateId],
    queryFn: (): Promise<MessageTemplate> => unwrap(templates({ messageTemplateId }).get()),
  });
/** How its text begins in a language, without any style. */
export const beginningOf = ({ beginnings }: MessageTemplateSummary, language: string): string =>
  wordsOf({ kind: "text", html: beginnings[language] ?? "" });
export const createTemplate = (draft: { name: string; letter: Letter }): Promise<MessageTemplate> =>
  unwrap(templates.post(draft));
/** `seenAt`: the template's `updatedAt` as it was when this was begun. */
export const changeTemplate = (
  id: string,
  change: { name?: string; letter?: Letter; seenAt: string },
): Promise<MessageTemplate> => unwrap(templates({ messageTemplateId: id }).put(change));
export const copyTemplate = (id: string): Promise<MessageTemplate> =>
  unwrap(templates({ messageTemplateId: id }).copy.post());
export const deleteTemplate = (id: string) => unwrap(templates({ messageTemplateId: id }).delete());
