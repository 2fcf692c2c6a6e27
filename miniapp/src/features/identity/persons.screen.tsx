import { href } from "@miniapp/app/paths.ts";
import { PagedList } from "@miniapp/features/operations/components/paged-list.tsx";
import { useFilters } from "@miniapp/features/operations/use-filters.ts";
import { useSearchText } from "@miniapp/features/operations/use-search-text.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import {
  Avatar,
  Badge,
  Chips,
  Empty,
  Loading,
  PeopleIcon,
  Row,
  Screen,
  Search,
  Skeleton,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseInfiniteQuery } from "@tanstack/react-query";
import { type JSX, useDeferredValue } from "react";
import { type PersonFilter, personsQuery } from "./api.ts";

export default function PersonsScreen(): JSX.Element {
  const t = useT();
  const filters = useFilters();
  const search = useSearchText();
  const isBlocked = filters.get("blocked") === "true";
  const clear = () => {
    search.type("");
    filters.clear();
  };
  return (
    <Screen title={t("app.control.people")} back={href("control")}>
      <Search value={search.typed} onChange={search.type} label={t("app.people.search")} />
      <Chips
        label={t("app.fact.state")}
        choices={[{ value: "true", label: t("app.state.blocked") }]}
        value={isBlocked ? "true" : undefined}
        onChange={(value) => filters.set({ blocked: value })}
      />
      <Loading skeleton={<Skeleton rows={8} height={66} />}>
        <List filter={{ search: search.wanted, isBlocked }} onClear={clear} />
      </Loading>
    </Screen>
  );
}

function List({ filter, onClear }: { filter: PersonFilter; onClear(): void }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const isBlocked = useDeferredValue(filter.isBlocked);
  const list = useSuspenseInfiniteQuery(personsQuery({ search: filter.search, isBlocked }));
  return (
    <PagedList
      label={t("app.control.people")}
      list={list}
      keyOf={(person) => person.id}
      rowHeight={64}
      render={(person) => (
        <Row
          before={
            <Avatar name={person.name} tone={person.blockedAt ? "bad" : person.erasedAt ? "neutral" : "accent"} />
          }
          title={person.name || t("app.people.nameless")}
          subtitle={person.username ? `@${person.username}` : (person.telegramId?.toString() ?? "–")}
          end={person.lastSeenAt ? format.moment(person.lastSeenAt) : undefined}
          note={
            person.blockedAt ? (
              <Badge tone="bad">{t("app.state.blocked")}</Badge>
            ) : person.role ? (
              <Badge>{t(`app.roles.${person.role}`)}</Badge>
            ) : undefined
          }
          to={href("person", { personId: person.id })}
        />
      )}
      empty={
        filter.search || filter.isBlocked ? (
          <Empty title={t("app.state.nothing_found")} action={{ text: t("app.action.reset"), onClick: onClear }} />
        ) : (
          <Empty icon={<PeopleIcon size={30} />} title={t("app.state.nothing")} text={t("app.people.empty")} />
        )
      }
    />
  );
}
