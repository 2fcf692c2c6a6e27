import type { Actor, MemberActor } from "@backend/kit/context.ts";
import { forbidden } from "@backend/kit/errors.ts";

/** The caller as a person. Routes of persons let nobody else in; this says so to the compiler, and once more at run time. */
export function personActor(actor: Actor): MemberActor {
  if (actor.kind !== "person") throw forbidden("common.forbidden");
  return actor;
}

/** The caller's role, if he is a person of the team. */
export const roleOf = (actor: Actor): string | null => (actor.kind === "person" ? (actor.member?.role ?? null) : null);
