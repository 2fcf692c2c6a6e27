/** The stream that tells open screens what has changed. It carries names of topics and ids, never data. */
import type { MemberActor } from "@backend/kit/context.ts";
import { tooManyRequests } from "@backend/kit/errors.ts";
import type { HttpKit } from "@backend/kit/http.ts";
import type { LiveEvent, LiveHub } from "@backend/kit/live.ts";
import { Elysia, sse } from "elysia";

export interface LiveDeps {
  hub: Pick<LiveHub, "stream">;
  /** After this a stream ends and the screen connects again, with its rights read anew. */
  maxMs?: number;
  /** Streams of one person at once: tabs and devices, and a bound on what one account can hold open. */
  maxPerPerson?: number;
}

/** Who is in the team has changed, or this person was blocked: the stream ends, and whoever may still listen comes back at once. */
const mayHaveLostRights = (event: { topic: string; id?: string }, actor: MemberActor) =>
  event.topic === "members" || (event.topic === "persons" && (event.id === undefined || event.id === actor.personId));

/** The team hears everything; somebody outside it what concerns himself (his orders), and that he was blocked. */
const hearsOf =
  ({ member, personId }: MemberActor) =>
  (event: LiveEvent): boolean =>
    member !== null || event.personId === personId || (event.topic === "persons" && event.id === personId);

export const liveRoutes = (http: HttpKit, deps: LiveDeps) => {
  const maxMs = deps.maxMs ?? 5 * 60_000;
  const maxPerPerson = deps.maxPerPerson ?? 10;
  const open = new Map<string, number>();

  async function* follow(actor: MemberActor, request: Request) {
    const count = open.get(actor.personId) ?? 0;
    open.set(actor.personId, count + 1);
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(maxMs)]);
    try {
      yield sse({ event: "hello", data: "", retry: 1_000 });
      for await (const event of deps.hub.stream(actor.workspaceId, signal, hearsOf(actor))) {
        yield event === null ? sse({ event: "heartbeat", data: "" }) : sse({ data: event });
        if (event !== null && mayHaveLostRights(event, actor)) return;
      }
    } finally {
      const left = (open.get(actor.personId) ?? 1) - 1;
      if (left > 0) open.set(actor.personId, left);
      else open.delete(actor.personId);
    }
  }

  return new Elysia({ name: "live" }).use(http).get(
    "/live",
    ({ actor, request, set }) => {
      const person = actor as MemberActor;
      if ((open.get(person.personId) ?? 0) >= maxPerPerson) throw tooManyRequests(10_000);
      set.headers["content-type"] = "text/event-stream; charset=utf-8";
      set.headers["cache-control"] = "no-store";
      // nginx gathers answers unless told not to.
      set.headers["x-accel-buffering"] = "no";
      return follow(person, request);
    },
    { access: "person", detail: { tags: ["Live"], summary: "What has changed, as server-sent events" } },
  );
};
