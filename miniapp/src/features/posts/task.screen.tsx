/** One post as the team sees it: whose, with whom, what happened, and what can be done. */
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { openAddress } from "@miniapp/shared/telegram/index.ts";
import {
  ask,
  CloseIcon,
  Fact,
  Loading,
  Progress,
  ReplayIcon,
  Row,
  Screen,
  Section,
  Skeleton,
  UndoIcon,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useParams } from "wouter";
import { cancelTask, releaseTask, retryTask, type TaskDetails, taskQuery } from "./api.ts";
import { StateBadge, shortAddress } from "./post-words.tsx";
import { ProofPart } from "./proof-part.tsx";

export default function TaskScreen(): JSX.Element {
  const t = useT();
  const { taskId = "" } = useParams<{ taskId: string }>();
  return (
    <Screen title={t("app.posts.one")} back={href("tasks")}>
      <Loading
        skeleton={
          <>
            <Skeleton rows={5} />
            <Skeleton rows={3} />
          </>
        }
      >
        <Page taskId={taskId} />
      </Loading>
    </Screen>
  );
}

function Page({ taskId }: { taskId: string }): JSX.Element {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const query = useSuspenseQuery(taskQuery(taskId));
  const details = query.data;
  const { task, worth } = details;
  return (
    <>
      <Freshness of={query} />
      <Section footer={task.problem ?? undefined}>
        <Row
          title={shortAddress(task.address)}
          subtitle={t(`app.posts.platform.${task.platform}`)}
          note={<StateBadge state={task.state} />}
          onClick={() => openAddress(task.address)}
        />
        {task.endedAt === null && task.progress.percent !== null && (
          <Progress label={t("app.posts.progress")} done={task.progress.percent} total={100} />
        )}
        {task.progress.counts.map(({ name, count }) => (
          <Row key={name} title={t.find(`app.posts.fact.${name}`) ?? name} end={format.number(count)} />
        ))}
        <Row title={t("app.posts.attempts")} end={format.number(task.attempts)} />
        {task.endedAt === null && <Row title={t("app.posts.deadline_at")} end={format.dateTime(task.deadlineAt)} />}
        {worth && (
          <Row
            title={t(task.returnedAt ? "app.posts.returned" : "app.posts.worth")}
            end={format.money(worth.amount, worth.currency)}
          />
        )}
      </Section>
      <Section>
        <Row
          title={t("app.posts.customer")}
          end={task.person.name}
          {...(can("persons.read") && { to: href("person", { personId: task.person.id }) })}
        />
        {can("orders.read") && <Row title={t("app.posts.order")} to={href("order", { orderId: details.orderId })} />}
        {task.worker && <Row title={t("app.posts.worker")} end={task.worker.name} />}
        {task.leaseUntil && <Row title={t("app.posts.lease_until")} end={format.dateTime(task.leaseUntil)} />}
        {task.heardAt && <Row title={t("app.posts.heard")} end={format.ago(task.heardAt)} />}
        <Fact name={t("app.posts.external")} value={details.externalTaskId} canCopy isMono />
        <Fact name={t("app.posts.typed")} value={details.url} canCopy isMono />
      </Section>
      <ProofPart lines={details.proof} />
      <Events details={details} />
      {can("tasks.manage") && <Acts details={details} />}
    </>
  );
}

function Events({ details }: { details: TaskDetails }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  if (details.events.length === 0) return null;
  return (
    <Section header={t("app.posts.timeline")}>
      {[...details.events].reverse().map((event) => (
        <Row
          key={`${event.at} ${event.kind}`}
          title={t.find(`app.posts.event.${event.kind}`) ?? event.kind}
          end={format.dateTime(event.at)}
          subtitle={[event.worker?.name ?? event.person?.name, event.text].filter(Boolean).join(" · ")}
          isWrapped
        />
      ))}
    </Section>
  );
}

function Acts({ details }: { details: TaskDetails }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  const { task, acts, worth } = details;
  const retry = useAct(retryTask, { stale: ["tasks"], done: t("app.posts.retried") });
  const release = useAct(releaseTask, { stale: ["tasks"], done: t("app.posts.released") });
  const cancel = useAct(cancelTask, { stale: ["tasks"], done: t("app.posts.cancelled") });
  const onCancel = async () => {
    const isSure = await ask({
      title: t("app.posts.cancel"),
      message: worth
        ? t("app.posts.cancel_text", { amount: format.money(worth.amount, worth.currency) })
        : t("app.posts.cancel_text_free"),
      confirm: t("app.posts.cancel"),
      cancel: t("app.posts.keep"),
      isDestructive: true,
    });
    if (isSure) cancel.run(task.id);
  };
  if (!acts.retry && !acts.release && !acts.cancel) return null;
  return (
    <Section footer={acts.release ? t("app.posts.release_text") : undefined}>
      {acts.retry && (
        <Row
          before={<ReplayIcon />}
          title={t("app.posts.retry")}
          tone="accent"
          onClick={() => retry.run(task.id)}
          isDisabled={retry.isOff}
        />
      )}
      {acts.release && (
        <Row
          before={<UndoIcon />}
          title={t("app.posts.release")}
          tone="accent"
          onClick={() => release.run(task.id)}
          isDisabled={release.isOff}
        />
      )}
      {acts.cancel && (
        <Row
          before={<CloseIcon />}
          title={t("app.posts.cancel")}
          tone="danger"
          onClick={() => void onCancel()}
          isDisabled={cancel.isOff}
        />
      )}
    </Section>
  );
}
