/** A broadcast that was let go: how it stands, live, and what may still be done about it. */
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { type LoadCode, LoadedWith } from "@miniapp/shared/code.tsx";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT, withWords } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import {
  ask,
  Fact,
  Failure,
  Loading,
  type MainAction,
  Progress as ProgressBar,
  PulseIcon,
  Row,
  Screen,
  Section,
  Skeleton,
  toast,
  WarningIcon,
} from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { About } from "./about.tsx";
import {
  type Broadcast,
  cancelBroadcast,
  copyBroadcast,
  type Progress,
  pauseBroadcast,
  progressQuery,
  reasonsQuery,
  resendUnknown,
  resumeBroadcast,
  unscheduleBroadcast,
} from "./api.ts";
import { ExperimentResult } from "./experiment-result.tsx";
import { PlanPart } from "./plan-part.tsx";
import type { PlanResultsProps } from "./plan-results.tsx";
import type { SentPartProps } from "./sent-part.tsx";
import { startWords } from "./start-words.ts";
import { StateBadge } from "./state-badge.tsx";

const stale = ["broadcasts"];
const loadPlanSums: LoadCode<PlanResultsProps> = withWords("results", async () => ({
  default: (await import("./plan-results.tsx")).PlanSums,
}));
const loadPlanRuns: LoadCode<PlanResultsProps> = withWords(["results", "reporting"], async () => ({
  default: (await import("./plan-results.tsx")).PlanRuns,
}));
const loadSent: LoadCode<SentPartProps> = () => import("./sent-part.tsx");

export default function Running({ broadcast }: { broadcast: Broadcast }): JSX.Element {
  const t = useT();
  const { data: progress, error, refetch } = useQuery(progressQuery(broadcast.id));
  const state = progress?.state ?? broadcast.state;
  const main = useMainAction(broadcast.id, state);
  // A plan sends nothing itself: its parts say what comes and what its runs brought, and it has its own switch.
  if (broadcast.kind === "recurring")
    return (
      <Screen title={broadcast.name} subtitle={<StateBadge state={state} />} back={href("broadcasts")}>
        <Loading skeleton={<Skeleton rows={5} />}>
          <PlanPart broadcastId={broadcast.id} />
        </Loading>
        <Loading skeleton={<Skeleton rows={2} height={96} />} isCompact>
          <LoadedWith name="plan-sums" load={loadPlanSums} props={{ broadcastId: broadcast.id }} />
        </Loading>
        <About broadcast={broadcast} />
        <Deeds broadcast={broadcast} progress={progress} />
        <LaunchedBy broadcast={broadcast} />
        <Loading skeleton={<Skeleton rows={4} height={84} />} isCompact>
          <LoadedWith name="plan-runs" load={loadPlanRuns} props={{ broadcastId: broadcast.id }} />
        </Loading>
      </Screen>
    );
  return (
    <Screen title={broadcast.name} subtitle={<StateBadge state={state} />} back={href("broadcasts")} main={main}>
      {state === "scheduled" && <Scheduled broadcast={broadcast} />}
      {error && !progress && <Failure error={error} onRetry={() => void refetch()} />}
      {!progress && !error && <Skeleton rows={2} height={96} />}
      {progress && state !== "scheduled" && (
        <>
          <HowFar progress={progress} />
          {hasResults(state) && (
            <Section>
              <Row
                before={<PulseIcon />}
                title={t("app.broadcast.results")}
                to={href("broadcastResults", { broadcastId: broadcast.id })}
              />
            </Section>
          )}
          {broadcast.experiment && (
            <Loading skeleton={<Skeleton rows={3} />} isCompact>
              <ExperimentResult broadcastId={broadcast.id} />
            </Loading>
          )}
          {progress.counts.total > 0 && <Outcome broadcastId={broadcast.id} progress={progress} />}
          {progress.bots.length > 1 && <Bots progress={progress} />}
          {state !== "sending" && progress.counts.sent > 0 && (
            <Loading skeleton={<Skeleton rows={2} />} isCompact>
              <LoadedWith name="broadcast-sent" load={loadSent} props={{ broadcast, sent: progress.counts.sent }} />
            </Loading>
          )}
        </>
      )}
      <About broadcast={broadcast} />
      <Deeds broadcast={broadcast} progress={progress} />
      <LaunchedBy broadcast={broadcast} />
    </Screen>
  );
}

