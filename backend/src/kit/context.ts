import type { Db } from "@db/client.ts";
import type { Locale } from "@db/schema/identity.ts";
import type { Logger } from "./log.ts";

/**
 * Who is asking. Rights are read from the database at every request and carried here as plain names, so that the kit needs to
 * know no role. `system` is a job or the process itself.
 */
export type Actor =
  | {
      kind: "person";
      workspaceId: string;
      personId: string;
      /** The bot whose initData proved who this is. */
      botId: string;
      locale: Locale;
      timeZone: string;
      /** Set when the person is a member of the workspace. */
      member: { memberId: string; role: string } | null;
      permissions: ReadonlySet<string>;
    }
  | {
      kind: "api_key";
      workspaceId: string;
      keyId: string;
      locale: Locale;
      timeZone: string;
      permissions: ReadonlySet<string>;
    }
  | { kind: "system"; workspaceId: string; locale: Locale; timeZone: string; permissions: ReadonlySet<string> };

export type MemberActor = Extract<Actor, { kind: "person" }>;

/** What every action gets. `now` is passed in so that time can be tested; `db` may be a transaction already. */
export interface ActionContext<Ports = unknown> {
  db: Db;
  actor: Actor;
  now: Date;
  log: Logger;
  ports: Ports;
  requestId: string;
}

export type Action<Input, Output, Ports = unknown> = (ctx: ActionContext<Ports>, input: Input) => Promise<Output>;

/** Runs `work` in one transaction (a savepoint when `ctx.db` is one already); its context carries the transaction. */
export function inTransaction<Ports, T>(
  ctx: ActionContext<Ports>,
  work: (ctx: ActionContext<Ports>) => Promise<T>,
): Promise<T> {
  return ctx.db.transaction((tx) => work({ ...ctx, db: tx as unknown as Db }));
}

/**
 * Runs `work`, which only reads, against one moment of the database: what several statements say fits together although others write
 * meanwhile. Not for use inside a transaction, which has its own moment.
 */
export function inSnapshot<Ports, T>(
  ctx: ActionContext<Ports>,
  work: (ctx: ActionContext<Ports>) => Promise<T>,
): Promise<T> {
  return ctx.db.transaction((tx) => work({ ...ctx, db: tx as unknown as Db }), {
    isolationLevel: "repeatable read",
    accessMode: "read only",
  });
}

/** The actor of jobs and reactions, with every right inside one workspace. */
export const systemActor = (workspaceId: string): Actor => ({
  kind: "system",
  workspaceId,
  locale: "en",
  timeZone: "UTC",
  permissions: new Set(["*"]),
});
