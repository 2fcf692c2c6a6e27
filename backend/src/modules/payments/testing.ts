/** Contexts for tests of this room and of those that live by money. */
import { type ActionContext, systemActor } from "@backend/kit/context.ts";
import { silentLog } from "@backend/modules/identity/testing.ts";
import type { Db } from "@db/client.ts";

/** The system's context in a workspace, at a moment. */
export const contextOf = <Ports = unknown>(
  db: Db,
  workspaceId: string,
  now: Date,
  ports: Ports = {} as Ports,
): ActionContext<Ports> => ({ db, actor: systemActor(workspaceId), now, log: silentLog, ports, requestId: "test" });