/** Before its first message there is nothing to read. */
const hasResults = (state: Broadcast["state"]) =>
  state === "sending" || state === "paused" || state === "sent" || state === "cancelled";

function LaunchedBy({ broadcast }: { broadcast: Broadcast }): JSX.Element | null {
  const t = useT();
  if (!broadcast.launchedBy) return null;
  return (
    <Section>
      <Fact name={t("app.broadcast.launched_by")} value={broadcast.launchedBy.name} />
    </Section>
  );
}

/** The button of the moment: pause while it runs, go on while it stands. */
function useMainAction(broadcastId: string, state: Broadcast["state"]): MainAction | undefined {
  const t = useT();
  const can = useCan();
  const pause = useAct(pauseBroadcast, { stale });
  const resume = useAct(resumeBroadcast, { stale });
  if (!can("broadcasts.send")) return undefined;
  const [act, text] =
    state === "sending"
      ? [pause, t("app.broadcast.pause")]
      : state === "paused"
        ? [resume, t("app.broadcast.resume")]
        : [null, ""];
  return act ? { text, onClick: () => act.run(broadcastId), isBusy: act.isBusy, isDisabled: act.isOff } : undefined;
}

function Scheduled({ broadcast }: { broadcast: Broadcast }): JSX.Element {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const unschedule = useAct(unscheduleBroadcast, { stale });
  return (
    <Section footer={t("app.broadcast.unschedule_hint")}>
      <Fact
        name={t("app.broadcast.begins")}
        value={broadcast.runAt && startWords(t, format, broadcast.schedule, broadcast.runAt)}
      />
      {can("broadcasts.send") && (
        <Row
          tone="accent"
          title={t("app.broadcast.unschedule")}
          isDisabled={unschedule.isOff}
          onClick={() => unschedule.run(broadcast.id)}
        />
      )}
    </Section>
  );
}

const isAhead = (moment: string | null) => moment !== null && new Date(moment) > new Date();

function HowFar({ progress }: { progress: Progress }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { counts, state, perSecond, secondsLeft, nextDueAt } = progress;
  const done = counts.total - counts.waiting;
  const figures = { done: format.number(done), total: format.number(counts.total) };
  const isSending = state === "sending";
  // Nothing goes out before somebody's time has come, or a winner is named: a pace of 0 would say that something is wrong.
  const isMoving = isSending && !progress.waitsForWinner && (perSecond > 0 || !isAhead(nextDueAt));
  return (
    <Section>
      {counts.total > 0 && <ProgressBar label={t("app.broadcast.done_of", figures)} done={done} total={counts.total} />}
      {progress.stateReason && <Row before={<WarningIcon />} title={progress.stateReason.message} isWrapped />}
      {isMoving && (
        <Fact
          name={t("app.broadcast.pace")}
          value={t("app.broadcast.per_second", { pace: format.number(perSecond) })}
        />
      )}
      {progress.waitsForWinner && <Row before={<PulseIcon />} title={t("app.broadcast.waits_for_winner")} isWrapped />}
      {isSending && secondsLeft !== null && secondsLeft > 0 && (
        <Fact name={t("app.broadcast.time_left")} value={format.duration(secondsLeft * 1000)} />
      )}
      {isSending && nextDueAt && <Fact name={t("app.broadcast.next_due")} value={format.dateTime(nextDueAt)} />}
    </Section>
  );
}

const outcomes = ["sent", "failed", "unknown", "skipped", "cancelled", "waiting"] as const;

