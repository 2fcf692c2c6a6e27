/** Every call as it came in, what became of it, and a way to let it come in again. */
import { href } from "@miniapp/app/paths.ts";
import { DayHeading } from "@miniapp/features/conversions/day-heading.tsx";
import { withDays } from "@miniapp/features/conversions/days.ts";
import { TrafficViews } from "@miniapp/features/conversions/traffic-views.tsx";
import { useFilter, useSearchText } from "@miniapp/features/conversions/use-filter.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import {
  ask,
  Badge,
  Chips,
  Empty,
  Failure,
  InboxIcon,
  Progress,
  ReplayIcon,
  Row,
  Screen,
  Search,
  Section,
  Skeleton,
  toast,
} from "@miniapp/shared/ui/index.ts";
import { VirtualList } from "@miniapp/shared/ui/virtual-list.tsx";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type JSX, useCallback, useMemo, useState } from "react";
import { callTone, summaryOf } from "./inbound-call.ts";
import {
  type InboxFilter,
  type InboxItem,
  inboxQuery,
  replayQuery,
  useReplay,
  useRetryDeadLetters,
  useStopReplay,
} from "./inbox-api.ts";

const statuses = ["failed", "malformed", "ignored", "handled", "received"] as const;
const rowHeight = 65;

export default function InboxScreen(): JSX.Element {
  const t = useT();
  const can = useCan();
  const { timeZone, dateTime } = useFormat();
  const [filter, change] = useFilter(["status", "q", "connectionId"]);
  const settle = useCallback((q: string) => change({ q: q || undefined }), [change]);
  const [text, setText] = useSearchText(filter.q ?? "", settle);
  const list = useInfiniteQuery(inboxQuery(filter as InboxFilter));
  const calls = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const rows = useMemo(() => withDays(calls, (call) => call.receivedAt, timeZone), [calls, timeZone]);
  const isFiltered = Object.keys(filter).length > 0;
  const searchedTo = list.data?.pages.at(-1)?.searchedTo ?? null;

  return (
    <Screen title={t("app.tabs.traffic")}>
      <TrafficViews current="inbox" />
      <Search value={text} onChange={setText} label={t("app.inbox.search")} />
      <Chips
        label={t("app.inbox.statuses")}
        choices={statuses.map((status) => ({ value: status, label: t(`app.inbox.${status}`) }))}
        value={statuses.find((status) => status === filter.status)}
        onChange={(status) => change({ status })}
      />
      {can("inbox.manage") && calls.length > 0 && <Tools filter={filter as InboxFilter} isFiltered={isFiltered} />}
      {list.isPending ? (
        <Skeleton rows={9} height={rowHeight} />
      ) : list.isError && calls.length === 0 ? (
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      ) : calls.length === 0 && isFiltered && searchedTo === null ? (
        <Empty
          icon={<InboxIcon size={30} />}
          title={t("app.conversions.none_found")}
          action={{
            text: t("app.action.reset"),
            onClick: () => {
              setText("");
              change({ status: undefined, q: undefined, connectionId: undefined });
            },
          }}
        />
      ) : calls.length === 0 && searchedTo === null ? (
        <Empty icon={<InboxIcon size={30} />} title={t("app.inbox.empty")} text={t("app.inbox.empty_text")} />
      ) : (
        <VirtualList
          label={t("app.traffic.inbox")}
          items={rows}
          keyOf={(row) => (row.kind === "day" ? row.day : row.item.id)}
          rowHeight={rowHeight}
          isHeading={(row) => row.kind === "day"}
          render={(row) =>
            row.kind === "day" ? <DayHeading day={row.day} iso={row.iso} /> : <CallRow call={row.item} />
          }
          pages={{ ...list, hasNextPage: list.hasNextPage && searchedTo === null }}
        />
      )}
      {searchedTo !== null && (
        <Section footer={t("app.inbox.searched_to", { when: dateTime(searchedTo) })}>
          <Row
            tone="accent"
            title={t("app.inbox.search_on")}
            isDisabled={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          />
        </Section>
      )}
    </Screen>
  );
}

function CallRow({ call }: { call: InboxItem }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const name = call.from?.name ?? t.find(`app.inbox.source.${call.source}`) ?? call.source;
  return (
    <Row
      to={href("inboundEvent", { eventId: call.id })}
      title={name}
      end={<Badge tone={callTone[call.status]}>{t(`app.inbox.${call.status}`)}</Badge>}
      subtitle={call.error?.message ?? summaryOf(call)}
      note={
        <>
          {call.isTest && <Badge>{t("app.inbox.test")}</Badge>}
          {format.time(call.receivedAt)}
        </>
      }
    />
  );
}

/** Letting calls come in again: all failed ones, or all that match what is being looked for. */
function Tools({ filter, isFiltered }: { filter: InboxFilter; isFiltered: boolean }): JSX.Element | null {
  const t = useT();
  const retry = useRetryDeadLetters();
  const replay = useReplay();
  const [replayId, setReplayId] = useState<string | null>(null);
  const onError = (error: unknown) => {
    haptics.failed();
    toast(sentenceOf(t, error));
  };
  if (replayId !== null) return <Running replayId={replayId} onEnd={() => setReplayId(null)} />;
  if (filter.status === "failed" && filter.q === undefined && filter.connectionId === undefined)
    return (
      <Section>
        <Row
          before={<ReplayIcon />}
          tone="accent"
          title={t("app.inbox.retry_dead")}
          isDisabled={retry.isPending}
          onClick={() =>
            retry.mutate(
              { all: true },
              {
                onSuccess: ({ count }) => {
                  haptics.succeeded();
                  toast(t("app.inbox.retried", { count }));
                },
                onError,
              },
            )
          }
        />
      </Section>
    );
  if (!isFiltered) return null;
  const replayAll = async () => {
    const isSure = await ask({
      title: t("app.inbox.replay_title"),
      message: t("app.inbox.replay_text"),
      confirm: t("app.inbox.replay"),
      cancel: t("app.action.cancel"),
    });
    if (!isSure) return;
    replay.mutate(
      { filter },
      {
        onSuccess: (answer) => {
          haptics.succeeded();
          if (answer.replay) setReplayId(answer.replay.id);
          else toast(t("app.inbox.replay_done", { stored: answer.stored }));
        },
        onError,
      },
    );
  };
  return (
    <Section>
      <Row
        before={<ReplayIcon />}
        tone="accent"
        title={t("app.inbox.replay_found")}
        isDisabled={replay.isPending}
        onClick={() => void replayAll()}
      />
    </Section>
  );
}

function Running({ replayId, onEnd }: { replayId: string; onEnd(): void }): JSX.Element {
  const t = useT();
  const stop = useStopReplay();
  const { data } = useQuery(replayQuery(replayId));
  const isRunning = data === undefined || data.state === "running";
  return (
    <Section>
      <Progress
        label={
          isRunning
            ? t("app.inbox.replay_running", { percent: data?.percent ?? 0, stored: data?.stored ?? 0 })
            : t(data.state === "failed" ? "app.inbox.replay_failed" : "app.inbox.replay_done", { stored: data.stored })
        }
        done={isRunning || data.state === "failed" ? (data?.percent ?? 0) : 100}
        total={100}
      />
      {isRunning ? (
        <Row
          tone="danger"
          title={t("app.inbox.replay_stop")}
          isDisabled={stop.isPending}
          onClick={() => stop.mutate(replayId)}
        />
      ) : (
        <Row tone="accent" title={t("app.action.close")} onClick={onEnd} />
      )}
    </Section>
  );
}
