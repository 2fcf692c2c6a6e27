/** Messages about posts: to the customer whose post it is, and to the team when deadlines were missed. */
import { formatMoney, translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { holdersOf, recipientsOf } from "@backend/modules/identity/index.ts";
import { findPrivateChatsOf, plainHtml, queueDelivery } from "@backend/modules/messaging/index.ts";
import type { TaskRow } from "./queries.ts";

type Telling = Pick<ActionContext, "db" | "now">;
/** `returned`: the worth of one of the last two, later than it ended. */
type Said = "completed" | "failed" | "cancelled" | "late" | "returned";

/**
 * Tells customers what became of their posts, once for each post and outcome. Who never wrote to a bot sees it in the app alone.
 */
export async function tellCustomers(ctx: Telling, tasks: readonly TaskRow[], said: Said): Promise<void> {
  for (const [workspaceId, own] of Map.groupBy(tasks, (task) => task.workspaceId)) {
    const personIds = [...new Set(own.map(({ personId }) => personId))];
    const chats = await findPrivateChatsOf(ctx.db, workspaceId, personIds);
    const people = await recipientsOf(ctx.db, workspaceId, personIds);
    for (const task of own) {
      const chat = chats.get(task.personId);
      const person = people.get(task.personId);
      if (!chat || !person || person.isBarred) continue;
      const t = translator(person.locale);
      const money = task.returnedAt && task.worth ? formatMoney(task.worth, task.currency, person.locale) : null;
      const became = said !== "returned" ? said : task.problem === "cancelled_by_team" ? "cancelled" : "late";
      const lines = [
        t(`fulfilment.told.${became}`, { address: task.address }),
        ...(money ? [t("fulfilment.told.returned", { amount: money })] : []),
      ];
      await queueDelivery(ctx.db, {
        workspaceId,
        chatId: chat.id,
        lane: "service",
        content: {
          kind: "text",
          html: plainHtml(lines.join("\n")),

          buttons: [[{ text: t("fulfilment.told.open"), app: `mine/posts/${task.id}` }]],
        },
        subject: { kind: "task", id: task.id },
        dedupeKey: `task:${said}:${task.id}:${task.lease}:${chat.id}`,
      });
    }
  }
}

const hourMs = 3_600_000;

/** Tells those who look after posts that deadlines are missed: once an hour, however many they are; the queue shows them all. */
export async function tellTeamOfLate(ctx: Telling, { id, workspaceId }: TaskRow): Promise<void> {
  const holders = await holdersOf(ctx.db, workspaceId, "tasks.manage");
  const chats = await findPrivateChatsOf(ctx.db, workspaceId, holders);
  const people = await recipientsOf(ctx.db, workspaceId, holders);
  for (const chat of chats.values()) {
    const t = translator(people.get(chat.personId ?? "")?.locale ?? "en");
    await queueDelivery(ctx.db, {
      workspaceId,
      chatId: chat.id,
      lane: "service",
      content: {
        kind: "text",
        html: plainHtml(t("fulfilment.told.team_late")),
        buttons: [[{ text: t("fulfilment.told.open_queue"), app: "sales/posts" }]],
      },
      subject: { kind: "task", id },
      dedupeKey: `tasks-late:${Math.floor(ctx.now.getTime() / hourMs)}:${chat.id}`,
    });
  }
}
