/** Whose a connection is, and who is shown it and what came through it. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { AppError } from "@backend/kit/errors.ts";
import { permissionsOf, type RoleName } from "@backend/modules/identity/index.ts";
import { listInbox } from "@backend/modules/operations/actions/list-inbox.ts";
import { readInboxEvent } from "@backend/modules/operations/actions/read-inbox-event.ts";
import { replayCalls } from "@backend/modules/operations/actions/replay-calls.ts";
import { hiddenFromCaller, todaySummary } from "@backend/modules/reports/actions/read-today.ts";
import { members, persons } from "@db/schema/identity.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import type { sharableRoles } from "../domain/visibility.ts";
import type { ConversionsPorts } from "../ports.ts";
import { hiddenConnectionIds } from "../queries.ts";
import { createTestWorkspace, type TestWorkspace } from "../testing.ts";
import { changeConnection } from "./change-connection.ts";
import { changeOwner } from "./change-owner.ts";
import { changeTarget } from "./change-target.ts";
import { createConnection } from "./create-connection.ts";
import { deleteConnection } from "./delete-connection.ts";
import { findConnection, listConnections } from "./list-connections.ts";
import { findConversion, listConversions } from "./list-conversions.ts";
import { pauseConnection, resumeConnection } from "./pause-connection.ts";
import { previewReadings } from "./preview-readings.ts";
import { revealAddress } from "./reveal-address.ts";
import { rotateSecret } from "./rotate-secret.ts";
import { sendTest } from "./send-test.ts";

let database: TestDatabase;
let space: TestWorkspace;
beforeAll(async () => {
  database = await createTestDatabase();
  space = await createTestWorkspace(database.db, telegramMarkup);
});
afterAll(() => database.drop());

type Context = ActionContext<ConversionsPorts>;
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

/** A new member with this role, as who asks. */
async function join(role: RoleName, at = space): Promise<Context & { personId: string }> {
  const { workspaceId } = at;
  const [person] = await database.db
    .insert(persons)
    .values({ workspaceId, telegramId: Math.floor(Math.random() * 2 ** 40), firstName: role })
    .returning();
  const personId = person?.id ?? "";
  const [member] = await database.db.insert(members).values({ workspaceId, personId, role }).returning();
  const actor = {
    ...at.actor,
    kind: "person" as const,
    personId,
    member: { memberId: member?.id ?? "", role },
    permissions: permissionsOf(role),
  } as Context["actor"];
  return { ...at.context(), actor, personId };
}

const make = async (ctx: Context, sharedWith: (typeof sharableRoles)[number][] | null = null) =>
  (
    await createConnection(ctx, {
      name: `Tracker ${crypto.randomUUID()}`,
      kind: "generic",
      chatId: space.chatId,
      sharedWith,
    })
  ).connection.id;
const sees = async (ctx: Context, connectionId: string) => {
  const one = await codeOf(findConnection(ctx, { connectionId }));
  const listed = (await listConnections(ctx, { limit: 200 })).items.some(({ id }) => id === connectionId);
  expect(one === "done").toBe(listed);
  return listed;
};

describe("a connection is seen", () => {
  test("by every role that reads connections, unless it is shared with some", async () => {
    const owner = await join("owner");
    const connectionId = await make(owner);
    for (const role of ["owner", "admin", "manager", "media_buyer"] as const)
      expect([role, await sees(await join(role), connectionId)]).toEqual([role, true]);
  });

  test("by the roles it is shared with, its owner, and owners and admins of the workspace", async () => {
    const buyer = await join("media_buyer");
    const connectionId = await make(buyer, ["manager"]);
    const seen: Record<string, boolean> = {};
    for (const role of ["owner", "admin", "manager", "media_buyer"] as const)
      seen[role] = await sees(await join(role), connectionId);
    expect(seen).toEqual({ owner: true, admin: true, manager: true, media_buyer: false });
    expect(await sees(buyer, connectionId)).toBe(true);
    expect(await sees(await join("manager"), await make(buyer, []))).toBe(false);
    expect(await sees(buyer, await make(buyer, []))).toBe(true);
  });

  test("no longer, at the next look, by a role that it was taken from", async () => {
    const owner = await join("owner");
    const buyer = await join("media_buyer");
    const connectionId = await make(owner, ["media_buyer"]);
    expect(await sees(buyer, connectionId)).toBe(true);
    await changeConnection(owner, { connectionId, sharedWith: ["manager"] });
    expect(await sees(buyer, connectionId)).toBe(false);
    await changeConnection(owner, { connectionId, sharedWith: null });
    expect(await sees(buyer, connectionId)).toBe(true);
  });
});

