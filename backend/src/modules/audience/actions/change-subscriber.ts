import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { publish } from "@backend/kit/events.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { isTimeZone, recordAudit } from "@backend/modules/identity/index.ts";
import type { Db } from "@db/client.ts";
import { listOwnFields, lockCatalog, ownTagIds } from "../catalog-queries.ts";
import { type ChangeSubscriber, maxTagsOfOne, type Subscriber } from "../contracts.ts";
import { type FieldValue, fits } from "../domain/field.ts";
import {
  fieldNotFound,
  subscriberNotFound,
  tagNotFound,
  timeZoneUnknown,
  tooManyTagsOfOne,
  valueWrong,
} from "../errors.ts";
import { subscriberFieldsChanged, subscriberTagged } from "../events.ts";
import { aboutSubscriber } from "../present.ts";
import { lockOwnSubscriber, type SubscriberRow, updateSubscriber } from "../queries.ts";
import { readSubscriber } from "./read-subscriber.ts";

/**
 * What a member writes about a subscriber. What is not named stays, so that two who change tags at once both have their way. A tag
 * that is put on and taken off at once is off. Throws audience.tag_not_found, audience.too_many_tags_of_one,
 * audience.field_not_found, audience.value_wrong.<kind> and audience.time_zone_unknown.
 */
export function changeSubscriber(
  outer: ActionContext,
  input: ChangeSubscriber & { subscriberId: string },
): Promise<Subscriber> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    // What is put on a row must still be there when it commits: a deletion clears only the rows that it finds.
    if (input.addTags || input.removeTags) await lockCatalog(ctx.db, workspaceId, "tags");
    if (input.fields) await lockCatalog(ctx.db, workspaceId, "fields");
    const row = await lockOwnSubscriber(ctx.db, workspaceId, BigInt(input.subscriberId));
    if (!row) throw subscriberNotFound();
    if (input.timeZone && !isTimeZone(input.timeZone)) throw timeZoneUnknown();
    const tags = await tagsAfter(ctx.db, row, input);
    const fields = input.fields === undefined ? null : await fieldsAfter(ctx.db, row, input.fields);
    const values = {
      ...(tags === null ? {} : { tags: tags.now }),
      ...(fields === null ? {} : { fields }),
      ...(input.note === undefined ? {} : { note: input.note?.toWellFormed().trim() || null }),
      ...(input.timeZone === undefined ? {} : { timeZone: input.timeZone || null }),
    };
    if (Object.keys(values).length > 0) {
      await updateSubscriber(ctx.db, row.id, values);
      const { now: _, ...difference } = tags ?? {};
      if (tags)
        await publish(ctx.db, subscriberTagged, { ...aboutSubscriber(row), added: tags.added, removed: tags.removed });
      const keys = fields === null ? [] : differences(row.fields, fields);
      if (keys.length > 0) await publish(ctx.db, subscriberFieldsChanged, { ...aboutSubscriber(row), keys });
      await recordAudit(ctx, {
        action: "subscriber.changed",
        subjectKind: "subscriber",
        subjectId: String(row.id),
        // Which things were changed, not what was written: notes and values are personal, and this cannot be erased.
        after: {
          changed: Object.keys(values),
          ...difference,
          ...(input.fields === undefined ? {} : { keys: Object.keys(input.fields) }),
        },
      });
      await notifyLive(ctx.db, { workspaceId, topic: "audience", id: String(row.id) });
    }
    return readSubscriber(ctx, input);
  });
}

/** Null when nothing changes. */
async function tagsAfter(db: Db, row: SubscriberRow, { addTags = [], removeTags = [] }: ChangeSubscriber) {
  const named = new Set([...addTags, ...removeTags]);
  if ((await ownTagIds(db, row.workspaceId, [...named])).size < named.size) throw tagNotFound();
  const added = addTags.filter((tag) => !row.tags.includes(tag) && !removeTags.includes(tag));
  const removed = removeTags.filter((tag) => row.tags.includes(tag));
  if (added.length + removed.length === 0) return null;
  const now = [...row.tags.filter((tag) => !removed.includes(tag)), ...added].sort((a, b) => a - b);
  if (now.length > Math.max(maxTagsOfOne, row.tags.length)) throw tooManyTagsOfOne(maxTagsOfOne);
  return { now, added, removed };
}

async function fieldsAfter(db: Db, row: SubscriberRow, changes: Readonly<Record<string, FieldValue | null>>) {
  const fields = new Map((await listOwnFields(db, row.workspaceId)).map((field) => [field.key, field]));
  const after = new Map<string, FieldValue>(Object.entries(row.fields));
  for (const [key, raw] of Object.entries(changes)) {
    const field = fields.get(key);
    if (!field) throw fieldNotFound();
    const value = typeof raw === "string" ? raw.toWellFormed().trim() : raw;
    if (value === null) after.delete(key);
    else if (fits(field, value)) after.set(key, value);
    else throw valueWrong(field.kind, field.name);
  }
  return Object.fromEntries(after);
}

/** Keys of the fields that are others now, or empty. */
function differences(
  before: Readonly<Record<string, FieldValue>>,
  after: Readonly<Record<string, FieldValue>>,
): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => before[key] !== after[key]);
}
