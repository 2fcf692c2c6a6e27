/** What will happen, before the button: reach, duration, price, and all that stands in the way. */
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { type Format, useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGoUp } from "@miniapp/shared/navigation.tsx";
import {
  ask,
  Failure,
  type MainAction,
  Row,
  Screen,
  Section,
  Skeleton,
  toast,
  WarningIcon,
} from "@miniapp/shared/ui/index.ts";
import { Tiles } from "@miniapp/shared/ui/tiles.tsx";
import { useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { Redirect, useParams } from "wouter";
import { botsQuery } from "../bots/api.ts";
import { About } from "./about.tsx";
import { type Broadcast, broadcastQuery, type Check, checkQuery, launchBroadcast, requestBroadcast } from "./api.ts";
import { nextRunsQuery } from "./schedule-api.ts";
import { ownClock, startWords } from "./start-words.ts";
import { TestPart } from "./test-part.tsx";

export default function BroadcastLaunchScreen(): JSX.Element {
  const { broadcastId = "" } = useParams();
  const { data: broadcast } = useSuspenseQuery(broadcastQuery(broadcastId));
  if (broadcast.state !== "draft") return <Redirect to={href("broadcast", { broadcastId })} replace />;
  return <Launch broadcast={broadcast} />;
}

function Launch({ broadcast }: { broadcast: Broadcast }): JSX.Element {
  const t = useT();
  const can = useCan();
  const back = href("broadcast", { broadcastId: broadcast.id });
  const mayAsk = can("broadcasts.write");
  const check = useQuery({ ...checkQuery(broadcast.id), enabled: mayAsk });
  const firstRun = useFirstRun(broadcast.schedule);
  // A plan is not let go before one knows when it first goes out.
  const found =
    check.data && firstRun !== undefined ? { ...check.data, startsAt: check.data.startsAt ?? firstRun } : undefined;
  const main = useMainAction(broadcast, found);
  return (
    <Screen
      title={broadcast.name}
      subtitle={t("app.broadcast.check")}
      back={mayAsk ? back : href("broadcasts")}
      main={main}
    >
      {!found && !check.error && mayAsk && <Skeleton rows={3} height={90} />}
      {check.error && <Failure error={check.error} onRetry={() => void check.refetch()} />}
      {found && <Findings check={found} broadcast={broadcast} />}
      {broadcast.requestedBy && (
        <Section>
          <Row title={t("app.broadcast.requested_by", { person: broadcast.requestedBy.name })} isWrapped />
        </Section>
      )}
      <About broadcast={broadcast} />
      {mayAsk && <TestPart broadcast={broadcast} />}
    </Screen>
  );
}

/** When a plan first goes out; null for what is no plan or has no further run, undefined while it is being asked. */
function useFirstRun(schedule: Broadcast["schedule"]): string | null | undefined {
  const plan = schedule.kind === "cron" ? schedule : null;
  const { cron = "", timeZone = "", until } = plan ?? {};
  const asked = { cron, timeZone, ...(until === undefined ? {} : { until }) };
  const runs = useQuery({ ...nextRunsQuery(asked), enabled: plan !== null });
  // What is wrong with a line is among the findings.
  if (plan === null || runs.error) return null;
  return runs.data && (runs.data[0] ?? null);
}

/** Letting it go, or asking somebody else to; nothing while something stands in the way. */
function useMainAction(broadcast: Broadcast, check: Check | undefined): MainAction | undefined {
  const t = useT();
  const goUp = useGoUp(href("broadcast", { broadcastId: broadcast.id }));
  const can = useCan();
  const format = useFormat();
  const queries = useQueryClient();
  const readAnew = (failure: unknown): never => {
    // Somebody may have changed it: it is read again before the next press.
    void queries.invalidateQueries({ queryKey: ["broadcasts"] });
    throw failure;
  };
  const launch = useAct((read: Broadcast) => launchBroadcast(read).catch(readAnew), {
    stale: ["broadcasts"],
    // The page it was written on lies below this one, and shows how it goes by then.
    onDone: goUp,
  });
  const request = useAct((read: Broadcast) => requestBroadcast(read).catch(readAnew), {
    stale: ["broadcasts"],
    onDone: ({ told }) =>
      toast(told > 0 ? t("app.broadcast.requested", { count: told }) : t("app.broadcast.requested_nobody")),
  });
  if (!check) return undefined;
  const isBlocked = check.problems.length > 0;
  if (!broadcast.mayLaunch) {
    if (!can("broadcasts.write")) return undefined;
    return {
      text: t(broadcast.requestedAt ? "app.broadcast.request_again" : "app.broadcast.request"),
      onClick: () => request.run(broadcast),
      isBusy: request.isBusy,
      isDisabled: isBlocked || request.isOff,
    };
  }
  const count = check.reach.people + check.reach.chats;
  const text = check.startsAt
    ? t("app.broadcast.schedule_for", { when: mainWhen(format, broadcast.schedule, check.startsAt) })
    : t("app.broadcast.send_to", { count });
  const confirm = async () => {
    const isSure = await ask({
      title: t("app.broadcast.sure", { count }),
      message: check.startsAt ? t("app.broadcast.sure_later") : t("app.broadcast.sure_text"),
      confirm: t(check.startsAt ? "app.broadcast.do_schedule" : "app.broadcast.do_send"),
      cancel: t("app.action.cancel"),
    });
    if (isSure) launch.run(broadcast);
  };
  return { text, onClick: () => void confirm(), isBusy: launch.isBusy, isDisabled: isBlocked || launch.isOff };
}

/** The button has room for the day and the clock; whose clock it is stands above it. */
const mainWhen = (format: Format, schedule: Broadcast["schedule"], startsAt: string) =>
  schedule.kind === "local" ? ownClock(format, schedule) : format.dateTime(startsAt);

/** What the duration is told with: where a person decides, the rest takes as long as he does. */
const testNote = ({ isAuto }: NonNullable<Broadcast["experiment"]>) =>
  isAuto ? "app.broadcast.with_test" : "app.broadcast.before_choice";

function Findings({ check, broadcast }: { check: Check; broadcast: Broadcast }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const bots = useQuery(botsQuery).data?.items ?? [];
  const { reach, selfStop } = check;
  // Fewer people are through before anything could be said of them; whom a plan meets later is not known.
  const isJudged = selfStop !== null && (broadcast.schedule.kind === "cron" || reach.people >= selfStop.afterSent);
  const takes = format.duration(Math.max(1, check.durationSeconds) * 1000);
  const { schedule, experiment } = broadcast;
  const isLocal = schedule.kind === "local";
  const waitsForTest = experiment !== null && experiment.samplePercent < 100;
  const isQuiet = check.warnings.some(({ code }) => code === "broadcasts.warning.quiet");
  const left = [
    reach.optedOut > 0 ? t("app.broadcast.opted_out", { count: reach.optedOut }) : null,
    reach.unreachable > 0 ? t("app.broadcast.unreachable", { count: reach.unreachable }) : null,
  ].filter((line) => line !== null);
  return (
    <>
      {check.problems.length > 0 && (
        <Section header={t("app.broadcast.problems")}>
          {check.problems.map((problem) => (
            <Row
              key={`${problem.code} ${problem.where}`}
              before={<WarningIcon />}
              title={problem.message}
              subtitle={problem.where}
            />
          ))}
        </Section>
      )}
      <Section
        footer={
          selfStop && isJudged
            ? t("app.broadcast.self_stop", {
                blocked: format.number(Math.round(selfStop.blockedPercent * 10) / 10),
                opted: format.number(Math.round(selfStop.optedOutPercent * 10) / 10),
                after: format.number(selfStop.afterSent),
              })
            : undefined
        }
      >
        <Tiles
          label={t("app.broadcast.forecast")}
          tiles={[
            {
              name: t("app.broadcast.recipients"),
              value: format.number(reach.people + reach.chats),
              note: reach.chats > 0 ? t("app.broadcast.with_chats", { count: reach.chats }) : "",
            },
            {
              name: t(isLocal ? "app.broadcast.duration_at_most" : "app.broadcast.duration"),
              value: takes,
              note: isLocal
                ? startWords(t, format, schedule, "")
                : isQuiet || waitsForTest
                  ? t(waitsForTest ? testNote(experiment) : "app.broadcast.with_quiet")
                  : check.startsAt
                    ? t("app.broadcast.from", { when: format.dateTime(check.startsAt) })
                    : t("app.broadcast.at_once"),
            },
            {
              name: t("app.broadcast.price"),
              value: format.number(check.starsAtMost ?? 0),
              note: t(check.starsAtMost === null ? "app.broadcast.free" : "app.broadcast.at_most"),
            },
          ]}
        />
      </Section>
      {(reach.byBot.length > 1 || left.length > 0) && (
        <Section header={t("app.broadcast.by_bot")} footer={left.join(" ") || undefined}>
          {reach.byBot.map(({ botId, people }) => (
            <Row key={botId} title={bots.find(({ id }) => id === botId)?.name ?? ""} end={format.number(people)} />
          ))}
        </Section>
      )}
      {check.warnings.length > 0 && (
        <Section header={t("app.broadcast.warnings")}>
          {check.warnings.map((warning) => (
            <Row key={warning.message} title={warning.message} />
          ))}
        </Section>
      )}
    </>
  );
}
