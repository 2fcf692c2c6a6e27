import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import type { Db } from "@db/client.ts";
import {
  deleteFieldRow,
  type FieldRow,
  findOwnField,
  insertField,
  listOwnFields,
  lockCatalog,
  updateField,
} from "../catalog-queries.ts";
import { keysBeingForgotten } from "../change-queries.ts";
import { type Change, type Field, maxFields, type NewField } from "../contracts.ts";
import { keyOf } from "../domain/field.ts";
import { choicesMissing, fieldNotFound, fieldTaken, tooManyFields } from "../errors.ts";
import { presentChange, presentField } from "../present.ts";
import { tidy, titleOf } from "../titles.ts";
import { beginChange } from "./change-many.ts";

/** Without what is empty or said twice; a choice of nothing is no choice. */
function choicesOf(raw: readonly string[]): string[] {
  const choices = [...new Set(raw.map((choice) => tidy(choice)).filter(Boolean))];
  if (choices.length === 0) throw choicesMissing();
  return choices;
}

export async function listFields(ctx: ActionContext): Promise<{ fields: Field[] }> {
  return { fields: (await listOwnFields(ctx.db, ctx.actor.workspaceId)).map(presentField) };
}

/**
 * A second "City" could not be told from the first on any screen, nor in an exported file, whose titles an import reads. Throws
 * audience.field_taken, whatever the case of its letters.
 */
function assertFree(known: readonly FieldRow[], name: string): void {
  if (known.some((field) => field.name.toLowerCase() === name.toLowerCase())) throw fieldTaken(name);
}

/** Behind `known`, which are all that the workspace has, under a key that none of them has and no row still holds values of. */
export async function addField(
  db: Db,
  workspaceId: string,
  known: readonly FieldRow[],
  field: Pick<FieldRow, "name" | "kind" | "choices">,
): Promise<FieldRow> {
  const taken = new Set([...known.map(({ key }) => key), ...(await keysBeingForgotten(db, workspaceId))]);
  const position = Math.max(0, ...known.map((one) => one.position)) + 1;
  return insertField(db, { ...field, workspaceId, key: keyOf(field.name, taken), position });
}

/**
 * The key is made of the name and stays, since texts and files refer to it. Throws audience.field_taken, audience.too_many_fields and,
 * for a choice without choices, audience.choices_missing.
 */
export function createField(outer: ActionContext, input: NewField): Promise<Field> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const name = titleOf(input.name);
    const choices = input.kind === "choice" ? choicesOf(input.choices ?? []) : [];
    await lockCatalog(ctx.db, workspaceId, "fields");
    const known = await listOwnFields(ctx.db, workspaceId);
    assertFree(known, name);
    if (known.length >= maxFields) throw tooManyFields(maxFields);
    const row = await addField(ctx.db, workspaceId, known, { name, kind: input.kind, choices });
    await recordAudit(ctx, {
      action: "audience_field.created",
      subjectKind: "audience_field",
      subjectId: row.id,
      after: { key: row.key, kind: row.kind },
    });
    await notifyLive(ctx.db, { workspaceId, topic: "audience" });
    return presentField(row);
  });
}

/** Values that a choice no longer has stay where they were written until somebody changes them. Throws audience.field_taken. */
export function changeField(
  outer: ActionContext,
  input: { fieldId: string; name?: string; choices?: string[] },
): Promise<Field> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    await lockCatalog(ctx.db, workspaceId, "fields");
    const row = await findOwnField(ctx.db, workspaceId, input.fieldId);
    if (!row) throw fieldNotFound();
    const values = {
      ...(input.name === undefined ? {} : { name: titleOf(input.name) }),
      ...(input.choices === undefined || row.kind !== "choice" ? {} : { choices: choicesOf(input.choices) }),
    };
    if (Object.keys(values).length > 0) {
      if (values.name !== undefined) {
        const others = await listOwnFields(ctx.db, workspaceId);
        assertFree(
          others.filter(({ id }) => id !== row.id),
          values.name,
        );
      }
      await updateField(ctx.db, row.id, values);
      await recordAudit(ctx, {
        action: "audience_field.changed",
        subjectKind: "audience_field",
        subjectId: row.id,
        after: { changed: Object.keys(values) },
      });
      await notifyLive(ctx.db, { workspaceId, topic: "audience" });
    }
    return presentField({ ...row, ...values });
  });
}

/** The field is gone at once; a job takes its values out of the rows. */
export function deleteField(outer: ActionContext, input: { fieldId: string }): Promise<Change> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    await lockCatalog(ctx.db, workspaceId, "fields");
    const row = await findOwnField(ctx.db, workspaceId, input.fieldId);
    if (!row) throw fieldNotFound();
    await deleteFieldRow(ctx.db, row.id);
    const change = await beginChange(ctx, { kind: "forget_field", fieldKey: row.key });
    await recordAudit(ctx, {
      action: "audience_field.deleted",
      subjectKind: "audience_field",
      subjectId: row.id,
      after: { key: row.key, people: change.total },
    });
    return presentChange(change);
  });
}
