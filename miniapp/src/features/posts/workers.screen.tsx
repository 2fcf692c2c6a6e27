/** Who works on posts, and how well: by what each of them said in thirty days. */
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { type Format, useFormat } from "@miniapp/shared/format.ts";
import { type AppTranslator, useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { Badge, BotIcon, Empty, Loading, Row, Screen, Section, Skeleton } from "@miniapp/shared/ui/index.ts";
import { Tiles } from "@miniapp/shared/ui/tiles.tsx";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { pushHealthQuery, type Worker, type Workers, workersQuery } from "./api.ts";

export default function WorkersScreen(): JSX.Element {
  const t = useT();
  return (
    <Screen title={t("app.posts.workers")} back={href("tasks")}>
      <Loading
        skeleton={
          <>
            <Skeleton rows={1} height={92} />
            <Skeleton rows={3} height={66} />
          </>
        }
      >
        <Page />
      </Loading>
    </Screen>
  );
}

function Page(): JSX.Element {
  const t = useT();
  const can = useCan();
  const go = useGo();
  const format = useFormat();
  const query = useSuspenseQuery(workersQuery);
  const { items, queue, pushedTo } = query.data;
  return (
    <>
      <Freshness of={query} />
      <Tiles label={t("app.posts.queue")} tiles={tilesOf(t, format, queue)} />
      {pushedTo !== null && <PushedTo host={pushedTo} />}
      {items.length === 0 ? (
        <Empty
          icon={<BotIcon size={30} />}
          title={t("app.posts.workers_none")}
          text={t("app.posts.workers_none_text")}
          {...(can("api_keys.manage") && {
            action: { text: t("app.posts.make_key"), onClick: () => go(href("newApiKey")) },
          })}
        />
      ) : (
        <Section header={t("app.posts.workers_days")}>
          {items.map((worker) => (
            <Row
              key={worker.id}
              title={worker.name}
              subtitle={workerLine(t, format, worker)}
              isWrapped
              after={<WorkerBadge worker={worker} waiting={queue.waiting} />}
            />
          ))}
        </Section>
      )}
    </>
  );
}

const tilesOf = (t: AppTranslator, format: Format, queue: Workers["queue"]) => [
  {
    name: t("app.posts.waiting"),
    value: format.number(queue.waiting),
    note: queue.oldestAt ? t("app.posts.oldest", { when: format.ago(queue.oldestAt) }) : t("app.posts.none_waits"),
    to: `${href("tasks")}?state=created`,
  },
  { name: t("app.posts.held"), value: format.number(queue.held), note: t("app.posts.held_note") },
  {
    name: t("app.posts.failed"),
    value: format.number(queue.failed),
    note: t("app.posts.failed_note"),
    to: `${href("tasks")}?state=failed`,
  },
];

function workerLine(t: AppTranslator, format: Format, worker: Worker): string {
  return [
    t("app.posts.done_count", { count: worker.done }),
    ...(worker.failed > 0 ? [t("app.posts.failed_count", { count: worker.failed })] : []),
    ...(worker.lost > 0 ? [t("app.posts.lost_count", { count: worker.lost })] : []),
    ...(worker.medianSec === null ? [] : [t("app.posts.median", { time: format.duration(worker.medianSec * 1000) })]),
    worker.seenAt ? t("app.posts.seen", { when: format.ago(worker.seenAt) }) : t("app.posts.never_seen"),
  ].join(" · ");
}

const silentMs = 15 * 60_000;

/** Silence is a trouble only while something waits. */
function WorkerBadge({ worker, waiting }: { worker: Worker; waiting: number }): JSX.Element {
  const t = useT();
  if (worker.isRevoked) return <Badge>{t("app.posts.revoked")}</Badge>;
  if (worker.holds > 0) return <Badge tone="good">{t("app.posts.holds", { count: worker.holds })}</Badge>;
  const isSilent = worker.seenAt === null || Date.now() - Date.parse(worker.seenAt) > silentMs;
  return isSilent && waiting > 0 ? (
    <Badge tone="warn">{t("app.posts.silent")}</Badge>
  ) : (
    <Badge>{t("app.posts.idle")}</Badge>
  );
}

/** Asked apart: a worker that is away must not hold up the page. */
function PushedTo({ host }: { host: string }): JSX.Element {
  const t = useT();
  const { data, isPending, isError } = useQuery(pushHealthQuery);
  return (
    <Section header={t("app.posts.pushed_to")} footer={data?.problem ?? undefined}>
      <Row
        title={host}
        after={
          isPending ? (
            <Badge>{t("app.posts.asking")}</Badge>
          ) : isError || !data.isHealthy ? (
            <Badge tone="bad">{t("app.posts.away")}</Badge>
          ) : (
            <Badge tone="good">{t("app.posts.works")}</Badge>
          )
        }
      />
    </Section>
  );
}
