/** Campaigns of all trackers: found by name, narrowed by a sheet, fresh or marked as old. */
import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import {
  Chips,
  Empty,
  Failure,
  FilterIcon,
  GearIcon,
  IconButton,
  Loading,
  RouteIcon,
  Row,
  Screen,
  Search,
  Section,
  Skeleton,
  TrafficIcon,
} from "@miniapp/shared/ui/index.ts";
import { VirtualList } from "@miniapp/shared/ui/virtual-list.tsx";
import { useInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useCallback, useMemo, useState } from "react";
import { TrafficViews } from "../conversions/traffic-views.tsx";
import { useFilter, useSearchText } from "../conversions/use-filter.ts";
import { useCan } from "../identity/me.ts";
import { campaignsQuery, type TrackerMirror, trackersQuery } from "./api.ts";
import { CampaignRow } from "./campaign-row.tsx";
import { ConnectTracker } from "./connect-tracker.tsx";
import { FilterSheet } from "./filter-sheet.tsx";
import { countOn, filterNames, isNarrowing, type ListFilter, toQuestion } from "./list-filter.ts";
import { TrackerNotes } from "./tracker-notes.tsx";

const rowHeight = 65;

export default function CampaignsScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  return (
    <Screen
      title={t("app.tabs.traffic")}
      action={
        <IconButton
          icon={<GearIcon />}
          label={t("app.campaigns.trackers.title")}
          onClick={() => go(href("trackers"))}
        />
      }
    >
      <TrafficViews current="campaigns" />
      <Loading skeleton={<Skeleton rows={9} height={rowHeight} />}>
        <Body />
      </Loading>
    </Screen>
  );
}

function Body(): JSX.Element {
  const { data: trackers } = useSuspenseQuery(trackersQuery);
  return trackers.length === 0 ? <ConnectTracker /> : <List trackers={trackers} />;
}

function List({ trackers }: { trackers: readonly TrackerMirror[] }): JSX.Element {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const [filter, change] = useFilter(filterNames);
  const [isChoosing, setChoosing] = useState(false);
  const settle = useCallback((search: string) => change({ search: search || undefined }), [change]);
  const [text, setText] = useSearchText(filter.search ?? "", settle);
  const list = useInfiniteQuery(campaignsQuery(toQuestion(filter)));
  const campaigns = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const shown = filter.connectionId
    ? trackers.filter(({ connectionId }) => connectionId === filter.connectionId)
    : trackers;
  const chosen = countOn(filter);
  const reset = () => {
    setText("");
    change(Object.fromEntries(filterNames.map((name) => [name, undefined])) as ListFilter);
  };
  return (
    <>
      <Search value={text} onChange={setText} label={t("app.campaigns.search")} />
      <Chips<"favourites">
        label={t("app.campaigns.filters")}
        choices={[{ value: "favourites", label: t("app.campaigns.favourites") }]}
        value={filter.isFavourite === "true" ? "favourites" : undefined}
        onChange={(favourites) => change({ isFavourite: favourites && "true" })}
        first={
          <Chips.Item isOn={chosen > 0} onClick={() => setChoosing(true)} icon={<FilterIcon size={18} />}>
            {chosen > 0 ? `${t("app.campaigns.filters")} · ${format.number(chosen)}` : t("app.campaigns.filters")}
          </Chips.Item>
        }
      />
      <TrackerNotes trackers={shown} />
      {can("campaigns.edit") && !isNarrowing(filter) && (
        <Section>
          <Row before={<RouteIcon />} title={t("app.campaigns.many_by_offer")} to={href("manyFlows")} />
        </Section>
      )}
      {list.isPending ? (
        <Skeleton rows={9} height={rowHeight} />
      ) : list.isError && campaigns.length === 0 ? (
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      ) : campaigns.length === 0 && isNarrowing(filter) ? (
        <Empty
          icon={<TrafficIcon size={30} />}
          title={t("app.campaigns.none_found")}
          action={{ text: t("app.action.reset"), onClick: reset }}
        />
      ) : campaigns.length === 0 ? (
        <Empty icon={<TrafficIcon size={30} />} title={t("app.campaigns.empty")} text={t("app.campaigns.empty_text")} />
      ) : (
        <VirtualList
          label={t("app.campaigns.title")}
          items={campaigns}
          keyOf={({ id }) => id}
          rowHeight={rowHeight}
          render={(campaign) => <CampaignRow campaign={campaign} isNamingTracker={shown.length > 1} />}
          pages={list}
        />
      )}
      {isChoosing && (
        <FilterSheet trackers={trackers} filter={filter} onChange={change} onClose={() => setChoosing(false)} />
      )}
    </>
  );
}
