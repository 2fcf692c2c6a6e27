import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { auditEntries, invitations, members, persons } from "@db/schema/identity.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { and, desc, eq } from "drizzle-orm";
import { createFirstWorkspace } from "./actions/create-first-workspace.ts";
import type { PersonIdentity } from "./ports.ts";
import { identityRoutes } from "./routes.ts";
import {
  createTestServer,
  makePerson,
  makeWorkspace,
  nextTelegramId,
  signedHeaders,
  silentLog,
  type TestPerson,
  type TestServer,
  type TestWorkspace,
  testPorts,
} from "./testing.ts";

let database: TestDatabase;
let server: TestServer;
let at: TestWorkspace;
let elsewhere: TestWorkspace;
let owner: TestPerson;
let admin: TestPerson;
let stranger: TestPerson;
let now = new Date();
const erased: PersonIdentity[] = [];
const openWorkspaces = { sandbox: false, openWorkspaces: false };

beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 10 });
  const ports = testPorts({
    installation: openWorkspaces,
    personData: [
      {
        room: "notes",
        exportPerson: (_, { personId }) => Promise.resolve([`about ${personId}`]),
        erasePerson: (_, person) => Promise.resolve(void erased.push(person)),
      },
    ],
  });
  server = createTestServer(database.db, [identityRoutes], ports, { clock: () => now });
});
afterAll(() => database.drop());
beforeEach(async () => {
  now = new Date();
  at = await makeWorkspace(database.db);
  elsewhere = await makeWorkspace(database.db);
  owner = await makePerson(database.db, at, { role: "owner", firstName: "Olha" });
  admin = await makePerson(database.db, at, { role: "admin" });
  stranger = await makePerson(database.db, elsewhere, { role: "owner" });
});

const as = (person: TestPerson, method: string, path: string, body?: unknown) =>
  server.call(method, path, { headers: person.headers, body });
const codeOf = ({ status, body }: { status: number; body: { error?: { code: string } } }) =>
  `${status} ${body.error?.code ?? ""}`.trim();
const audited = async (action: string, workspaceId = at.workspaceId) =>
  database.db
    .select()
    .from(auditEntries)
    .where(and(eq(auditEntries.workspaceId, workspaceId), eq(auditEntries.action, action)))
    .orderBy(desc(auditEntries.id));
const rolesOf = async () =>
  (await database.db.select().from(members).where(eq(members.workspaceId, at.workspaceId))).map(({ role }) => role);

describe("me", () => {
  test("says who I am, what I may do, and through which bot", async () => {
    const { body } = await as(admin, "GET", "/me");
    expect(body).toMatchObject({
      member: { id: admin.memberId, role: "admin" },
      bot: { id: at.botId, username: at.botUsername },
      workspace: { id: at.workspaceId, name: "Acme" },
      locale: "en",
      timeZone: "UTC",
      sandbox: false,
      canCreateWorkspace: false,
      grantableRoles: ["admin", "manager", "media_buyer", "finance", "support"],
    });
    expect(body.workspaces).toEqual([
      {
        id: at.workspaceId,
        name: "Acme",
        role: "admin",
        isCurrent: true,
        bot: { id: at.botId, username: at.botUsername },
      },
    ]);
  });

  test("language and zone are chosen, kept, and given back to Telegram and the workspace by null", async () => {
    const chosen = await as(admin, "PATCH", "/me", { locale: "ru", timeZone: "Europe/Kyiv" });
    expect(chosen.body).toMatchObject({ locale: "ru", timeZone: "Europe/Kyiv" });
    await as(admin, "PATCH", "/me", {});
    expect((await as(admin, "GET", "/me")).body).toMatchObject({ locale: "ru", timeZone: "Europe/Kyiv" });
    const back = await as(admin, "PATCH", "/me", { locale: null, timeZone: null });
    expect(back.body).toMatchObject({ locale: "en", timeZone: "UTC", person: { chosenLocale: null } });
    for (const timeZone of ["Mars/Base", "+03:00", "../etc", ""])
      expect((await as(admin, "PATCH", "/me", { timeZone })).status).toBe(422);
  });

  test("fields that are nobody's to set are left alone", async () => {
    await as(admin, "PATCH", "/me", {
      locale: "uk",
      role: "owner",
      blockedAt: null,
      workspaceId: elsewhere.workspaceId,
      telegramId: 1,
      id: crypto.randomUUID(),
    });
    const [row] = await database.db.select().from(persons).where(eq(persons.id, admin.personId));
    expect(row).toMatchObject({ workspaceId: at.workspaceId, telegramId: admin.telegramId, locale: "uk" });
    expect((await as(admin, "GET", "/me")).body.member.role).toBe("admin");
  });
});

