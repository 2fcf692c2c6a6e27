import { afterAll, beforeAll, expect, test } from "bun:test";
import { beginUpload, findUpload, finishUpload, putUploadPart } from "@backend/kit/uploads.ts";
import { changeTexts } from "@backend/modules/bots/actions/bot-texts.ts";
import { makePerson, makeWorkspace, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { type Letter, registerChat } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import { deliveries, laneRank } from "@db/schema/messaging.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";
import { asJob, asPerson } from "../testing.ts";
import { createBroadcast, deleteBroadcast } from "./drafts.ts";
import { releaseFiles } from "./release-files.ts";
import { createSequence } from "./sequences.ts";
import { createTemplate, deleteTemplate } from "./templates.ts";

let database: TestDatabase;
let at: TestWorkspace;
let personId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  at = await makeWorkspace(database.db);
  personId = (await makePerson(database.db, at, { role: "owner" })).personId;
});
afterAll(() => database.drop());

const now = new Date();
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);
const context = (db: Db = database.db) => asPerson(db, at, personId, now);
const release = (when = inDays(2)) => releaseFiles(asJob(database.db, when), {});

async function upload(): Promise<string> {
  const { db } = database;
  const { workspaceId } = at;
  const { id } = await beginUpload(db, { workspaceId, purpose: "media", name: "a.png", size: 3, createdBy: null, now });
  await putUploadPart(db, { workspaceId, uploadId: id, number: 0, bytes: new Uint8Array([1, 2, 3]), now });
  await finishUpload(db, workspaceId, id, now);
  return id;
}
const photo = (uploadId: string): Letter => ({
  fallback: "en",
  messages: { en: { kind: "photo", media: `upload:${uploadId}` } },
});
const variants = (uploadId: string) => [{ key: "A" as const, share: 100, letter: photo(uploadId) }];
const isKept = async (uploadId: string) =>
  (await findUpload(database.db, at.workspaceId, uploadId))?.expiresAt === null;

test("files that a template, a broadcast or a step names stay; those taken out of all of them are released after a day", async () => {
  const [ofTemplate, ofDraft, ofSent, ofStep, ofBoth, gone] = await Promise.all(Array.from({ length: 6 }, upload));
  const ids = [ofTemplate, ofDraft, ofSent, ofStep, ofBoth, gone] as string[];
  await createTemplate(context(), { name: "kept", letter: photo(ids[0] ?? "") });
  await createBroadcast(context(), { variants: variants(ids[1] ?? "") });
  const { id: sent } = await createBroadcast(context(), { variants: variants(ids[2] ?? "") });
  await database.sql`update broadcasts set state = 'sent' where id = ${sent}`;
  const step = { delayMinutes: 0, atClock: null, condition: null, letter: photo(ids[3] ?? "") };
  const trigger = { kind: "joined" as const, source: null };
  const rules = { stops: [], categoryId: null, isUrgent: false, isRepeatable: false };
  await createSequence(context(), { name: "Welcome", botIds: [], trigger, ...rules, steps: [step] });
  const { id: left } = await createTemplate(context(), { name: "left", letter: photo(ids[4] ?? "") });
  await createBroadcast(context(), { variants: variants(ids[4] ?? "") });
  const { id: dropped } = await createTemplate(context(), { name: "dropped", letter: photo(ids[5] ?? "") });
  const { id: draft } = await createBroadcast(context(), { variants: variants(ids[5] ?? "") });
  await release();
  expect(await Promise.all(ids.map(isKept))).toEqual([true, true, true, true, true, true]);
  await deleteTemplate(context(), { messageTemplateId: left });
  await deleteTemplate(context(), { messageTemplateId: dropped });
  await deleteBroadcast(context(), { broadcastId: draft });
  await release(now);
  expect(await isKept(gone ?? "")).toBe(true);
  await release();
  expect(await Promise.all(ids.map(isKept))).toEqual([true, true, true, true, true, false]);
});

test("a draft that takes a file in the same moment keeps it", async () => {
  const uploadId = await upload();
  const { id } = await createTemplate(context(), { name: "first", letter: photo(uploadId) });
  await deleteTemplate(context(), { messageTemplateId: id });
  const draft = await database.db.transaction(async (tx) => {
    const made = await createBroadcast(context(tx as unknown as Db), { variants: variants(uploadId) });
    // Not seen by anybody yet, and nobody waits for it.
    await release();
    return made;
  });
  expect(await isKept(uploadId)).toBe(true);
  await release();
  expect(await isKept(uploadId)).toBe(true);
  await deleteBroadcast(context(), { broadcastId: draft.id });
  await release();
  expect(await isKept(uploadId)).toBe(false);
});

test("a file that a message on its way carries stays until that has ended, though its letter is gone", async () => {
  const states = ["queued", "planned", "sending", "unknown"] as const;
  const ids = await Promise.all(states.map(upload));
  const draft = await createBroadcast(context(), {
    variants: ids.map((id, index) => ({ key: "ABCD"[index] as "A", share: 25, letter: photo(id) })),
  });
  await deleteBroadcast(context(), { broadcastId: draft.id });
  const chat = await registerChat(database.db, { ...at, telegramChatId: 8_300_000_001, kind: "private", title: "Ann" });
  await database.db.insert(deliveries).values(
    states.map((state, index) => ({
      ...{ workspaceId: at.workspaceId, botId: at.botId, chatId: chat.id, rank: laneRank.broadcast },
      content: photo(ids[index] ?? "").messages.en,
      state: state === "planned" ? "queued" : state,
      isDue: state !== "planned",
    })),
  );
  await release();
  expect(await Promise.all(ids.map(isKept))).toEqual([true, true, true, true]);
  await database.db.update(deliveries).set({ state: "sent" }).where(eq(deliveries.workspaceId, at.workspaceId));
  await release();
  expect(await Promise.all(ids.map(isKept))).toEqual([false, false, false, false]);
});

test("a file that a bot greets with is kept from its saving on, also after a letter lost it", async () => {
  const [fresh = "", shared = ""] = await Promise.all([upload(), upload()]);
  const { id } = await createTemplate(context(), { name: "greeting", letter: photo(shared) });
  const texts = { name: null, description: null, shortDescription: null, menuButton: null, commands: null };
  const greet = (language: string, media: string | null) =>
    changeTexts(
      { ...context(), ports: { letterFields: () => Promise.resolve([]) } },
      {
        ...{ botId: at.botId, language, ...texts },
        welcome: media === null ? null : { kind: "photo", media },
      },
    );
  await greet("default", `upload:${fresh}`);
  await greet("uk", `upload:${shared}`);
  await deleteTemplate(context(), { messageTemplateId: id });
  expect(await Promise.all([fresh, shared].map(isKept))).toEqual([true, true]);
  await release();
  expect(await Promise.all([fresh, shared].map(isKept))).toEqual([true, true]);
  await greet("uk", null);
  await release();
  expect(await Promise.all([fresh, shared].map(isKept))).toEqual([true, false]);
  await expect(greet("uk", `upload:${crypto.randomUUID()}`)).rejects.toMatchObject({ code: "letters.file_gone" });
});
