/** A plan on its page: what comes, and its switch. */
import { useCan } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useCreatedFormat, useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { ask, Badge, PauseIcon, PlayIcon, Row, Section } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { type Plan, pausePlan, planQuery, resumePlan, stopPlan } from "./schedule-api.ts";

export function PlanPart({ broadcastId }: { broadcastId: string }): JSX.Element {
  const t = useT();
  const can = useCan();
  const { locale } = useFormat();
  const { data: plan } = useSuspenseQuery(planQuery(broadcastId));
  // By the plan's wall: that is the clock that was asked for.
  const format = useCreatedFormat(locale, plan.timeZone);
  return (
    <>
      <Section header={t("app.schedule.next", { zone: plan.timeZone })} footer={plan.reason ?? t("app.schedule.dst")}>
        {plan.next.map((run) => (
          <Row key={run} title={format.dateTime(run)} />
        ))}
        {plan.next.length === 0 && (
          <Row
            title={plan.state === "paused" ? t("app.plan.paused") : t("app.plan.ended")}
            after={plan.reason ? <Badge tone="warn">{t("app.plan.paused")}</Badge> : undefined}
          />
        )}
      </Section>
      {can("broadcasts.send") && <PlanActions plan={plan} />}
    </>
  );
}

function PlanActions({ plan }: { plan: Plan }): JSX.Element | null {
  const t = useT();
  const stale = { stale: ["broadcasts"] };
  const pause = useAct(pausePlan, stale);
  const resume = useAct(resumePlan, stale);
  const stop = useAct(stopPlan, stale);
  if (plan.state !== "scheduled" && plan.state !== "paused") return null;
  const end = async () => {
    const question = {
      message: t("app.plan.stop_ask"),
      confirm: t("app.plan.stop_yes"),
      cancel: t("app.action.cancel"),
    };
    if (await ask({ title: t("app.plan.title"), ...question, isDestructive: true })) stop.run(plan.broadcastId);
  };
  return (
    <Section>
      {plan.state === "scheduled" ? (
        <Row
          before={<PauseIcon />}
          tone="accent"
          title={t("app.plan.pause")}
          isDisabled={pause.isOff}
          onClick={() => pause.run(plan.broadcastId)}
        />
      ) : (
        <Row
          before={<PlayIcon />}
          tone="accent"
          title={t("app.plan.resume")}
          isDisabled={resume.isOff}
          onClick={() => resume.run(plan.broadcastId)}
        />
      )}
      <Row tone="danger" title={t("app.plan.stop")} isDisabled={stop.isOff} onClick={() => void end()} />
    </Section>
  );
}
