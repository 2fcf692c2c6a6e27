import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type ActionContext, type Actor, systemActor } from "@backend/kit/context.ts";
import { AppError } from "@backend/kit/errors.ts";
import { createLogger } from "@backend/kit/log.ts";
import { beginUpload, findUpload, finishUpload, putUploadPart, readUpload } from "@backend/kit/uploads.ts";
import { makePerson, makeWorkspace } from "@backend/modules/identity/testing.ts";
import { keepFilesOf, type Letter, mediaLibrary } from "@backend/modules/messaging/index.ts";
import { audienceFields } from "@db/schema/audience.ts";
import { auditEntries } from "@db/schema/identity.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";
import {
  changeTemplate,
  copyTemplate,
  createTemplate,
  deleteTemplate,
  findTemplate,
  listTemplates,
  readVariables,
} from "./templates.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function enter(): Promise<ActionContext> {
  const { db } = database;
  const at = await makeWorkspace(db);
  const person = await makePerson(db, at, { role: "manager" });
  const actor: Actor = {
    ...systemActor(at.workspaceId),
    kind: "person",
    personId: person.personId,
    botId: at.botId,
    member: null,
  };
  return { db, actor, now: new Date(), log: createLogger("silent"), ports: {}, requestId: "test" };
}
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
const letter = (html = "Hello, {first_name}!"): Letter => ({
  fallback: "en",
  messages: { en: { kind: "text", html } },
});

async function upload(ctx: ActionContext, purpose: "media" | "import" = "media"): Promise<string> {
  const { workspaceId } = ctx.actor;
  const file = { workspaceId, purpose, name: "a.png", size: 3, createdBy: null, now: ctx.now };
  const { id } = await beginUpload(ctx.db, file);
  await putUploadPart(ctx.db, { workspaceId, uploadId: id, number: 0, bytes: new Uint8Array([1, 2, 3]), now: ctx.now });
  await finishUpload(ctx.db, workspaceId, id, ctx.now);
  return id;
}

