import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { PagedList } from "@miniapp/features/operations/components/paged-list.tsx";
import { oneOf, useFilters } from "@miniapp/features/operations/use-filters.ts";
import { useSearchText } from "@miniapp/features/operations/use-search-text.ts";
import { type Format, useFormat } from "@miniapp/shared/format.ts";
import { type AppTranslator, useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import {
  Chips,
  Empty,
  IconButton,
  Loading,
  PlusIcon,
  Row,
  Screen,
  Search,
  Section,
  SendIcon,
  Skeleton,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseInfiniteQuery } from "@tanstack/react-query";
import { type JSX, useDeferredValue } from "react";
import { AudienceViews } from "../audience/audience-views.tsx";
import { type BroadcastRow, type BroadcastState, broadcastsQuery } from "./api.ts";
import { startWords } from "./start-words.ts";
import { StateBadge } from "./state-badge.tsx";

const states = ["draft", "scheduled", "sending", "paused", "sent", "cancelled", "failed"] as const;

export default function BroadcastsScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const filters = useFilters();
  const search = useSearchText();
  const state = oneOf(states, filters.get("state"));
  return (
    <Screen
      title={t("app.broadcasts.title")}
      action={
        can("broadcasts.write") && (
          <IconButton icon={<PlusIcon />} label={t("app.broadcasts.add")} onClick={() => go(href("newBroadcast"))} />
        )
      }
    >
      <AudienceViews current="broadcasts" />
      <Search value={search.typed} onChange={search.type} label={t("app.broadcasts.search")} />
      <Chips
        label={t("app.broadcasts.state")}
        choices={states.map((value) => ({ value, label: t(`app.broadcast.state_${value}`) }))}
        value={state}
        onChange={(value) => filters.set({ state: value })}
      />
      <Loading skeleton={<Skeleton rows={6} height={84} />}>
        <List
          state={state}
          search={search.wanted}
          onClear={() => {
            search.type("");
            filters.clear();
          }}
        />
      </Loading>
      <Section>
        <Row title={t("app.broadcasts.overview")} to={href("broadcastsOverview")} />
        <Row title={t("app.mtemplates.title")} to={href("messageTemplates")} />
        <Row title={t("app.broadcasts.settings")} to={href("broadcastSettings")} />
      </Section>
    </Screen>
  );
}

function List({
  state,
  search,
  onClear,
}: {
  state: BroadcastState | undefined;
  search: string | undefined;
  onClear(): void;
}): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const list = useSuspenseInfiniteQuery(broadcastsQuery({ state: useDeferredValue(state), search }));
  return (
    <PagedList
      label={t("app.broadcasts.title")}
      list={list}
      keyOf={({ id }) => id}
      rowHeight={84}
      render={(row) => <BroadcastLine row={row} />}
      empty={
        state || search ? (
          <Empty title={t("app.state.nothing_found")} action={{ text: t("app.action.reset"), onClick: onClear }} />
        ) : (
          <Empty
            icon={<SendIcon size={30} />}
            title={t("app.broadcasts.empty")}
            text={t("app.broadcasts.empty_text")}
            {...(can("broadcasts.write")
              ? { action: { text: t("app.broadcasts.add"), onClick: () => go(href("newBroadcast")) } }
              : {})}
          />
        )
      }
    />
  );
}

/** A plan sends nothing itself: its figures are those of its runs. */
function planLine(t: AppTranslator, format: Format, { state, runAt, stateReason }: BroadcastRow): string {
  if (state === "scheduled" && runAt) return t("app.broadcast.plan_next", { when: format.dateTime(runAt) });
  return state === "paused" && stateReason ? stateReason.message : t("app.schedule.cron");
}

function BroadcastLine({ row }: { row: BroadcastRow }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { counts, state } = row;
  const figures = { done: format.number(counts.total - counts.waiting), total: format.number(counts.total) };
  const lineOf = {
    draft: () => (row.requestedAt ? t("app.broadcast.waits_for_release") : t("app.broadcast.not_sent_yet")),
    scheduled: () =>
      row.runAt ? t("app.broadcast.starts", { when: startWords(t, format, row.schedule, row.runAt) }) : "",
    sending: () => t("app.broadcast.done_of", figures),
    paused: () => row.stateReason?.message ?? t("app.broadcast.done_of", figures),
    sent: () => t("app.broadcast.reached", { sent: format.number(counts.sent), total: figures.total }),
    cancelled: () => t("app.broadcast.reached", { sent: format.number(counts.sent), total: figures.total }),
    failed: () => row.stateReason?.message ?? "",
  };
  const line = row.kind === "recurring" ? planLine(t, format, row) : lineOf[state]();
  return (
    <Row
      to={href("broadcast", { broadcastId: row.id })}
      title={row.name}
      end={format.moment(row.finishedAt ?? row.startedAt ?? row.updatedAt)}
      subtitle={line}
      note={<StateBadge state={state} />}
      isNoteBelow
    />
  );
}