/** How many stand where, and why those who got nothing got nothing. */
function Outcome({ broadcastId, progress }: { broadcastId: string; progress: Progress }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { counts } = progress;
  const isAnybodyLeft = counts.failed + counts.unknown + counts.skipped + counts.cancelled > 0;
  const reasons = useQuery({ ...reasonsQuery(broadcastId, counts.waiting === 0), enabled: isAnybodyLeft });
  return (
    <>
      <Section header={t("app.broadcast.outcome")}>
        {outcomes
          .filter((name) => name === "sent" || counts[name] > 0)
          .map((name) => (
            <Row
              key={name}
              title={t(`app.broadcast.count_${name}`)}
              subtitle={
                name === "failed" && counts.blocked > 0
                  ? t("app.broadcast.of_them_blocked", { number: format.number(counts.blocked) })
                  : undefined
              }
              end={format.number(counts[name])}
            />
          ))}
      </Section>
      {isAnybodyLeft && reasons.data && reasons.data.items.length > 0 && (
        <Section header={t("app.broadcast.reasons")}>
          {reasons.data.items.map((reason) => (
            <Row key={`${reason.state} ${reason.code}`} title={reason.message} end={format.number(reason.count)} />
          ))}
        </Section>
      )}
    </>
  );
}

function Bots({ progress }: { progress: Progress }): JSX.Element {
  const t = useT();
  const format = useFormat();
  return (
    <Section header={t("app.broadcast.by_bot")}>
      {progress.bots.map(({ botId, name, counts, problem }) => (
        <Row
          key={botId}
          title={name}
          subtitle={
            problem?.message ??
            t("app.broadcast.done_of", {
              done: format.number(counts.total - counts.waiting),
              total: format.number(counts.total),
            })
          }
          isWrapped
          after={problem ? <WarningIcon /> : undefined}
        />
      ))}
    </Section>
  );
}

function Deeds({ broadcast, progress }: { broadcast: Broadcast; progress: Progress | undefined }): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const { id } = broadcast;
  const state = progress?.state ?? broadcast.state;
  const unknown = progress?.counts.unknown ?? 0;
  const cancel = useAct(cancelBroadcast, { stale });
  const copy = useAct(copyBroadcast, {
    stale,
    onDone: (made) => go(href("broadcast", { broadcastId: made.id })),
  });
  const resend = useAct(resendUnknown, {
    stale,
    onDone: ({ count }) => toast(t("app.broadcast.resent", { count })),
  });
  const confirmCancel = async () => {
    const isSure = await ask({
      title: t("app.broadcast.cancel_title"),
      message: t("app.broadcast.cancel_text"),
      confirm: t("app.broadcast.cancel"),
      cancel: t("app.broadcast.keep"),
      isDestructive: true,
    });
    if (isSure) cancel.run(id);
  };
  const confirmResend = async () => {
    const isSure = await ask({
      title: t("app.broadcast.resend_title"),
      message: t("app.broadcast.resend_text"),
      confirm: t("app.broadcast.resend"),
      cancel: t("app.action.cancel"),
    });
    if (isSure) resend.run(id);
  };
  const maySend = can("broadcasts.send");
  // A plan is ended by its own part, and sends nothing itself.
  const isPlan = broadcast.kind === "recurring";
  const isOpen = !isPlan && (state === "sending" || state === "paused" || state === "scheduled");
  return (
    <Section>
      {can("deliveries.read") && !isPlan && state !== "scheduled" && (
        <Row title={t("app.broadcast.deliveries")} to={`${href("deliveries")}?broadcast=${id}`} />
      )}
      {maySend && unknown > 0 && (
        <Row
          tone="accent"
          title={t("app.broadcast.resend")}
          isDisabled={resend.isOff}
          onClick={() => void confirmResend()}
        />
      )}
      {can("broadcasts.write") && (
        <Row tone="accent" title={t("app.broadcast.copy")} isDisabled={copy.isOff} onClick={() => copy.run(id)} />
      )}
      {maySend && isOpen && (
        <Row
          tone="danger"
          title={t("app.broadcast.cancel")}
          isDisabled={cancel.isOff}
          onClick={() => void confirmCancel()}
        />
      )}
    </Section>
  );
}
