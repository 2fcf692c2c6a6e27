import { href } from "@miniapp/app/paths.ts";
import { ChoiceRow } from "@miniapp/features/identity/components/choice-row.tsx";
import { PagedList } from "@miniapp/features/operations/components/paged-list.tsx";
import { oneOf, useFilters } from "@miniapp/features/operations/use-filters.ts";
import { useSearchText } from "@miniapp/features/operations/use-search-text.ts";
import { LoadedWith } from "@miniapp/shared/code.tsx";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import {
  Avatar,
  Badge,
  CloseIcon,
  Empty,
  GearIcon,
  IconButton,
  Loading,
  PeopleIcon,
  Progress,
  Row,
  Screen,
  Search,
  Section,
  Skeleton,
} from "@miniapp/shared/ui/index.ts";
import { useQuery, useSuspenseInfiniteQuery } from "@tanstack/react-query";
import { type JSX, useDeferredValue, useMemo, useState } from "react";
import { ChoiceMark } from "../conversions/choice-mark.tsx";
import { type Selection, useSelection } from "../conversions/use-selection.ts";
import {
  countQuery,
  runningChangeQuery,
  type SubscriberFilter,
  type SubscriberSummary,
  subscribersQuery,
  tagsQuery,
} from "./api.ts";
import { AudienceViews } from "./audience-views.tsx";
import { FilterChips } from "./filter-chips.tsx";
import { useBots } from "./use-bots.ts";
import { whomOf } from "./whom.ts";
import { nameOf, states, stateTone } from "./words.ts";

const rowHeight = 66;
const loadBulk = () => import("./bulk-tags.tsx");
const loadMore = () => import("./more-sheet.tsx");

/** Everybody whom the bots know, newest or last seen first. */
export default function AudienceScreen(): JSX.Element {
  const t = useT();
  const filters = useFilters();
  const search = useSearchText();
  const selection = useSelection();
  const [isMore, setMore] = useState(false);
  const filter: SubscriberFilter = {
    botId: filters.get("bot"),
    state: oneOf(states, filters.get("state")),
    tagId: /^[1-9]\d{0,8}$/.exec(filters.get("tag") ?? "")?.[0],
    search: search.wanted,
    ...whomOf(filters.get),
  };
  const clear = () => {
    search.type("");
    filters.clear();
  };
  return (
    <Screen
      title={t("app.audience.title")}
      action={
        <IconButton
          icon={selection.isOn ? <CloseIcon /> : <GearIcon />}
          label={t(selection.isOn ? "app.audience.select_end" : "app.audience.more")}
          onClick={selection.isOn ? selection.switchMode : () => setMore(true)}
        />
      }
    >
      <AudienceViews current="audience" />
      <Search value={search.typed} onChange={search.type} label={t("app.audience.search")} />
      <FilterChips filter={filter} onChange={filters.set} />
      <Running />
      {selection.isOn && (
        <Loading skeleton={<Skeleton rows={2} height={48} />} isCompact>
          <LoadedWith name="bulk-tags" load={loadBulk} props={{ filter, selected: selection.ids }} />
        </Loading>
      )}
      <Loading skeleton={<Skeleton rows={8} height={rowHeight} />}>
        <List filter={filter} selection={selection} onClear={clear} />
      </Loading>
      {isMore && (
        <Loading skeleton={null}>
          <LoadedWith
            name="people-more"
            load={loadMore}
            props={{ filter, onSelect: selection.switchMode, onClose: () => setMore(false) }}
          />
        </Loading>
      )}
    </Screen>
  );
}

function List({
  filter,
  selection,
  onClear,
}: {
  filter: SubscriberFilter;
  selection: Selection;
  onClear(): void;
}): JSX.Element {
  const t = useT();
  const format = useFormat();
  const filters = useFilters();
  const sort = filters.get("sort") === "seen" ? "seen" : "newest";
  // The rows on screen stay until those of the next filter have come.
  const shown = useDeferredValue(JSON.stringify({ ...filter, sort }));
  const list = useSuspenseInfiniteQuery(subscribersQuery(useMemo(() => JSON.parse(shown), [shown])));
  const { data: tags = [] } = useQuery(tagsQuery);
  const { data: found } = useQuery(countQuery(filter));
  const names = new Map(tags.map(({ id, name }) => [id, name]));
  const bots = useBots();
  // One human in three bots is three rows: each says through which bot he is reached.
  const botOf = (id: string) =>
    bots.length > 1 && !filter.botId ? bots.find((bot) => bot.id === id)?.name : undefined;
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return (
    <>
      {found && found.count > 0 && (
        <Section>
          <ChoiceRow
            title={t(found.isCapped ? "app.audience.count_capped" : "app.audience.count", { count: found.count })}
            value={t(`app.audience.sort.${sort}`)}
            onClick={() => filters.set({ sort: sort === "seen" ? undefined : "seen" })}
          />
        </Section>
      )}
      <PagedList
        label={t("app.audience.title")}
        list={list}
        keyOf={(subscriber) => String(subscriber.id)}
        rowHeight={rowHeight}
        render={(subscriber) => (
          <SubscriberRow
            subscriber={subscriber}
            bot={botOf(subscriber.botId)}
            tags={subscriber.tags.flatMap((tag) => names.get(tag) ?? [])}
            choice={selection.choiceOf(String(subscriber.id))}
            when={subscriber.lastSeenAt ? format.moment(subscriber.lastSeenAt) : undefined}
          />
        )}
        empty={
          isFiltered ? (
            <Empty title={t("app.state.nothing_found")} action={{ text: t("app.action.reset"), onClick: onClear }} />
          ) : (
            <Empty
              icon={<PeopleIcon size={30} />}
              title={t("app.audience.empty")}
              text={t("app.audience.empty_text")}
            />
          )
        }
      />
    </>
  );
}

function SubscriberRow({
  subscriber,
  bot,
  tags,
  choice,
  when,
}: {
  subscriber: SubscriberSummary;
  bot: string | undefined;
  tags: readonly string[];
  choice: { isChosen: boolean; toggle(): void } | undefined;
  when: string | undefined;
}): JSX.Element {
  const t = useT();
  const name = nameOf(subscriber);
  const { state, username } = subscriber;
  const reach =
    state !== "active" ? (
      <Badge tone={stateTone[state]}>{t(`app.audience.state.${state}`)}</Badge>
    ) : subscriber.isOptedOut ? (
      <Badge tone="warn">{t("app.audience.opted_out")}</Badge>
    ) : undefined;
  return (
    <Row
      before={
        choice ? (
          <ChoiceMark isOn={choice.isChosen} />
        ) : (
          <Avatar name={name} tone={state === "active" ? "accent" : "neutral"} />
        )
      }
      title={name}
      subtitle={[bot, tags.join(", ") || (username ? `@${username}` : subscriber.telegramId)]
        .filter(Boolean)
        .join(" · ")}
      end={when}
      note={reach}
      {...(choice
        ? { onClick: choice.toggle, isChecked: choice.isChosen }
        : { to: href("subscriber", { subscriberId: String(subscriber.id) }) })}
    />
  );
}

/** A change to many that is under way, or that failed lately. */
function Running(): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  const { data: change } = useQuery(runningChangeQuery);
  if (!change) return null;
  const figures = { done: format.number(change.done), total: format.number(change.total) };
  return (
    <Section>
      <Progress
        label={t(`app.audience.change.${change.state === "failed" ? "failed" : change.kind}`, figures)}
        done={change.done}
        total={change.total}
      />
    </Section>
  );
}