describe("the workspace", () => {
  test("is renamed with a trace of what changed and nothing else", async () => {
    const { body } = await as(owner, "PATCH", "/workspace", { name: "  New\u202E name ", locale: "en" });
    expect(body.name).toBe("New name");
    const [entry] = await audited("workspace.changed");
    expect(entry).toMatchObject({ before: { name: "Acme" }, after: { name: "New name" }, actorId: owner.personId });
    expect(codeOf(await as(owner, "PATCH", "/workspace", { name: "\u202E \n" }))).toBe("422 identity.name_invalid");
    expect(codeOf(await as(owner, "PATCH", "/workspace", { timeZone: "Nowhere" }))).toBe(
      "422 identity.time_zone_unknown",
    );
  });

  test("the first one is made once, also by two processes that start at once", async () => {
    const [first, second] = [nextTelegramId(), nextTelegramId()];
    const make = (adminTelegramIds: number[]) =>
      createFirstWorkspace({ db: database.db, log: silentLog }, { name: "First", adminTelegramIds });
    const ids = await Promise.all([make([first, second]), make([first, second]), make([first, second])]);
    expect(new Set(ids).size).toBe(1);
    const team = async () =>
      new Map(
        (
          await database.db
            .select({ telegramId: persons.telegramId, role: members.role })
            .from(members)
            .innerJoin(persons, eq(persons.id, members.personId))
            .where(eq(members.workspaceId, ids[0] ?? ""))
        ).map(({ telegramId, role }) => [telegramId, role]),
      );
    expect(await team()).toEqual(
      new Map([
        [first, "owner"],
        [second, "admin"],
      ]),
    );
    const third = nextTelegramId();
    await make([third, first]);
    expect(await team()).toEqual(
      new Map([
        [first, "owner"],
        [second, "admin"],
        [third, "admin"],
      ]),
    );
  });
});

