import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Actor } from "@backend/kit/context.ts";
import { AppError } from "@backend/kit/errors.ts";
import { httpKit, toErrorResponse } from "@backend/kit/http.ts";
import { createLiveHub, type LiveHub, notifyLive } from "@backend/kit/live.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { Elysia } from "elysia";
import { liveRoutes } from "./live-routes.ts";
import { testLog } from "./testing.ts";

let database: TestDatabase;
let hub: LiveHub;
const closers: (() => unknown)[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  hub = await createLiveHub(database.sql, { foldMs: 5, heartbeatMs: 50 });
});
afterAll(async () => {
  for (const close of closers) await close();
  await hub.close();
  await database.drop();
});

const workspaceId = crypto.randomUUID();
const person = (some: { isMember?: boolean; workspaceId?: string; personId?: string } = {}): Actor => ({
  kind: "person",
  workspaceId: some.workspaceId ?? workspaceId,
  personId: some.personId ?? crypto.randomUUID(),
  botId: crypto.randomUUID(),
  locale: "en",
  timeZone: "UTC",
  member: (some.isMember ?? true) ? { memberId: "m", role: "owner" } : null,
  permissions: new Set(),
});

/** A real server: only over a socket does a stream end the way streams end. */
function serve(actor: Actor | null, options: { maxMs?: number; maxPerPerson?: number } = {}) {
  const http = httpKit({
    authenticate: async () => {
      if (!actor) throw new AppError("unauthorized", "auth.required");
      return actor;
    },
    senderOf: () => null,
  });
  const app = new Elysia()
    .onError(({ error, request }) => toErrorResponse(error, request, { log: testLog, sentence: (code) => code }))
    .use(liveRoutes(http, { hub, ...options }))
    .listen({ port: 0, hostname: "127.0.0.1" });
  closers.push(() => app.stop(true));
  return `http://127.0.0.1:${app.server?.port}/live`;
}

/** Reads a stream until `isEnough`, or its end; gives back what came. */
async function follow(url: string, isEnough: (text: string) => boolean, onOpen: () => unknown = () => {}) {
  const controller = new AbortController();
  const response = await fetch(url, { signal: controller.signal });
  let text = "";
  try {
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const late = setTimeout(() => controller.abort(), 5_000);
    let isOpen = false;
    while (reader && !isEnough(text)) {
      const { done, value } = await reader.read();
      if (done) break;
      text += value;
      if (!isOpen) {
        isOpen = true;
        await onOpen();
      }
    }
    clearTimeout(late);
  } catch {
    // Given up.
  }
  controller.abort();
  return { response, text };
}

const until = async (is: () => boolean) => {
  for (let n = 0; n < 1_500 && !is(); n++) await Bun.sleep(10);
  return is();
};

