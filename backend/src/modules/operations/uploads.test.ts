import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startTestProduct, type TestProduct } from "@backend/app/testing.ts";
import {
  deleteExpiredUploads,
  findUpload,
  keepUpload,
  readUpload,
  releaseUpload,
  unusedBytesAtMost,
  uploadPartBytes,
} from "@backend/kit/uploads.ts";
import { makeApiKey, makePerson, makeWorkspace, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { sql } from "drizzle-orm";
import type { UploadContract } from "./upload-contracts.ts";

let database: TestDatabase;
let product: TestProduct;

beforeAll(async () => {
  database = await createTestDatabase();
  product = await startTestProduct(database);
});
afterAll(async () => {
  await product.close();
  await database.drop();
});

interface Answer<T> {
  status: number;
  body: T & { error?: { code: string; message: string; params: Record<string, unknown> } };
}
type Caller = { headers: Record<string, string> };

async function call<T = UploadContract>(
  caller: Caller,
  method: string,
  path: string,
  body?: object | Uint8Array<ArrayBuffer>,
): Promise<Answer<T>> {
  const isBytes = body instanceof Uint8Array;
  const response = await product.server.handle(
    new Request(`http://localhost/api/v1/uploads${path}`, {
      method,
      headers: { ...caller.headers, "content-type": isBytes ? "application/octet-stream" : "application/json" },
      ...(body === undefined ? {} : { body: isBytes ? body : JSON.stringify(body) }),
    }),
  );
  return { status: response.status, body: (await response.json()) as Answer<T>["body"] };
}

const made = async () => {
  const at = await makeWorkspace(database.db, product.runtime.vault);
  return { at, owner: await makePerson(database.db, at, { role: "owner" }) };
};
const begin = (caller: Caller, size: number, purpose = "media", name = "picture.png") =>
  call(caller, "POST", "", { purpose, name, size });
const put = (caller: Caller, id: string, part: number, bytes: Uint8Array<ArrayBuffer>) =>
  call<{ part: number }>(caller, "PUT", `/${id}/parts/${part}`, bytes);
const noise = (length: number) => crypto.getRandomValues(new Uint8Array(Math.min(length, 65_536)));
const bytesOf = (length: number) => {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) bytes.set(noise(length - at), at);
  return bytes;
};
const stored = async ({ workspaceId }: TestWorkspace, id: string) =>
  Buffer.concat(await Array.fromAsync(readUpload(database.db, workspaceId, id)));

describe("a file in parts", () => {
  const file = bytesOf(2 * uploadPartBytes + 100);
  const part = (number: number) => file.slice(number * uploadPartBytes, (number + 1) * uploadPartBytes);

  test("comes in any order, may come twice, and is whole in the end, byte by byte", async () => {
    const { at, owner } = await made();
    const { body } = await begin(owner, file.length);
    expect(body).toMatchObject({ state: "receiving", partBytes: uploadPartBytes, parts: [], contentType: null });
    for (const number of [2, 0, 2]) expect((await put(owner, body.id, number, part(number))).status).toBe(200);
    expect((await call(owner, "GET", `/${body.id}`)).body.parts).toEqual([0, 2]);
    const early = await call(owner, "POST", `/${body.id}/finish`);
    expect([early.status, early.body.error?.code, early.body.error?.params.missing]).toEqual([
      409,
      "uploads.incomplete",
      1,
    ]);
    await put(owner, body.id, 1, part(1));
    for (let n = 0; n < 2; n++)
      expect((await call(owner, "POST", `/${body.id}/finish`)).body).toMatchObject({
        state: "ready",
        parts: [0, 1, 2],
      });
    expect((await stored(at, body.id)).equals(file)).toBe(true);
    const fromMiddle = await Array.fromAsync(readUpload(database.db, at.workspaceId, body.id, uploadPartBytes + 7));
    expect(Buffer.concat(fromMiddle).equals(file.subarray(uploadPartBytes + 7))).toBe(true);
    expect((await put(owner, body.id, 1, part(1))).body.error?.code).toBe("uploads.finished");
  });

  test("two senders of one part at once count it once", async () => {
    const { owner } = await made();
    const { id } = (await begin(owner, file.length)).body;
    await Promise.all([0, 0, 0, 1, 1, 2].map((number) => put(owner, id, number, part(number))));
    expect((await call(owner, "POST", `/${id}/finish`)).status).toBe(200);
  });

  test("has parts of exactly their length and no others", async () => {
    const { owner } = await made();
    const { id } = (await begin(owner, file.length)).body;
    for (const [number, length] of [
      [0, uploadPartBytes + 1],
      [0, uploadPartBytes - 1],
      [0, 0],
      [2, 101],
    ] as const) {
      const refused = await put(owner, id, number, new Uint8Array(length));
      expect([refused.status, refused.body.error?.code]).toEqual([422, "uploads.wrong_length"]);
    }
    expect((await put(owner, id, 3, part(0))).body.error?.code).toBe("uploads.no_such_part");
    expect((await put(owner, id, 9_999_999_999, part(0))).body.error?.code).toBe("uploads.no_such_part");
    expect((await call(owner, "PUT", `/${id}/parts/-1`, part(0))).status).toBe(422);
    expect((await call(owner, "GET", `/${id}`)).body.parts).toEqual([]);
  });
});