describe("members", () => {
  test("nobody raises himself or touches a role above his own", async () => {
    for (const role of ["owner", "admin"] as const) {
      const path = `/members/${role === "owner" ? admin.memberId : owner.memberId}`;
      expect(codeOf(await as(admin, "PATCH", path, { role: "owner" }))).toBe("403 identity.role_above_yours");
    }
    expect(codeOf(await as(admin, "DELETE", `/members/${owner.memberId}`))).toBe("403 identity.role_above_yours");
    const manager = await makePerson(database.db, at, { role: "manager" });
    expect(codeOf(await as(manager, "PATCH", `/members/${manager.memberId}`, { role: "admin" }))).toBe(
      "403 common.forbidden",
    );
    expect((await rolesOf()).sort()).toEqual(["admin", "manager", "owner"]);
  });

  test("a member of another workspace is not found, in the same words as one who never was", async () => {
    const bodies = [];
    for (const id of [stranger.memberId, crypto.randomUUID()])
      for (const [method, body] of [["PATCH", { role: "support" }], ["DELETE"]] as const) {
        const answer = await as(owner, method, `/members/${id}`, body);
        expect(answer.status).toBe(404);
        bodies.push({ ...answer.body.error, requestId: "" });
      }
    for (const body of bodies) expect(body).toEqual(bodies[0]);
  });

  test("the last owner cannot be removed, demoted, blocked, nor leave", async () => {
    for (const answer of [
      await as(owner, "DELETE", `/members/${owner.memberId}`),
      await as(owner, "PATCH", `/members/${owner.memberId}`, { role: "admin" }),
      await as(owner, "POST", "/me/leave"),
    ])
      expect(codeOf(answer)).toBe("409 identity.last_owner");
    expect(codeOf(await as(owner, "POST", `/persons/${owner.personId}/block`, {}))).toBe("409 identity.not_yourself");
    expect(codeOf(await as(admin, "POST", `/persons/${owner.personId}/block`, {}))).toBe(
      "403 identity.role_above_yours",
    );
    expect(await rolesOf()).toContain("owner");
  });

  test("one owner remains when two owners take the role from each other at once", async () => {
    for (let round = 0; round < 5; round++) {
      const here = await makeWorkspace(database.db);
      const [a, b] = [
        await makePerson(database.db, here, { role: "owner" }),
        await makePerson(database.db, here, { role: "owner" }),
      ];
      const answers = await Promise.all([
        as(a, "DELETE", `/members/${b.memberId}`),
        as(b, "DELETE", `/members/${a.memberId}`),
        as(a, "POST", "/me/leave"),
        as(b, "PATCH", `/members/${b.memberId}`, { role: "support" }),
        as(a, "POST", `/persons/${b.personId}/block`, {}),
      ]);
      expect(answers.some(({ status }) => status === 200)).toBe(true);
      const left = await database.db
        .select()
        .from(members)
        .innerJoin(persons, eq(persons.id, members.personId))
        .where(and(eq(members.workspaceId, here.workspaceId), eq(members.role, "owner")));
      expect(left.filter((row) => row.persons.blockedAt === null)).toHaveLength(1);
    }
  });

  test("the list shows each member once with what the caller may do to him", async () => {
    const { body } = await as(admin, "GET", "/members");
    expect(
      body.items.map((m: { role: string; isYou: boolean; canManage: boolean }) => [m.role, m.isYou, m.canManage]),
    ).toEqual([
      ["owner", false, false],
      ["admin", true, true],
    ]);
    expect(body.items[0].person.name).toBe("Olha");
  });
});