describe("the live stream", () => {
  test("brings a member what happens in the workspace, named, without data", async () => {
    const { response, text } = await follow(
      serve(person()),
      (sofar) => sofar.includes("conversions"),
      async () => {
        await until(() => hub.openStreams === 1);
        await notifyLive(database.db, { workspaceId, topic: "conversions", id: "12" });
      },
    );
    expect(response.headers.get("content-type")).toStartWith("text/event-stream");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(text).toContain('data: {"topic":"conversions","id":"12"}');
    expect(await until(() => hub.openStreams === 0)).toBe(true);
  });

  test("keeps other workspaces' events from members, and all from people outside the team", async () => {
    for (const actor of [person({ workspaceId: crypto.randomUUID() }), person({ isMember: false })]) {
      const { text } = await follow(
        serve(actor),
        (sofar) => (sofar.match(/heartbeat/g) ?? []).length >= 3,
        async () => {
          await until(() => hub.openStreams === 1);
          await notifyLive(database.db, { workspaceId, topic: "conversions" });
        },
      );
      expect(text).not.toContain("conversions");
    }
  });

  test("tells people outside the team what concerns them, and nothing of others", async () => {
    const personId = crypto.randomUUID();
    const { text } = await follow(
      serve(person({ isMember: false, personId })),
      (sofar) => sofar.includes("mine"),
      async () => {
        await until(() => hub.openStreams === 1);
        await notifyLive(database.db, { workspaceId, topic: "orders", id: "other", personId: crypto.randomUUID() });
        await notifyLive(database.db, { workspaceId, topic: "persons", id: crypto.randomUUID() });
        await notifyLive(database.db, { workspaceId: crypto.randomUUID(), topic: "orders", id: "else", personId });
        await notifyLive(database.db, { workspaceId, topic: "orders", id: "mine", personId });
      },
    );
    expect(text).toContain('data: {"topic":"orders","id":"mine"}');
    expect(text).not.toMatch(/other|else|persons/);
  });

  test("ends for a customer who is blocked", async () => {
    const personId = crypto.randomUUID();
    const { text } = await follow(
      serve(person({ isMember: false, personId })),
      () => false,
      async () => {
        await until(() => hub.openStreams === 1);
        await notifyLive(database.db, { workspaceId, topic: "persons", id: personId });
      },
    );
    expect(text).toContain("persons");
    expect(await until(() => hub.openStreams === 0)).toBe(true);
  });

  test("beats when nothing happens, so that nobody in between closes it", async () => {
    const { text } = await follow(serve(person()), (sofar) => (sofar.match(/heartbeat/g) ?? []).length >= 2);
    expect(text).toContain("event: heartbeat");
  });

  test("leaves nothing behind when its reader goes", async () => {
    const url = serve(person(), { maxPerPerson: 100 });
    const controllers = await Promise.all(
      Array.from({ length: 30 }, async () => {
        const controller = new AbortController();
        const response = await fetch(url, { signal: controller.signal });
        await response.body?.getReader().read();
        return controller;
      }),
    );
    expect(await until(() => hub.openStreams === 30)).toBe(true);
    for (const controller of controllers) controller.abort();
    expect(await until(() => hub.openStreams === 0)).toBe(true);
  });

  test("ends by itself in time, so that rights are read anew", async () => {
    const { text } = await follow(serve(person(), { maxMs: 150 }), () => false);
    expect(text).toContain("event: hello");
    expect(await until(() => hub.openStreams === 0)).toBe(true);
  });

  test("ends when the team changes or its person is blocked, so that whoever lost the right hears no more", async () => {
    const personId = crypto.randomUUID();
    for (const event of [{ topic: "members" }, { topic: "persons", id: personId }]) {
      const { text } = await follow(
        serve(person({ personId })),
        () => false,
        async () => {
          await until(() => hub.openStreams === 1);
          await notifyLive(database.db, { workspaceId, topic: "persons", id: crypto.randomUUID() });
          await Bun.sleep(30);
          expect(hub.openStreams).toBe(1);
          await notifyLive(database.db, { workspaceId, ...event });
        },
      );
      expect(text).toContain(JSON.stringify(event));
      expect(await until(() => hub.openStreams === 0)).toBe(true);
    }
  });

  test("adds no listener to its signal that it does not take away", async () => {
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    const quick = await createLiveHub(database.sql, { foldMs: 1, heartbeatMs: 1 });
    let beats = 0;
    for await (const event of quick.stream(workspaceId, signal)) {
      if (event === null) beats++;
      if (beats === 50) break;
    }
    expect(listeners).toBeLessThanOrEqual(1);
    expect(quick.openStreams).toBe(0);
    await quick.close();
  });

  test("is limited per person, and free again when one ends", async () => {
    const url = serve(person(), { maxPerPerson: 2 });
    const open = async () => {
      const controller = new AbortController();
      const response = await fetch(url, { signal: controller.signal });
      if (response.ok) await response.body?.getReader().read();
      return { controller, response };
    };
    const [first] = [await open(), await open()];
    const third = await open();
    expect(third.response.status).toBe(429);
    expect(third.response.headers.get("retry-after")).not.toBeNull();
    first.controller.abort();
    expect(await until(() => hub.openStreams === 1)).toBe(true);
    expect((await open()).response.status).toBe(200);
  });

  test("is not for strangers", async () => {
    expect((await fetch(serve(null))).status).toBe(401);
  });
});
