/** Messages kept for later use, shared by everybody in the workspace. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { violates } from "@backend/kit/errors.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { listFieldKeys } from "@backend/modules/audience/index.ts";
import { personRefsOf, recordAudit } from "@backend/modules/identity/index.ts";
import { type Content, fitHtml, type Letter } from "@backend/modules/messaging/index.ts";
import type { Static } from "elysia";
import type {
  ChangeMessageTemplateBody,
  CreateMessageTemplateBody,
  LetterVariables,
  MessageTemplate,
  MessageTemplateList,
  MessageTemplateSummary,
} from "../letter-contracts.ts";
import {
  templateChanged,
  templateNameInvalid,
  templateNameTaken,
  templateNotFound,
  tooManyTemplates,
} from "../letter-errors.ts";
import { requireSoundLetter } from "../sound-letter.ts";
import {
  deleteTemplateRow,
  findOwnTemplate,
  insertTemplate,
  listOwnNames,
  listOwnTemplates,
  lockOwnTemplate,
  lockTemplates,
  type TemplateRow,
  updateTemplate,
} from "../template-queries.ts";

const maxTemplates = 500;
const maxName = 80;
/** Characters of a text that a list shows: two lines on a wide screen. */
const beginningLength = 160;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly what is taken out
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

function nameFrom(name: string): string {
  const clean = name.toWellFormed().replace(unprintable, " ").replace(/\s+/g, " ").trim();
  if (clean === "" || [...clean].length > maxName) throw templateNameInvalid();
  return clean;
}

async function present(ctx: ActionContext, row: TemplateRow): Promise<MessageTemplate> {
  const people = await personRefsOf(ctx.db, ctx.actor.workspaceId, row.createdBy === null ? [] : [row.createdBy]);
  return {
    id: row.id,
    name: row.name,
    letter: row.letter as Letter,
    createdBy: people.get(row.createdBy ?? "") ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

const htmlOf = (content: Content): string =>
  (content.kind === "text"
    ? content.html
    : content.kind === "album"
      ? content.items.find(({ caption }) => caption)?.caption
      : content.caption) ?? "";

function presentSummary({ id, name, letter, updatedAt }: TemplateRow): MessageTemplateSummary {
  const { fallback, messages } = letter as Letter;
  const beginnings = Object.entries(messages).map(([language, content]) => [
    language,
    fitHtml(htmlOf(content), beginningLength),
  ]);
  return { id, name, fallback, beginnings: Object.fromEntries(beginnings), updatedAt: updatedAt.toISOString() };
}

export async function listTemplates(ctx: ActionContext, _: unknown): Promise<Static<typeof MessageTemplateList>> {
  return { items: (await listOwnTemplates(ctx.db, ctx.actor.workspaceId)).map(presentSummary) };
}

export async function findTemplate(ctx: ActionContext, input: { messageTemplateId: string }): Promise<MessageTemplate> {
  const row = await findOwnTemplate(ctx.db, ctx.actor.workspaceId, input.messageTemplateId);
  if (!row) throw templateNotFound();
  return present(ctx, row);
}

/** What a letter may name besides the built-in variables. */
export async function readVariables(ctx: ActionContext, _: unknown): Promise<Static<typeof LetterVariables>> {
  return { fields: await listFieldKeys(ctx.db, ctx.actor.workspaceId) };
}

/** Names are compared as people compare them ("Sale" and "sale" are one); the index that does it has the last word. */
async function refusingTakenNames<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw violates(error, "message_templates_once") ? templateNameTaken() : error;
  }
}

async function recordChange(tx: ActionContext, verb: "created" | "changed" | "deleted", row: TemplateRow) {
  await recordAudit(tx, {
    action: `message_template.${verb}`,
    subjectKind: "message_template",
    subjectId: row.id,
    after: verb === "deleted" ? null : { languages: Object.keys((row.letter as Letter).messages) },
  });
  await notifyLive(tx.db, { workspaceId: row.workspaceId, topic: "message-templates", id: row.id });
}

/** Throws letters.template_name_invalid, letters.template_name_taken, and what `requireSoundLetter` does. */
export function createTemplate(
  ctx: ActionContext,
  input: Static<typeof CreateMessageTemplateBody>,
): Promise<MessageTemplate> {
  return inTransaction(ctx, async (tx) => {
    const { actor } = tx;
    const name = nameFrom(input.name);
    await lockTemplates(tx.db, actor.workspaceId);
    if ((await listOwnNames(tx.db, actor.workspaceId)).length >= maxTemplates) throw tooManyTemplates(maxTemplates);
    await requireSoundLetter(tx, input.letter);
    const createdBy = actor.kind === "person" ? actor.personId : null;
    const values = { workspaceId: actor.workspaceId, name, letter: input.letter, createdBy };
    const row = await refusingTakenNames(() => insertTemplate(tx.db, values));
    await recordChange(tx, "created", row);
    return present(tx, row);
  });
}

/**
 * Renames a template or gives it another letter. Broadcasts made from it keep what they have. Throws letters.template_changed when it
 * is not any more as the caller saw it: of two who write at once none replaces the other's words unknowingly.
 */
export function changeTemplate(
  ctx: ActionContext,
  input: Static<typeof ChangeMessageTemplateBody> & { messageTemplateId: string },
): Promise<MessageTemplate> {
  return inTransaction(ctx, async (tx) => {
    const { workspaceId } = tx.actor;
    const row = await lockOwnTemplate(tx.db, workspaceId, input.messageTemplateId);
    if (!row) throw templateNotFound();
    const { seenAt } = input;
    if (seenAt !== undefined && new Date(seenAt).getTime() !== row.updatedAt.getTime()) throw templateChanged();
    const name = input.name === undefined ? row.name : nameFrom(input.name);
    if (input.letter) await requireSoundLetter(tx, input.letter);
    const letter = input.letter ?? row.letter;
    // Two changes within one millisecond are two states too.
    const updatedAt = new Date(Math.max(tx.now.getTime(), row.updatedAt.getTime() + 1));
    const changed = await refusingTakenNames(() => updateTemplate(tx.db, row.id, { name, letter, updatedAt }));
    await recordChange(tx, "changed", changed);
    return present(tx, changed);
  });
}

/** The same letter under the next free name: "Sale 2". */
export function copyTemplate(ctx: ActionContext, input: { messageTemplateId: string }): Promise<MessageTemplate> {
  return inTransaction(ctx, async (tx) => {
    const { workspaceId } = tx.actor;
    const row = await findOwnTemplate(tx.db, workspaceId, input.messageTemplateId);
    if (!row) throw templateNotFound();
    await lockTemplates(tx.db, workspaceId);
    const taken = new Set((await listOwnNames(tx.db, workspaceId)).map((name) => name.toLowerCase()));
    const stem = [...row.name.replace(/ \d{1,3}$/, "")].slice(0, maxName - 4).join("");
    for (let number = 2; ; number++) {
      const name = `${stem} ${number}`;
      if (!taken.has(name.toLowerCase())) return createTemplate(tx, { name, letter: row.letter as Letter });
    }
  });
}

export function deleteTemplate(ctx: ActionContext, input: { messageTemplateId: string }): Promise<{ deleted: true }> {
  return inTransaction(ctx, async (tx) => {
    const row = await lockOwnTemplate(tx.db, tx.actor.workspaceId, input.messageTemplateId);
    if (!row) throw templateNotFound();
    await deleteTemplateRow(tx.db, row.id);
    await recordChange(tx, "deleted", row);
    return { deleted: true };
  });
}