describe("invitations", () => {
  const invite = async (over: object = {}, by = owner) => {
    const { status, body } = await as(by, "POST", "/invitations", { role: "manager", ...over });
    expect(status).toBe(200);
    return {
      id: body.invitation.id as string,
      token: (body.links.app as string).split("startapp=inv_")[1] ?? "",
      body,
    };
  };
  const accept = (person: TestPerson, token: string) => as(person, "POST", "/invitations/accept", { token });

  test("are links of the workspace's bot; the token is in no row, list or trace", async () => {
    const { token, body } = await invite({ note: "for Bohdan" });
    expect(body.links).toEqual({
      app: `https://t.me/${at.botUsername}?startapp=inv_${token}`,
      chat: `https://t.me/${at.botUsername}?start=inv_${token}`,
    });
    expect(`inv_${token}`.length).toBeLessThanOrEqual(64);
    const kept = JSON.stringify(
      [
        await database.db.select().from(invitations).where(eq(invitations.workspaceId, at.workspaceId)),
        await audited("invitation.created"),
        (await as(owner, "GET", "/invitations")).body,
      ],
      (_, value: unknown) => (typeof value === "bigint" ? String(value) : value),
    );
    expect(kept).not.toContain(token);
  });

  test("make a member once; a second person, and the same again, are refused", async () => {
    const { token } = await invite();
    const [first, second] = [await makePerson(database.db, at), await makePerson(database.db, at)];
    expect((await as(first, "POST", "/invitations/preview", { token })).body).toMatchObject({
      workspaceName: "Acme",
      role: "manager",
      invitedBy: "Olha",
    });
    expect((await accept(first, token)).body).toEqual({ workspaceName: "Acme", role: "manager" });
    expect((await as(first, "GET", "/me")).body.member.role).toBe("manager");
    expect(codeOf(await accept(first, token))).toBe("409 identity.invitation_used");
    expect(codeOf(await accept(second, token))).toBe("409 identity.invitation_used");
    expect(await audited("member.joined")).toHaveLength(1);
  });

  test("opened by ten people at once make one member", async () => {
    const { token } = await invite();
    const people = await Promise.all(Array.from({ length: 10 }, () => makePerson(database.db, at)));
    const answers = await Promise.all(people.map((person) => accept(person, token)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await rolesOf()).filter((role) => role === "manager")).toHaveLength(1);
  });

  test("bound to somebody else, of another workspace, revoked, unknown: not found, in the same words", async () => {
    const person = await makePerson(database.db, at);
    const bound = await invite({ forTelegramId: nextTelegramId() });
    const revoked = await invite();
    expect((await as(owner, "DELETE", `/invitations/${revoked.id}`)).status).toBe(200);
    const foreign = (await as(stranger, "POST", "/invitations", { role: "owner" })).body.links.app.split("inv_")[1];
    const bodies = [];
    for (const token of [bound.token, revoked.token, foreign, "x".repeat(32), "short", "'; --"])
      for (const path of ["/invitations/accept", "/invitations/preview"]) {
        const answer = await as(person, "POST", path, { token });
        expect(codeOf(answer)).toBe("404 identity.invitation_not_found");
        bodies.push({ ...answer.body.error, requestId: "" });
      }
    for (const body of bodies) expect(body).toEqual(bodies[0]);
    expect((await as(person, "GET", "/me")).body.member).toBeNull();
  });

  test("bound to me are mine", async () => {
    const person = await makePerson(database.db, at);
    const { token } = await invite({ forTelegramId: person.telegramId, role: "finance" });
    expect((await accept(person, token)).body.role).toBe("finance");
  });

  test("end with their time", async () => {
    const { token } = await invite({ expiresInHours: 1 });
    const person = await makePerson(database.db, at);
    now = new Date(Date.now() + 3_600_000 + 1_000);
    expect(codeOf(await accept(person, token))).toBe("409 identity.invitation_expired");
  });

  test("give no role above the inviter's, neither when made nor when used", async () => {
    expect(codeOf(await as(admin, "POST", "/invitations", { role: "owner" }))).toBe("403 identity.role_above_yours");
    expect((await as(admin, "POST", "/invitations", {})).status).toBe(422);
    const { token } = await invite({ role: "admin" }, admin);
    await database.db.update(members).set({ role: "manager" }).where(eq(members.personId, admin.personId));
    const person = await makePerson(database.db, at);
    expect(codeOf(await accept(person, token))).toBe("404 identity.invitation_not_found");
  });

  test("do not change the role of somebody who is in the team already, and are not used up by the try", async () => {
    const { token } = await invite({ role: "owner" });
    expect(codeOf(await accept(admin, token))).toBe("409 identity.already_member");
    const person = await makePerson(database.db, at);
    expect((await accept(person, token)).status).toBe(200);
  });

  test("of a stranger cannot be revoked", async () => {
    const { id } = await invite();
    expect(codeOf(await as(stranger, "DELETE", `/invitations/${id}`))).toBe("404 identity.invitation_not_found");
  });
});

describe("API keys", () => {
  test("are shown once, work at once, and end at once when revoked", async () => {
    const made = await as(owner, "POST", "/api-keys", { name: "Site", scopes: ["persons.read", "stats"] });
    const key = made.body.key as string;
    const headers = { authorization: `Bearer ${key}` };
    expect(made.body.apiKey).toMatchObject({
      name: "Site",
      prefix: key.slice(0, 10),
      scopes: ["persons.read", "stats"],
    });
    expect((await server.call("GET", "/persons", { headers })).status).toBe(200);
    const list = await as(owner, "GET", "/api-keys");
    expect(JSON.stringify(list.body)).not.toContain(key);
    expect(list.body.items[0].lastUsedAt).not.toBeNull();
    expect(list.body.items[0].createdBy.name).toBe("Olha");
    expect((await as(owner, "DELETE", `/api-keys/${made.body.apiKey.id}`)).status).toBe(200);
    expect((await server.call("GET", "/persons", { headers })).status).toBe(401);
    expect(await audited("api_key.revoked")).toHaveLength(1);
  });

  test("have no right that is for people, none their maker lacks, none that does not exist", async () => {
    const ask = (scopes: unknown, by = owner) => as(by, "POST", "/api-keys", { name: "x", scopes });
    expect(codeOf(await ask(["members.manage"]))).toBe("422 identity.scope_for_people");
    expect(codeOf(await ask(["api_keys.manage"]))).toBe("422 identity.scope_for_people");
    for (const scopes of [[], ["*"], ["root"], ["stats", "stats"], "stats"])
      expect((await ask(scopes)).status).toBe(422);
    const manager = await makePerson(database.db, at, { role: "manager" });
    expect((await ask(["persons.read"], manager)).status).toBe(403);
  });

  test("of another workspace are not found", async () => {
    const { body } = await as(owner, "POST", "/api-keys", { name: "x", scopes: ["stats"] });
    expect(codeOf(await as(stranger, "DELETE", `/api-keys/${body.apiKey.id}`))).toBe("404 identity.api_key_not_found");
  });
});

