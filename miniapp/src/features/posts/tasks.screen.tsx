/** The queue: every post of the workspace, the newest first. */
import { href } from "@miniapp/app/paths.ts";
import { PagedList } from "@miniapp/features/operations/components/paged-list.tsx";
import { oneOf, useFilters } from "@miniapp/features/operations/use-filters.ts";
import { useSearchText } from "@miniapp/features/operations/use-search-text.ts";
import { ExportSheet } from "@miniapp/features/reports/export-sheet.tsx";
import { SalesViews } from "@miniapp/features/sales/sales-views.tsx";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import {
  BotIcon,
  Chips,
  DownloadIcon,
  Empty,
  IconButton,
  LinkIcon,
  Loading,
  Row,
  Screen,
  Search,
  Section,
  Skeleton,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseInfiniteQuery } from "@tanstack/react-query";
import { type JSX, useDeferredValue, useState } from "react";
import { exportPath, type Task, type TaskFilter, tasksQuery } from "./api.ts";
import { progressLine, StateBadge, shortAddress } from "./post-words.tsx";

const states = ["created", "sent", "processing", "completed", "failed", "cancelled"] as const;
const rowHeight = 88;

export default function TasksScreen(): JSX.Element {
  const t = useT();
  const filters = useFilters();
  const search = useSearchText();
  const [isExporting, setExporting] = useState(false);
  const state = oneOf(states, filters.get("state"));
  const filter: TaskFilter = { ...(state && { state }), ...(search.wanted && { search: search.wanted }) };
  const clear = () => {
    search.type("");
    filters.clear();
  };
  return (
    <Screen
      title={t("app.sales.title")}
      action={<IconButton icon={<DownloadIcon />} label={t("app.posts.export")} onClick={() => setExporting(true)} />}
    >
      <SalesViews current="tasks" />
      <Section>
        <Row before={<BotIcon />} title={t("app.posts.workers")} to={href("workers")} />
      </Section>
      <Search value={search.typed} onChange={search.type} label={t("app.posts.search")} />
      <Chips
        label={t("app.posts.states")}
        choices={states.map((value) => ({ value, label: t(`app.posts.state.${value}`) }))}
        value={state}
        onChange={(next) => filters.set({ state: next })}
      />
      <Loading skeleton={<Skeleton rows={6} height={rowHeight} />}>
        <List filter={filter} onClear={clear} />
      </Loading>
      {isExporting && (
        <ExportSheet pathOf={(choice) => exportPath(filter, choice)} name="posts" onClose={() => setExporting(false)} />
      )}
    </Screen>
  );
}

function List({ filter, onClear }: { filter: TaskFilter; onClear(): void }): JSX.Element {
  const t = useT();
  // The rows on screen stay until those of the next filter have come.
  const state = useDeferredValue(filter.state);
  const { search } = filter;
  const isFiltered = state !== undefined || search !== undefined;
  return (
    <PagedList
      label={t("app.posts.title")}
      list={useSuspenseInfiniteQuery(tasksQuery({ ...(state && { state }), ...(search && { search }) }))}
      keyOf={(task) => task.id}
      rowHeight={rowHeight}
      render={(task) => <TaskRow task={task} />}
      empty={
        isFiltered ? (
          <Empty title={t("app.state.nothing_found")} action={{ text: t("app.action.reset"), onClick: onClear }} />
        ) : (
          <Empty
            icon={<LinkIcon size={30} />}
            title={t("app.posts.queue_none")}
            text={t("app.posts.queue_none_text")}
          />
        )
      }
    />
  );
}

function TaskRow({ task }: { task: Task }): JSX.Element {
  const t = useT();
  const format = useFormat();
  return (
    <Row
      to={href("task", { taskId: task.id })}
      title={shortAddress(task.address)}
      end={format.moment(task.createdAt)}
      subtitle={[task.person.name, task.worker?.name, progressLine(t, format, task.progress)]
        .filter(Boolean)
        .join(" · ")}
      note={<StateBadge state={task.state} />}
      isNoteBelow
    />
  );
}
