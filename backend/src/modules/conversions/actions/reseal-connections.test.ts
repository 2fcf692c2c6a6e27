import { afterAll, beforeAll, expect, test } from "bun:test";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { createVault } from "@backend/kit/crypto.ts";
import { createLogger } from "@backend/kit/log.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { connectionBySecret } from "../secret-lookup.ts";
import { createTestWorkspace } from "../testing.ts";
import { setSigning } from "./change-signing.ts";
import { createConnection } from "./create-connection.ts";
import { resealConnections } from "./reseal-connections.ts";
import { revealAddress } from "./reveal-address.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const oldKey = "an old secrets key of more than thirty-two characters";
const newKey = "a new secrets key of more than thirty-two characters";

test("after resealing, the old key can leave and every address and signing key still works", async () => {
  const space = await createTestWorkspace(database.db, telegramMarkup);
  const under = (keys: string) => ({ ...space.context(), ports: { ...space.ports, vault: createVault(keys) } });
  const { connection, address } = await createConnection(under(oldKey), { name: "Main", kind: "keitaro" });
  const secret = /\/in\/([^?]+)/.exec(address.url)?.[1] ?? "";
  const how = { in: "header", name: "x-signature", timestampName: null, windowSec: 0 } as const;
  const { key } = await setSigning(under(oldKey), { connectionId: connection.id, ...how });
  const both = under(`${newKey},${oldKey}`);
  const log = createLogger("silent");

  expect(await resealConnections({ ...both, log })).toBe(2);
  expect(await resealConnections({ ...both, log })).toBe(0);
  expect(await connectionBySecret(database.db, createVault(newKey))(secret)).toMatchObject({
    connectionId: connection.id,
    signing: { how, keys: { key } },
  });
  expect((await revealAddress(under(newKey), { connectionId: connection.id })).url).toBe(address.url);
  await expect(revealAddress(under(oldKey), { connectionId: connection.id })).rejects.toMatchObject({
    kind: "conflict",
    code: "conversions.secret_unreadable",
  });
});