describe("the audit log", () => {
  test("pages newest first, filters, and shows nobody another workspace's entries", async () => {
    for (let n = 0; n < 5; n++) await as(owner, "PATCH", "/workspace", { name: `Name ${n}` });
    await as(owner, "POST", "/invitations", { role: "support" });
    await as(stranger, "PATCH", "/workspace", { name: "Elsewhere" });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { body: { items: { action: string }[]; nextCursor: string | null } } = await as(
        owner,
        "GET",
        `/audit?limit=2${cursor ? `&cursor=${cursor}` : ""}`,
      );
      seen.push(...page.body.items.map(({ action }) => action));
      cursor = page.body.nextCursor;
    } while (cursor);
    expect(seen).toEqual(["invitation.created", ...Array.from({ length: 5 }, () => "workspace.changed")]);
    const some = async (query: string) => (await as(owner, "GET", `/audit?${query}`)).body.items.length as number;
    expect(await some("action=invitation")).toBe(1);
    expect(await some("action=workspace.changed")).toBe(5);
    expect(await some("action=workspace.chang")).toBe(0);
    expect(await some(`actorId=${stranger.personId}`)).toBe(0);
    expect(await some("subjectKind=invitation")).toBe(1);
    expect(await some(`from=${new Date(Date.now() + 60_000).toISOString()}`)).toBe(0);
    const beyond = Buffer.from(JSON.stringify(["9999999999999999999"])).toString("base64url");
    for (const query of [
      `cursor=${beyond}`,
      "cursor=x",
      "limit=0",
      "limit=201",
      "limit=NaN",
      "actorId=1",
      "from=yesterday",
    ])
      expect((await as(owner, "GET", `/audit?${query}`)).status).toBe(422);
  });

  test("cannot be rewritten", async () => {
    await as(owner, "PATCH", "/workspace", { name: "Once" });
    const forge = database.db
      .update(auditEntries)
      .set({ action: "nothing" })
      .where(eq(auditEntries.workspaceId, at.workspaceId))
      .execute();
    await expect(forge).rejects.toThrow();
  });
});