describe("templates", () => {
  test("are kept, changed, copied under the next free name, and deleted, each with its trace", async () => {
    const ctx = await enter();
    const made = await createTemplate(ctx, { name: "  Sale ", letter: letter() });
    expect(made).toMatchObject({ name: "Sale", letter: letter(), createdBy: { name: "Ann" } });
    const copy = await copyTemplate(ctx, { messageTemplateId: made.id });
    expect([copy.name, (await copyTemplate(ctx, { messageTemplateId: copy.id })).name]).toEqual(["Sale 2", "Sale 3"]);
    const changed = await changeTemplate(ctx, { messageTemplateId: made.id, name: "Autumn", letter: letter("Bye") });
    expect(await findTemplate(ctx, { messageTemplateId: made.id })).toEqual(changed);
    await deleteTemplate(ctx, { messageTemplateId: copy.id });
    expect((await listTemplates(ctx, {})).items.map(({ name }) => name)).toEqual(["Autumn", "Sale 3"]);
    const trace = await ctx.db.select().from(auditEntries).where(eq(auditEntries.workspaceId, ctx.actor.workspaceId));
    expect(trace.map(({ action }) => action).sort()).toEqual([
      "message_template.changed",
      "message_template.created",
      "message_template.created",
      "message_template.created",
      "message_template.deleted",
    ]);
    expect(JSON.stringify(trace.map(({ after }) => after))).not.toContain("Autumn");
  });

  test("are listed with the beginning of each text, and not with their letters", async () => {
    const ctx = await enter();
    const items = [
      { kind: "photo" as const, media: "AgACAgIAAxkBAAIB" },
      { kind: "photo" as const, media: "AgACAgIAAxkBAAIC", caption: "альбом" },
    ];
    const long = `<b>Sale</b> ${"x".repeat(1_000)}`;
    const letter: Letter = {
      fallback: "en",
      messages: { en: { kind: "text", html: long }, uk: { kind: "album", items }, ru: items[0] as never },
    };
    const made = await createTemplate(ctx, { name: "Sale", letter });
    const beginnings = { en: `<b>Sale</b> ${"x".repeat(154)}…`, uk: "альбом", ru: "" };
    const { id, updatedAt } = made;
    expect(await listTemplates(ctx, {})).toEqual({
      items: [{ id, name: "Sale", fallback: "en", beginnings, updatedAt }],
    });
    expect((await findTemplate(ctx, { messageTemplateId: id })).letter).toEqual(letter);
  });

  test("have one name each, however it is written and whoever writes at the same moment", async () => {
    const ctx = await enter();
    const { id } = await createTemplate(ctx, { name: "Sale", letter: letter() });
    await createTemplate(ctx, { name: "Other", letter: letter() });
    expect(await codeOf(createTemplate(ctx, { name: "SALE", letter: letter() }))).toBe("letters.template_name_taken");
    expect(await codeOf(changeTemplate(ctx, { messageTemplateId: id, name: "other" }))).toBe(
      "letters.template_name_taken",
    );
    expect(await codeOf(changeTemplate(ctx, { messageTemplateId: id, name: "sale" }))).toBe("done");
    expect(await codeOf(createTemplate(ctx, { name: "\u202e \u0000", letter: letter() }))).toBe(
      "letters.template_name_invalid",
    );
    const racing = await Promise.all(
      Array.from({ length: 8 }, () => codeOf(createTemplate(ctx, { name: "Race", letter: letter() }))),
    );
    expect(racing.filter((code) => code === "done")).toHaveLength(1);
  });

  test("written by two at once take the words of one, and tell the other", async () => {
    const ctx = await enter();
    const { id: messageTemplateId, updatedAt } = await createTemplate(ctx, { name: "Sale", letter: letter() });
    const write = (html: string, seenAt?: string) =>
      changeTemplate(ctx, { messageTemplateId, letter: letter(html), ...(seenAt === undefined ? {} : { seenAt }) });
    const both = await Promise.allSettled([write("Mine", updatedAt), write("Theirs", updatedAt)]);
    const refused = both.flatMap((one) => (one.status === "rejected" ? [one.reason.code] : []));
    expect(refused).toEqual(["letters.template_changed"]);
    const now = await findTemplate(ctx, { messageTemplateId });
    expect(both.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []))).toEqual([now]);
    // All changes of one moment are states of their own, and who read the last one may write.
    const later = await write("Later", now.updatedAt);
    expect(later.updatedAt > now.updatedAt).toBe(true);
    expect(await codeOf(write("Late", now.updatedAt))).toBe("letters.template_changed");
    expect(await codeOf(changeTemplate(ctx, { messageTemplateId, name: "Other", seenAt: now.updatedAt }))).toBe(
      "letters.template_changed",
    );
    // A program that does not say what it saw replaces what is there.
    expect((await write("Whatever")).letter).toEqual(letter("Whatever"));
  });

  test("hold no letter that Telegram would refuse; the reason and the place are told", async () => {
    const ctx = await enter();
    const refused = createTemplate(ctx, { name: "x", letter: letter("<b>{fist_name}") });
    await expect(refused).rejects.toMatchObject({
      code: "letters.unknown_variable",
      params: { name: "{fist_name}", language: "en", place: "html" },
    });
    const { id } = await createTemplate(ctx, { name: "x", letter: letter() });
    expect(await codeOf(changeTemplate(ctx, { messageTemplateId: id, letter: letter("<b>") }))).toBe(
      "messaging.html_unclosed",
    );
    expect((await findTemplate(ctx, { messageTemplateId: id })).letter).toEqual(letter());
  });

  test("may name the workspace's own fields, and no others'", async () => {
    const [ctx, stranger] = [await enter(), await enter()];
    await ctx.db
      .insert(audienceFields)
      .values({ workspaceId: ctx.actor.workspaceId, key: "city", name: "City", kind: "text" });
    expect(await readVariables(ctx, {})).toEqual({ fields: [{ key: "city", name: "City", kind: "text" }] });
    expect(await codeOf(createTemplate(ctx, { name: "x", letter: letter("{field:city|here}") }))).toBe("done");
    expect(await codeOf(createTemplate(stranger, { name: "x", letter: letter("{field:city|here}") }))).toBe(
      "letters.unknown_variable",
    );
  });

  test("keep their files from being deleted, and take no files of others", async () => {
    const [ctx, stranger] = [await enter(), await enter()];
    const uploadId = await upload(ctx);
    const photo: Letter = { fallback: "en", messages: { en: { kind: "photo", media: `upload:${uploadId}` } } };
    expect(await codeOf(createTemplate(stranger, { name: "x", letter: photo }))).toBe("letters.file_gone");
    await createTemplate(ctx, { name: "x", letter: photo });
    expect((await findUpload(ctx.db, ctx.actor.workspaceId, uploadId))?.expiresAt).toBeNull();
  });

  test("carry no file that was sent to be read as a table, and keep their other files all the same", async () => {
    const ctx = await enter();
    const [table, picture] = [await upload(ctx, "import"), await upload(ctx)];
    const items = [table, picture].map((id) => ({ kind: "photo" as const, media: `upload:${id}` }));
    const letter: Letter = { fallback: "en", messages: { en: { kind: "album", items } } };
    const refused = createTemplate(ctx, { name: "x", letter });
    await expect(refused).rejects.toMatchObject({ kind: "invalid", code: "letters.file_gone" });
    const { workspaceId } = ctx.actor;
    expect(await keepFilesOf(ctx.db, workspaceId, letter)).toBe(false);
    expect((await findUpload(ctx.db, workspaceId, picture))?.expiresAt).toBeNull();
    expect((await findUpload(ctx.db, workspaceId, table))?.expiresAt).not.toBeNull();
    const library = mediaLibrary({ db: ctx.db, files: { find: findUpload, read: readUpload } });
    expect(await library.read(workspaceId, picture)).not.toBeNull();
    expect(await library.read(workspaceId, table)).toBeNull();
  });

  test("of another workspace do not exist", async () => {
    const [ctx, stranger] = [await enter(), await enter()];
    const { id: messageTemplateId } = await createTemplate(ctx, { name: "x", letter: letter() });
    for (const act of [findTemplate, copyTemplate, deleteTemplate, changeTemplate])
      expect(await codeOf(act(stranger, { messageTemplateId }))).toBe("letters.template_not_found");
    expect((await listTemplates(stranger, {})).items).toEqual([]);
  });
});
