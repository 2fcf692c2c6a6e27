import { expect, test } from "bun:test";
import { createLogger } from "@backend/kit/log.ts";
import type { CallResult, Content, FileRef, MediaLibrary, SendCall } from "@backend/modules/messaging/ports.ts";
import { createFileDesk, type Prepared } from "./files.ts";

const silent = createLogger("silent");

/** A library in memory: every file is there, and the ids of those in `known` are remembered. */
function libraryOf(known: Record<string, string> = {}) {
  const ids = new Map(Object.entries(known));
  const library: MediaLibrary = {
    find: async (_, { uploadId }) => ids.get(uploadId) ?? null,
    read: async (_, uploadId) => ({ name: uploadId, bytes: new Blob(["bytes"]) }),
    remember: async (_, { uploadId }, fileId) => void ids.set(uploadId, fileId),
    forget: async (_, { uploadId }) => void ids.delete(uploadId),
  };
  return { library, ids };
}

const callOf = (content: Content): SendCall => ({
  workspaceId: "w1",
  change: null,
  bot: { id: "b1", token: "123456789:TEST-not-a-real-token-000000000000", username: "shop_bot" },
  chat: { telegramChatId: 5, kind: "private" },
  threadId: null,
  content,
  isPaid: false,
  asPlainText: false,
});
const photo = (name: string) => callOf({ kind: "photo", media: `upload:${name}` });
const album = (...names: string[]) =>
  callOf({ kind: "album", items: names.map((name) => ({ kind: "photo" as const, media: `upload:${name}` })) });
const refusal = (description: string, status = 400): CallResult => ({
  kind: "refused",
  status,
  description: `Bad Request: ${description}`,
  retryAfterS: null,
  migrateToChatId: null,
});
const item = (number: number, words: string) =>
  refusal(`failed to send message #${number} with the error message "${words}"`);
const isReady = (answer: Prepared | CallResult): answer is Prepared => !("kind" in answer);

/** A desk whose messages are all answered as a test says; each answers with the files that went along, or null when none was offered. */
function deskOf(known?: Record<string, string>) {
  const { library, ids } = libraryOf(known);
  const desk = createFileDesk(library, silent, () => 0);
  const offer = async (call: SendCall, answer: CallResult) => {
    const prepared = await desk.prepare(call);
    if (!isReady(prepared)) return null;
    const isWorthATry = await desk.settle(prepared, answer, "");
    return { offered: prepared.attachments.map(({ file }: { file: FileRef }) => file.uploadId), isWorthATry };
  };
  return { offer, ids };
}
const lost: CallResult = { kind: "lost", reason: "not looked at" };

test("of an album only the file that Telegram names is not offered again", async () => {
  const { offer } = deskOf();
  expect(await offer(album("a", "b", "c"), item(2, "PHOTO_INVALID_DIMENSIONS"))).toMatchObject({ isWorthATry: false });
  expect(await offer(photo("b"), lost)).toBeNull();
  expect(await offer(album("a", "b"), lost)).toBeNull();
  expect((await offer(album("a", "c"), lost))?.offered).toEqual(["a", "c"]);
});

test.each([refusal("group send failed: MEDIA_INVALID"), refusal("Request Entity Too Large", 413)])(
  "an album that is refused without a culprit is not offered again as it is, and its files are",
  async (answer) => {
    const { offer } = deskOf();
    await offer(album("a", "b"), answer);
    expect(await offer(album("a", "b"), lost)).toBeNull();
    expect((await offer(album("a", "c"), lost))?.offered).toEqual(["a", "c"]);
    expect((await offer(photo("b"), lost))?.offered).toEqual(["b"]);
  },
);

test("an id in an album that Telegram has forgotten goes once more with its bytes, and the others stay known", async () => {
  const { offer, ids } = deskOf({ a: "id of a", b: "id of b" });
  const answer = await offer(album("a", "b", "c"), item(2, "Wrong file identifier/HTTP URL specified"));
  expect(answer).toEqual({ offered: ["c"], isWorthATry: true });
  expect([...ids.keys()]).toEqual(["a"]);
  expect((await offer(album("a", "b", "c"), lost))?.offered).toEqual(["b", "c"]);
});

test("an id that turned out to be forgotten is used by nobody, also while it still stands in the library", async () => {
  const { library } = libraryOf({ a: "id of a" });
  const mayForget = Promise.withResolvers<void>();
  const desk = createFileDesk({ ...library, forget: () => mayForget.promise }, silent);
  const prepared = async () => {
    const answer = await desk.prepare(photo("a"));
    if (!isReady(answer)) throw new Error("not prepared");
    return answer;
  };
  const first = await prepared();
  expect(first.used).toMatchObject([{ fileId: "id of a" }]);
  const learning = desk.settle(first, refusal("Wrong file identifier/HTTP URL specified"), "");
  const second = await prepared();
  expect([second.used, second.attachments.map(({ file }) => file.uploadId)]).toEqual([[], ["a"]]);
  mayForget.resolve();
  expect(await learning).toBe(true);
});

test("a refusal of an old id leaves the new one known", async () => {
  const { library } = libraryOf({ a: "old" });
  const desk = createFileDesk(library, silent);
  const prepared = async () => (await desk.prepare(photo("a"))) as Prepared;
  const [one, other] = [await prepared(), await prepared()];
  const wrong = refusal("Wrong file identifier/HTTP URL specified");
  expect(await desk.settle(one, wrong, "")).toBe(true);
  const body = JSON.stringify({ ok: true, result: { photo: [{ file_id: "new" }] } });
  await desk.settle(await prepared(), { kind: "accepted", messageId: 1 } as CallResult, body);
  expect(await desk.settle(other, wrong, "")).toBe(true);
  expect((await prepared()).used).toMatchObject([{ fileId: "new" }]);
});

test("a single file that is refused is not offered again", async () => {
  const { offer } = deskOf();
  await offer(photo("a"), refusal("PHOTO_INVALID_DIMENSIONS"));
  expect(await offer(photo("a"), lost)).toBeNull();
});

test("a database that is away puts a message off; a file that cannot be read fails it with a reason, and the next one is tried", async () => {
  const { library } = libraryOf();
  const failures: unknown[] = [
    Object.assign(new Error("terminating connection"), { code: "57P01" }),
    Object.assign(new Error("invalid page in block 7"), { code: "XX001" }),
  ];
  const read: MediaLibrary["read"] = async (...file) => {
    if (failures.length > 0) throw failures.shift();
    return library.read(...file);
  };
  const desk = createFileDesk({ ...library, read }, silent);
  expect(await desk.prepare(photo("a"))).toMatchObject({ kind: "not_yet" });
  const unreadable = { kind: "refused", status: 400, description: "the file could not be read" };
  expect(await desk.prepare(photo("a"))).toMatchObject(unreadable);
  expect(isReady(await desk.prepare(photo("a")))).toBe(true);
});