describe("persons", () => {
  test("are searched by names, usernames and ids, with wildcards as characters like any other", async () => {
    const here = await makeWorkspace(database.db);
    const boss = await makePerson(database.db, here, { role: "owner", firstName: "Boss" });
    const called = async (firstName: string, more: { lastName?: string; username?: string } = {}) => {
      const person = await makePerson(database.db, here, { firstName });
      await database.db
        .update(persons)
        .set({ lastName: null, ...more })
        .where(eq(persons.id, person.personId));
      return person;
    };
    await called("100%_sure");
    const taras = await called("Тарас", { lastName: "ШЕВЧЕНКО", username: "Kobzar_UA" });
    await called("Тая", { username: "taya" });
    const abroad = await makePerson(database.db, elsewhere, { firstName: "Тарасик" });
    const found = async (search: string, more = "") =>
      (await as(boss, "GET", `/persons?search=${encodeURIComponent(search)}${more}`)).body.items.map(
        (p: { name: string }) => p.name,
      );
    for (const search of ["тарас", "шевченко ТАРАС", "Та ше", "@kobzar_ua", "kobzar", "ua", "@ko", "Тарас\0"])
      expect([search, await found(search)]).toEqual([search, ["Тарас ШЕВЧЕНКО"]]);
    expect(await found("Та")).toEqual(["Тая", "Тарас ШЕВЧЕНКО"]);
    // Words are looked for by their beginnings.
    for (const middle of ["ра", "арас", "bzar"]) expect(await found(middle)).toEqual([]);
    expect(await found("100%_s")).toEqual(["100%_sure"]);
    expect(await found("%_s")).toEqual([]);
    expect(await found("%%%%%%%%")).toEqual([]);
    expect(await found("\\\\\\")).toEqual([]);
    expect(await found(String(taras.telegramId))).toEqual(["Тарас ШЕВЧЕНКО"]);
    expect(await found(String(abroad.telegramId))).toEqual([]);
    expect(await found("Olha")).toEqual([]);
    await as(boss, "POST", `/persons/${taras.personId}/block`, { reason: "spam" });
    expect(await found("Та", "&blocked=true")).toEqual(["Тарас ШЕВЧЕНКО"]);
    expect(await found("Та", "&blocked=false")).toEqual(["Тая"]);
    await as(boss, "DELETE", `/persons/${taras.personId}`);
    for (const search of ["тарас", "kobzar"]) expect(await found(search)).toEqual([]);
  });

  test("that a search finds page like all the others", async () => {
    const here = await makeWorkspace(database.db);
    const boss = await makePerson(database.db, here, { role: "owner", firstName: "Boss" });
    const alike = await Promise.all(
      Array.from({ length: 5 }, () => makePerson(database.db, here, { firstName: "Оксана" })),
    );
    const seen: string[] = [];
    for (let cursor: string | null = null; ; ) {
      const { body } = await as(
        boss,
        "GET",
        `/persons?search=${encodeURIComponent("окса")}&limit=2${cursor ? `&cursor=${cursor}` : ""}`,
      );
      seen.push(...body.items.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor;
      if (cursor === null) break;
    }
    expect(seen.toSorted()).toEqual(alike.map(({ personId }) => personId).toSorted());
  });

  test("page by key without losing or doubling anybody; a foreign cursor finds nothing", async () => {
    const here = await makeWorkspace(database.db);
    const boss = await makePerson(database.db, here, { role: "owner" });
    const everyone = [boss, ...(await Promise.all(Array.from({ length: 6 }, () => makePerson(database.db, here))))];
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { body }: { body: { items: { id: string }[]; nextCursor: string | null } } = await as(
        boss,
        "GET",
        `/persons?limit=3${cursor ? `&cursor=${cursor}` : ""}`,
      );
      seen.push(...body.items.map(({ id }) => id));
      cursor = body.nextCursor;
    } while (cursor);
    expect(seen.sort()).toEqual(everyone.map(({ personId }) => personId).sort());
    const foreign = Buffer.from(JSON.stringify([owner.personId])).toString("base64url");
    expect((await as(boss, "GET", `/persons?cursor=${foreign}`)).body.items).toEqual([]);
  });

  test("blocked are refused from the next request on, until unblocked", async () => {
    const support = await makePerson(database.db, at, { role: "support" });
    const buyer = await makePerson(database.db, at);
    const { body } = await as(support, "POST", `/persons/${buyer.personId}/block`, { reason: "spam" });
    expect(body).toMatchObject({ blockedReason: "spam" });
    expect(codeOf(await as(buyer, "GET", "/me"))).toBe("403 auth.blocked");
    expect((await as(support, "GET", "/persons?blocked=true")).body.items).toHaveLength(1);
    await as(support, "POST", `/persons/${buyer.personId}/unblock`);
    expect((await as(buyer, "GET", "/me")).status).toBe(200);
    expect(await audited("person.blocked")).toHaveLength(1);
  });

  test("who are members are blocked only by those who could take their role away", async () => {
    const support = await makePerson(database.db, at, { role: "support" });
    for (const person of [owner, admin, support])
      expect((await as(support, "POST", `/persons/${person.personId}/block`, {})).status).toBeGreaterThanOrEqual(403);
    expect((await as(admin, "POST", `/persons/${support.personId}/block`, {})).status).toBe(200);
    expect(codeOf(await as(support, "GET", "/persons"))).toBe("403 auth.blocked");
  });

  test("get everything held about them in one file, and nothing of others", async () => {
    const buyer = await makePerson(database.db, at, { firstName: "Buyer" });
    const mine = await as(buyer, "GET", "/me/export");
    expect(mine.headers.get("content-disposition")).toContain("attachment");
    expect(mine.body.person).toMatchObject({ firstName: "Buyer", telegramId: buyer.telegramId });
    expect(mine.body.rooms.notes).toEqual([`about ${buyer.personId}`]);
    const theirs = await as(owner, "GET", `/persons/${buyer.personId}/export`);
    expect(theirs.body.person.id).toBe(buyer.personId);
    expect(JSON.stringify(theirs.body)).not.toContain("Olha");
    expect(await audited("person.exported")).toHaveLength(2);
  });

  test("are erased: personal columns empty, the row and its references stay, every room is asked", async () => {
    const buyer = await makePerson(database.db, at, { firstName: "Buyer" });
    await database.db
      .update(persons)
      .set({ username: "buyer", lastName: "B", email: "b@example.com", phone: "+380", locale: "uk", timeZone: "UTC" })
      .where(eq(persons.id, buyer.personId));
    const bound = await as(owner, "POST", "/invitations", {
      role: "support",
      forTelegramId: buyer.telegramId,
      note: "for Buyer",
    });
    expect((await as(owner, "DELETE", `/persons/${buyer.personId}`)).status).toBe(200);
    const [row] = await database.db.select().from(persons).where(eq(persons.id, buyer.personId));
    const { id, workspaceId, createdAt, updatedAt, erasedAt, searchText, ...personal } = row ?? ({} as never);
    expect(searchText.replace(/[ @]/g, "")).toBe("");
    expect(new Set(Object.values(personal))).toEqual(new Set([null]));
    expect(erasedAt).not.toBeNull();
    expect(erased.at(-1)).toEqual({ workspaceId: at.workspaceId, personId: id ?? "", telegramId: buyer.telegramId });
    const [invitation] = await database.db
      .select()
      .from(invitations)
      .where(eq(invitations.id, bound.body.invitation.id));
    expect(invitation).toMatchObject({ forTelegramId: null, note: null });
    // Unbound, but not open to everybody: it has ended.
    expect(invitation?.revokedAt).not.toBeNull();
    const again = await server.call("GET", "/me", { headers: signedHeaders(at, buyer.telegramId) });
    expect(again.body.person.id).not.toBe(buyer.personId);
  });

  test("erased while blocked stay blocked, and are forgotten whole when unblocked", async () => {
    const buyer = await makePerson(database.db, at, { isBlocked: true });
    await as(owner, "DELETE", `/persons/${buyer.personId}`);
    expect(codeOf(await as(buyer, "GET", "/me"))).toBe("403 auth.blocked");
    await as(owner, "POST", `/persons/${buyer.personId}/unblock`);
    const [row] = await database.db.select().from(persons).where(eq(persons.id, buyer.personId));
    expect(row?.telegramId).toBeNull();
  });

  test("who are members leave the team before they are erased", async () => {
    const support = await makePerson(database.db, at, { role: "support" });
    expect(codeOf(await as(owner, "DELETE", `/persons/${support.personId}`))).toBe("409 identity.still_member");
    expect(codeOf(await as(support, "DELETE", "/me"))).toBe("409 identity.still_member");
    await as(support, "POST", "/me/leave");
    expect((await as(support, "DELETE", "/me")).status).toBe(200);
  });

  test("of another workspace are not found by any route", async () => {
    const paths = [
      ["GET", ""],
      ["DELETE", ""],
      ["GET", "/export"],
      ["POST", "/block"],
      ["POST", "/unblock"],
    ] as const;
    for (const [method, suffix] of paths)
      for (const id of [stranger.personId, crypto.randomUUID()])
        expect(codeOf(await as(owner, method, `/persons/${id}${suffix}`, method === "POST" ? {} : undefined))).toBe(
          "404 identity.person_not_found",
        );
    const [row] = await database.db.select().from(persons).where(eq(persons.id, stranger.personId));
    expect(row).toMatchObject({ blockedAt: null, erasedAt: null });
  });
});
