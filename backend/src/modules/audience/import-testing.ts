/** What tests of imports stand on: a workspace, files sent as the app sends them, and the job run by hand. */
import { type ActionContext, systemActor } from "@backend/kit/context.ts";
import { createLogger } from "@backend/kit/log.ts";
import { beginUpload, finishUpload, putUploadPart, uploadPartBytes } from "@backend/kit/uploads.ts";
import { personIdsOf } from "@backend/modules/identity/index.ts";
import { registerChat } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import { persons } from "@db/schema/identity.ts";
import { type Contact, recordSubscriber } from "./actions/record-subscriber.ts";
import type { ImportContract } from "./import-contracts.ts";

const log = createLogger("silent");

export const jobContext = (db: Db, workspaceId: string, now = new Date()): ActionContext => ({
  db,
  actor: systemActor(workspaceId),
  now,
  log,
  ports: {},
  requestId: "test",
});

/** Stores a whole file of purpose "import". */
export async function storeFile(
  db: Db,
  workspaceId: string,
  content: string | Uint8Array,
  name = "people.csv",
): Promise<string> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const now = new Date();
  const { id } = await beginUpload(db, {
    workspaceId,
    purpose: "import",
    name,
    size: bytes.length,
    createdBy: null,
    now,
  });
  for (let number = 0; number * uploadPartBytes < bytes.length; number++) {
    const part = bytes.subarray(number * uploadPartBytes, (number + 1) * uploadPartBytes);
    await putUploadPart(db, { workspaceId, uploadId: id, number, bytes: part, now });
  }
  await finishUpload(db, workspaceId, id, now);
  return id;
}

export interface Answer<T> {
  status: number;
  body: T & { error?: { code: string; message: string; params: Record<string, unknown> } };
}

/** The product, as far as it is called. */
interface Answering {
  server: { handle(request: Request): Response | Promise<Response> };
}

/** Calls below /api/v1/audience as somebody. */
export const caller =
  (product: Answering, headers: Record<string, string>) =>
  async <T = ImportContract>(method: string, path: string, body?: object): Promise<Answer<T>> => {
    const response = await product.server.handle(
      new Request(`http://localhost/api/v1/audience${path}`, {
        method,
        headers: { ...headers, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
    const value: unknown = isJson ? await response.json() : { bytes: new Uint8Array(await response.arrayBuffer()) };
    return { status: response.status, body: value as Answer<T>["body"] };
  };

/** Somebody comes to a bot, as its edge records him; in the transaction that `tx` is. */
export async function come(
  tx: Db,
  { workspaceId, botId }: { workspaceId: string; botId: string },
  {
    telegramId,
    contact = { kind: "start", source: null },
    now = new Date(),
  }: { telegramId: number; contact?: Contact; now?: Date },
): Promise<{ personId: string; chatId: string }> {
  const known = (await personIdsOf(tx, workspaceId, [telegramId])).get(telegramId);
  const [made] = known
    ? [{ id: known }]
    : await tx.insert(persons).values({ workspaceId, telegramId, firstName: "Came" }).returning({ id: persons.id });
  const own = { workspaceId, botId, personId: made?.id ?? "" };
  const chat = await registerChat(tx, { ...own, telegramChatId: telegramId, kind: "private", title: "Came" });
  const user = { telegramId, firstName: "Came", lastName: null, username: null, languageCode: "en" };
  await recordSubscriber({ db: tx, now }, { ...own, chatId: chat.id, user, contact });
  return { personId: own.personId, chatId: chat.id };
}
