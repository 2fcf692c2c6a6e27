import type { ActionContext } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { isLinkName } from "../domain/gate.ts";
import { answerRequestJob } from "../jobs.ts";
import { type ChatOfBot, isKept } from "../queries.ts";

export interface JoinRequest extends ChatOfBot {
  /** Null = blocked in the workspace. */
  personId: string | null;
  telegramId: number;
  userChatId: number;
  /** The link he came by, as the update names it. */
  link: { name: string | undefined; isByBot: boolean } | null;
  at: Date;
}

/** Whether requests to join a chat are for us to answer. */
export const isDoorKept = (ctx: Pick<ActionContext, "db">, chatId: string): Promise<boolean> => isKept(ctx.db, chatId);

/** Somebody asks to join a closed chat. Telegram is told by a job: it may not be called while the update is read. */
export function askToJoin(ctx: Pick<ActionContext, "db">, { link, at, ...request }: JoinRequest): Promise<void> {
  return enqueue(ctx.db, answerRequestJob, {
    ...request,
    isByOurLink: link?.isByBot === true && isLinkName(link.name),
    requestedAt: at.toISOString(),
  });
}
