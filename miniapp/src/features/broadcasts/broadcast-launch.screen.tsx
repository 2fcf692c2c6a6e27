/** What will happen, before the button: reach, duration, price, and all that stands in the way. */
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
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
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { Redirect, useParams } from "wouter";
import { botsQuery } from "../bots/api.ts";
import { type Broadcast, broadcastQuery, type Check, checkQuery, launchBroadcast, requestBroadcast } from "./api.ts";
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
  const main = useMainAction(broadcast, check.data);
  return (
    <Screen
      title={broadcast.name}
      subtitle={t("app.broadcast.check")}
      back={mayAsk ? back : href("broadcasts")}
      main={main}
    >
      {check.isPending && mayAsk && <Skeleton rows={3} height={90} />}
      {check.error && <Failure error={check.error} onRetry={() => void check.refetch()} />}
      {check.data && <Findings check={check.data} />}
      {mayAsk && <TestPart broadcast={broadcast} />}
      {broadcast.requestedBy && (
        <Section>
          <Row title={t("app.broadcast.requested_by", { person: broadcast.requestedBy.name })} isWrapped />
        </Section>
      )}
    </Screen>
  );
}

/** Letting it go, or asking somebody else to; nothing while something stands in the way. */
function useMainAction(broadcast: Broadcast, check: Check | undefined): MainAction | undefined {
  const t = useT();
  const goUp = useGoUp(href("broadcast", { broadcastId: broadcast.id }));
  const can = useCan();
  const format = useFormat();
  const launch = useAct(launchBroadcast, {
    stale: ["broadcasts"],
    // The page it was written on lies below this one, and shows how it goes by then.
    onDone: goUp,
  });
  const request = useAct(requestBroadcast, {
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
      onClick: () => request.run(broadcast.id),
      isBusy: request.isBusy,
      isDisabled: isBlocked || request.isOff,
    };
  }
  const count = check.reach.people + check.reach.chats;
  const text = check.startsAt
    ? t("app.broadcast.schedule_for", { when: format.dateTime(check.startsAt) })
    : t("app.broadcast.send_to", { count });
  const confirm = async () => {
    const isSure = await ask({
      title: t("app.broadcast.sure", { count }),
      message: check.startsAt ? t("app.broadcast.sure_later") : t("app.broadcast.sure_text"),
      confirm: t(check.startsAt ? "app.broadcast.do_schedule" : "app.broadcast.do_send"),
      cancel: t("app.action.cancel"),
    });
    if (isSure) launch.run(broadcast.id);
  };
  return { text, onClick: () => void confirm(), isBusy: launch.isBusy, isDisabled: isBlocked || launch.isOff };
}

function Findings({ check }: { check: Check }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const bots = useQuery(botsQuery).data?.items ?? [];
  const { reach, selfStop } = check;
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
          selfStop
            ? t("app.broadcast.self_stop", {
                blocked: format.number(Math.round(selfStop.blockedPercent * 10) / 10),
                opted: format.number(Math.round(selfStop.optedOutPercent * 10) / 10),
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
              name: t("app.broadcast.duration"),
              value: format.duration(Math.max(1, check.durationSeconds) * 1000),
              note: isQuiet
                ? t("app.broadcast.with_quiet")
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
            <Row key={warning.code} title={warning.message} />
          ))}
        </Section>
      )}
    </>
  );
}