describe("what came through a connection", () => {
  test("is shown to whoever is shown the connection: lists, searches, one by its id", async () => {
    const owner = await join("owner");
    const connectionId = await make(owner, ["manager"]);
    await space.receive(connectionId, "subid=hidden-1&tid=t1&status=lead", "subid=hidden-1&tid=t1&status=sale");
    await space.readInbox();
    const idsFor = async (ctx: Context, filter: Parameters<typeof listConversions>[1] = {}) =>
      (await listConversions(ctx, { connectionId, ...filter })).items.map(({ id }) => id);
    const [id = ""] = await idsFor(owner);
    expect(await idsFor(owner)).toHaveLength(2);
    expect(await idsFor(await join("manager"), { search: "hidden-1" })).toHaveLength(2);
    for (const role of ["media_buyer", "finance"] as const) {
      const other = await join(role);
      expect(await idsFor(other)).toEqual([]);
      expect((await listConversions(other, { search: "hidden-1" })).items).toEqual([]);
      expect(await codeOf(findConversion(other, { conversionId: id }))).toBe("conversions.conversion_not_found");
    }
    expect((await findConversion(owner, { conversionId: id })).sameClick).toHaveLength(1);
    // Deleting takes the address, and shows nobody what he was not shown before.
    await deleteConnection(owner, { connectionId });
    expect(await idsFor(await join("media_buyer"))).toEqual([]);
    expect(await idsFor(owner)).toHaveLength(2);
  });

  test("of a shared connection is seen by roles that see conversions and no connections", async () => {
    const connectionId = await make(await join("owner"));
    await space.receive(connectionId, "subid=open-1&status=sale");
    await space.readInbox();
    expect((await listConversions(await join("finance"), { connectionId })).items).toHaveLength(1);
  });

  test("is in the inbox, and on the first screen, of nobody else either", async () => {
    const owner = await join("owner");
    const connectionId = await make(owner, ["manager"]);
    await space.receive(connectionId, "subid=raw-1&status=sale");
    const callsFor = async (ctx: Context) =>
      (await listInbox(ctx, { connectionId, limit: 10 })).items.map(({ id }) => id);
    const today = async (ctx: Context) =>
      todaySummary({ ...ctx, now: new Date() }, { hidden: await hiddenFromCaller(ctx, {}) });
    const named = async (ctx: Context) => (await today(ctx)).connections.some(({ id }) => id === connectionId);
    const [eventId = ""] = await callsFor(owner);
    const buyer = await join("media_buyer");
    expect([await callsFor(await join("manager")), await callsFor(buyer)]).toEqual([[eventId], []]);
    expect(await codeOf(readInboxEvent(owner, { eventId }))).toBe("done");
    expect(await codeOf(readInboxEvent(buyer, { eventId }))).toBe("operations.event_not_found");
    expect(await replayCalls(buyer, { ids: [eventId] })).toEqual({ stored: 0, missing: [eventId], replay: null });
    expect([await named(owner), await named(buyer)]).toEqual([true, false]);
    const before = [await today(owner), await today(buyer)].map(({ conversions }) => conversions.today);
    await space.readInbox();
    const after = [await today(owner), await today(buyer)].map(({ conversions }) => conversions.today);
    expect(after.map((count, at) => count - (before[at] ?? 0))).toEqual([1, 0]);
    expect((await listInbox(buyer, { q: "raw-1", limit: 10 })).items).toEqual([]);
  });

  test("of what is hidden, ids are named to those from whom they are hidden; to others nothing is", async () => {
    const owner = await join("owner");
    const hidden = await make(owner, ["manager"]);
    const open = await make(owner);
    const nobodys = await make(owner, ["manager"]);
    await database.sql`update tracker_connections set created_by = null where id = ${nobodys}`;
    const ids = await hiddenConnectionIds(database.db, (await join("media_buyer")).actor);
    expect([ids.includes(hidden), ids.includes(nobodys), ids.includes(open)]).toEqual([true, true, false]);
    expect(await sees(await join("media_buyer"), nobodys)).toBe(false);
    expect(await hiddenConnectionIds(database.db, owner.actor)).toEqual([]);
  });
});

