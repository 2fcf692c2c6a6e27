import { formatDay, formatTime, translator } from "@backend/i18n/index.ts";
import { type ActionContext, inTransaction, systemActor } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { type Content, queueDelivery } from "@backend/modules/messaging/index.ts";
import { type Hour, isCooling, judge, lastClosedHour, type Verdict } from "../domain/watch.ts";
import type { ReportsPorts } from "../ports.ts";
import {
  listWatchesAtWork,
  lockOwnWatch,
  namesOfOwnConnections,
  updateWatch,
  type WatchRow,
} from "../reporting-queries.ts";
import { signed } from "../signed.ts";
import { readHours } from "./watches.ts";

/**
 * The job: each watch judges the hour that closed last, once; hours that passed while nobody worked are not made up for. What one
 * watch stumbles over does not keep the others from their hour.
 */
export async function judgeWatches(ctx: ActionContext<ReportsPorts>, _: Record<string, never>): Promise<void> {
  for (const { watch, timeZone } of await listWatchesAtWork(ctx.db)) {
    const hour = lastClosedHour(ctx.now, timeZone);
    if (isJudged(watch, hour)) continue;
    try {
      await judgeOne({ ...ctx, actor: systemActor(watch.workspaceId) }, watch.id, timeZone);
    } catch (error) {
      ctx.log.error({ err: error, watchId: watch.id }, "a watch could not judge its hour");
    }
  }
}

const isJudged = ({ judgedUntil }: WatchRow, hour: Hour) => judgedUntil !== null && judgedUntil >= hour.to;

/** Judgement, message and mark are one transaction; of two at once the second finds the hour judged. */
function judgeOne(outer: ActionContext<ReportsPorts>, watchId: string, timeZone: string): Promise<void> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const watch = await lockOwnWatch(ctx.db, workspaceId, watchId);
    if (!watch?.isOn || watch.chatId === null) return;
    const { hour, present, past } = await readHours(ctx, workspaceId, watch, timeZone);
    if (isJudged(watch, hour)) return;
    const verdict = judge(present, past, watch);
    const isTold = verdict.kind === "fires" && !isCooling(watch.firedAt, watch.coolDownMinutes, ctx.now);
    await updateWatch(ctx.db, watchId, { judgedUntil: hour.to, ...(isTold ? { firedAt: ctx.now } : {}) });
    if (!isTold || verdict.kind !== "fires") return;
    const names = await namesOfOwnConnections(
      ctx.db,
      workspaceId,
      watch.connectionId === null ? [] : [watch.connectionId],
    );
    const content = messageOf(ctx, watch, {
      hour,
      timeZone,
      present,
      verdict,
      connection: names.get(watch.connectionId ?? ""),
    });
    await queueDelivery(ctx.db, {
      workspaceId,
      chatId: watch.chatId,
      threadId: watch.threadId,
      lane: "alert",
      content,
      subject: { kind: "watch", id: watchId },
      dedupeKey: `watch:${watchId}:${hour.to.getTime()}`,
    });
    await notifyLive(ctx.db, { workspaceId, topic: "watches", id: watchId });
  });
}

function messageOf(
  ctx: ActionContext<ReportsPorts>,
  watch: WatchRow,
  of: {
    hour: Hour;
    timeZone: string;
    present: number;
    verdict: Extract<Verdict, { kind: "fires" }>;
    connection: string | undefined;
  },
): Content {
  const { plain, bold } = ctx.ports.markup;
  const { locale } = watch;
  const t = translator(locale);
  const { hour, timeZone, verdict } = of;
  const counted = [
    watch.status === null ? t("reporting.watch.all") : (t.find(`conversions.status.${watch.status}`) ?? watch.status),
    of.connection,
  ].filter((part) => part !== undefined);
  const lines = [
    t("reporting.watch.hour", {
      day: formatDay(hour.from, locale, timeZone),
      from: formatTime(hour.from, locale, timeZone),
      to: formatTime(hour.to, locale, timeZone),
    }),
    t("reporting.watch.now", { count: of.present }),
    t("reporting.watch.usual", { count: verdict.usual }),
    ...(verdict.change === null ? [] : [t("reporting.watch.change", { percent: signed(verdict.change, locale) })]),
    t("reporting.watch.of", { what: counted.join(" · ") }),
  ];
  const title = bold(t(`reporting.watch.${verdict.direction}`, { name: watch.name }));
  return {
    kind: "text",
    html: `${verdict.direction === "drop" ? "📉" : "📈"} ${title}\n${lines.map(plain).join("\n")}`,
    buttons: [[{ text: t("reporting.watch.open"), app: "traffic" }]],
  };
}