describe("what is refused before a byte is taken", () => {
  test("files above the limit of their purpose, with the limit in the sentence", async () => {
    const { owner } = await made();
    const film = await begin(owner, 50 * 1024 * 1024 + 1);
    expect([film.status, film.body.error?.message]).toEqual([413, "The file is too large: at most 50 MB."]);
    const table = await begin(owner, 300 * 1024 * 1024, "import", "people.csv");
    expect([table.status, table.body.error?.message]).toEqual([413, "The file is too large: at most 100 MB."]);
    expect((await begin(owner, 0)).status).toBe(422);
  });

  test("more than a workspace may keep unused, also when many begin at once; others are not concerned", async () => {
    const { owner } = await made();
    const each = 100 * 1024 * 1024;
    const answers = await Promise.all(Array.from({ length: 8 }, () => begin(owner, each, "import", "people.csv")));
    const taken = answers.filter(({ status }) => status === 200);
    expect(taken.length).toBe(Math.floor(unusedBytesAtMost / each));
    expect(answers.find(({ status }) => status !== 200)?.body.error?.code).toBe("uploads.no_room");
    expect((await begin((await made()).owner, each, "import", "people.csv")).status).toBe(200);
    await call(owner, "DELETE", `/${taken[0]?.body.id}`);
    expect((await begin(owner, each, "import", "people.csv")).status).toBe(200);
  });
});

describe("rights", () => {
  test("pictures are for whoever writes messages, tables of people for whoever manages people", async () => {
    const { at, owner } = await made();
    const buyer = await makePerson(database.db, at, { role: "media_buyer" });
    expect((await begin(buyer, 10)).status).toBe(200);
    expect((await begin(buyer, 10, "import", "people.csv")).status).toBe(403);
    const table = (await begin(owner, 10, "import", "people.csv")).body;
    await put(owner, table.id, 0, new Uint8Array(10));
    await call(owner, "POST", `/${table.id}/finish`);
    for (const [method, path] of [
      ["GET", `/${table.id}`],
      ["GET", `/${table.id}/content`],
      ["POST", `/${table.id}/finish`],
      ["DELETE", `/${table.id}`],
    ] as const)
      expect((await call(buyer, method, path)).status).toBe(403);
    const { vault } = product.runtime;
    const program = await makeApiKey(database.db, at, ["audience.manage"], vault);
    expect((await begin(program, 10, "import", "people.csv")).status).toBe(200);
    expect((await begin(program, 10)).body.error?.code).toBe("auth.scope_missing");
  });
});

describe("content", () => {
  const contentOf = async (name: string, bytes: Uint8Array<ArrayBuffer>) => {
    const { owner } = await made();
    const { id } = (await begin(owner, bytes.length, "media", name)).body;
    await put(owner, id, 0, bytes);
    const told = (await call(owner, "POST", `/${id}/finish`)).body;
    const answer = await product.server.handle(
      new Request(`http://localhost/api/v1/uploads/${id}/content`, { headers: owner.headers }),
    );
    return { told, answer, bytes: new Uint8Array(await answer.arrayBuffer()) };
  };
  const png = Uint8Array.from(
    Buffer.from("89504e470d0a1a0a0000000d4948445200000280000001e008060000000000000000", "hex"),
  );

  test("of a picture is shown, under a policy that lets it load and run nothing", async () => {
    const { told, answer, bytes } = await contentOf("so was it.php", png);
    expect(told).toMatchObject({ contentType: "image/png", sendAs: "photo", width: 640, height: 480, notPhoto: null });
    expect(answer.headers.get("content-type")).toBe("image/png");
    expect(answer.headers.get("content-disposition")).toStartWith("inline");
    expect(answer.headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(Buffer.from(bytes).equals(png)).toBe(true);
  });

  test("of a page or a drawing is saved and never shown, whatever its name and its bytes claim", async () => {
    for (const page of [
      "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
      "<html><script>alert(1)</script>",
    ]) {
      const { told, answer } = await contentOf("../../x\r\n\u202e“gnp.png", new TextEncoder().encode(page));
      expect(told).toMatchObject({ contentType: "application/octet-stream", sendAs: "document", name: "x“gnp.png" });
      expect(answer.headers.get("content-type")).toBe("application/octet-stream");
      expect(answer.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''x%E2%80%9Cgnp.png");
    }
  });
});

describe("a file that nothing uses", () => {
  test("is deleted after a day with its parts; one in use stays, and cannot be deleted by hand", async () => {
    const { at, owner } = await made();
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      const { id } = (await begin(owner, 5)).body;
      await put(owner, id, 0, bytesOf(5));
      await call(owner, "POST", `/${id}/finish`);
      ids.push(id);
    }
    const [unused = "", used = "", released = ""] = ids;
    const { db } = database;
    expect(await keepUpload(db, at.workspaceId, used, "media")).toBe(true);
    await keepUpload(db, at.workspaceId, released, "media");
    const now = new Date();
    await releaseUpload(db, at.workspaceId, released, now);
    expect((await call(owner, "DELETE", `/${used}`)).body.error?.code).toBe("uploads.in_use");
    const inHours = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
    await deleteExpiredUploads(db, inHours(23));
    expect(await findUpload(db, at.workspaceId, unused)).not.toBeNull();
    while ((await deleteExpiredUploads(db, inHours(25))) > 0);
    for (const [id, isThere] of [
      [unused, false],
      [used, true],
      [released, false],
    ] as const)
      expect((await findUpload(db, at.workspaceId, id)) !== null).toBe(isThere);
    const [left] = await db.execute<{ count: number }>(
      sql`select count(*)::int as count from upload_parts where upload_id in (${unused}, ${released})`,
    );
    expect(left?.count).toBe(0);
    const stranger = await made();
    expect(await keepUpload(db, stranger.at.workspaceId, used, "media")).toBe(false);
    expect(await findUpload(db, stranger.at.workspaceId, used)).toBeNull();
  });
});