const changes = {
  changeConnection: (ctx: Context, connectionId: string) =>
    changeConnection(ctx, { connectionId, defaultCurrency: "EUR" }),
  changeTarget: (ctx: Context, connectionId: string) => changeTarget(ctx, { connectionId, chatId: space.chatId }),
  pause: (ctx: Context, connectionId: string) => pauseConnection(ctx, { connectionId }),
  resume: (ctx: Context, connectionId: string) => resumeConnection(ctx, { connectionId }),
  revealAddress: (ctx: Context, connectionId: string) => revealAddress(ctx, { connectionId }),
  rotateSecret: (ctx: Context, connectionId: string) => rotateSecret(ctx, { connectionId }),
  sendTest: (ctx: Context, connectionId: string) => sendTest(ctx, { connectionId }),
  previewReadings: (ctx: Context, connectionId: string) => previewReadings(ctx, { connectionId }),
  delete: (ctx: Context, connectionId: string) => deleteConnection(ctx, { connectionId }),
};

describe("a media buyer", () => {
  test.each(Object.entries(changes))(
    "may %s his own; of others he is refused, and of hidden ones told nothing",
    async (_, act) => {
      const buyer = await join("media_buyer");
      const manager = await join("manager");
      const [mine, theirs, hidden] = [await make(buyer), await make(manager), await make(manager, ["manager"])];
      expect(await codeOf(act(buyer, mine))).toBe("done");
      expect(await codeOf(act(buyer, theirs))).toBe("conversions.not_yours");
      expect(await codeOf(act(buyer, hidden))).toBe("conversions.connection_not_found");
      expect(await codeOf(act(manager, theirs))).toBe("done");
    },
  );

  test("is told on the connection what he may do, and whose it is", async () => {
    const buyer = await join("media_buyer");
    const other = await join("media_buyer");
    const connectionId = await make(buyer);
    expect(await findConnection(buyer, { connectionId })).toMatchObject({
      isMine: true,
      mayManage: true,
      owner: { id: buyer.personId, name: "media_buyer" },
    });
    expect(await findConnection(other, { connectionId })).toMatchObject({ isMine: false, mayManage: false });
    expect(await findConnection(await join("manager"), { connectionId })).toMatchObject({
      isMine: false,
      mayManage: true,
    });
  });
});

describe("handing over", () => {
  test("gives a connection to another member, who then manages it; the one before does not", async () => {
    const [manager, leaving, taking] = [await join("manager"), await join("media_buyer"), await join("media_buyer")];
    const connectionId = await make(leaving, ["manager"]);
    expect(await codeOf(changeOwner(manager, { connectionId, personId: crypto.randomUUID() }))).toBe(
      "conversions.owner_not_member",
    );
    const stranger = await createTestWorkspace(database.db, telegramMarkup);
    const outsider = await join("media_buyer", stranger);
    expect(await codeOf(changeOwner(manager, { connectionId, personId: outsider.personId }))).toBe(
      "conversions.owner_not_member",
    );
    expect((await changeOwner(manager, { connectionId, personId: taking.personId })).owner?.id).toBe(taking.personId);
    expect([await sees(leaving, connectionId), await sees(taking, connectionId)]).toEqual([false, true]);
    expect(await codeOf(pauseConnection(taking, { connectionId }))).toBe("done");
  });
});
