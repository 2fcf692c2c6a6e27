/** What sequences do by the clock and by what happens. */
import { defineJob } from "@backend/kit/jobs.ts";
import { t } from "elysia";

/** Steps whose time has come. Delays are minutes, so a look every minute is as exact as they are. */
export const takeDueRunsJob = defineJob({
  name: "sequences.take-due-runs",
  payload: t.Object({}),
  attempts: 1,
  every: "* * * * *",
});

/** Something happened to a person: sequences end and begin by it. Once per happening; done twice it changes nothing more. */
export const hearJob = defineJob({
  name: "sequences.hear",
  payload: t.Object({
    workspaceId: t.String(),
    subscriberId: t.Number(),
    happening: t.Union([
      t.Object({ kind: t.Literal("joined"), source: t.Nullable(t.String()) }),
      t.Object({ kind: t.Literal("tagged"), added: t.Array(t.Number()) }),
      t.Object({ kind: t.Literal("field_changed"), keys: t.Array(t.String()) }),
      t.Object({ kind: t.Literal("clicked"), broadcastId: t.Nullable(t.String()) }),
      t.Object({ kind: t.Literal("converted"), status: t.String() }),
      t.Object({ kind: t.Literal("opted_in"), categoryId: t.Number() }),
      t.Object({ kind: t.Literal("opted_out"), categoryId: t.Number() }),
      t.Object({ kind: t.Literal("replied") }),
      t.Object({ kind: t.Literal("lost") }),
    ]),
  }),
  attempts: 5,
});

/** Every night: messages as old as deliveries are kept for. */
export const forgetMessagesJob = defineJob({
  name: "sequences.forget-messages",
  payload: t.Object({}),
  attempts: 3,
  every: "41 3 * * *",
});
