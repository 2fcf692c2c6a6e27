/** The people in a sequence: where each stands, and out by hand. */
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { PagedList } from "@miniapp/features/operations/components/paged-list.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { oneOf, useFilters } from "@miniapp/features/operations/use-filters.ts";
import { useSearchText } from "@miniapp/features/operations/use-search-text.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import {
  Avatar,
  Chips,
  Empty,
  Fact,
  Loading,
  PeopleIcon,
  Row,
  Screen,
  Search,
  Section,
  Sheet,
  SheetBody,
  Skeleton,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseInfiniteQuery } from "@tanstack/react-query";
import { type JSX, useDeferredValue, useState } from "react";
import { useParams } from "wouter";
import { type RunFilter, removePerson, type SequenceRun, sequenceRunsQuery } from "./api.ts";
import { placeLine } from "./sequence-words.ts";

const states = ["active", "finished", "stopped"] as const;

export default function PeopleScreen(): JSX.Element {
  const t = useT();
  const { sequenceId = "" } = useParams();
  const filters = useFilters();
  const search = useSearchText();
  const state = oneOf(states, filters.get("state"));
  const clear = () => {
    search.type("");
    filters.clear();
  };
  return (
    <Screen title={t("app.sequences.people")} back={href("sequence", { sequenceId })}>
      <Search value={search.typed} onChange={search.type} label={t("app.sequences.search")} />
      <Chips
        label={t("app.fact.state")}
        choices={states.map((value) => ({ value, label: t(`app.sequences.${value}`) }))}
        value={state}
        onChange={(value) => filters.set({ state: value })}
      />
      <Loading skeleton={<Skeleton rows={8} height={66} />}>
        <List filter={{ sequenceId, state, search: search.wanted }} onClear={clear} />
      </Loading>
    </Screen>
  );
}

function List({ filter, onClear }: { filter: RunFilter; onClear(): void }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const state = useDeferredValue(filter.state);
  const list = useSuspenseInfiniteQuery(sequenceRunsQuery({ ...filter, state }));
  const [opened, setOpened] = useState<SequenceRun | null>(null);
  return (
    <>
      <PagedList
        label={t("app.sequences.people")}
        list={list}
        keyOf={(run) => run.id}
        rowHeight={64}
        render={(run) => (
          <Row
            before={<Avatar name={run.name ?? "?"} tone={run.state === "active" ? "accent" : "neutral"} />}
            title={run.name ?? run.username ?? t("app.sequences.nameless")}
            subtitle={placeLine(t, format, run)}
            end={format.moment(run.enteredAt)}
            onClick={() => setOpened(run)}
          />
        )}
        empty={
          filter.search || filter.state ? (
            <Empty title={t("app.state.nothing_found")} action={{ text: t("app.action.reset"), onClick: onClear }} />
          ) : (
            <Empty icon={<PeopleIcon size={30} />} title={t("app.sequences.people_none")} />
          )
        }
      />
      {opened && <PersonSheet run={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

function PersonSheet({ run, onClose }: { run: SequenceRun; onClose(): void }): JSX.Element {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const remove = useAct(removePerson, { stale: ["sequences"], done: t("app.sequences.taken_out"), onDone: onClose });
  return (
    <Sheet title={run.name ?? t("app.sequences.nameless")} onClose={onClose}>
      <SheetBody>
        <Section>
          <Fact name={t("app.sequences.entered")} value={format.dateTime(run.enteredAt)} />
          <Fact name={t("app.fact.state")} value={placeLine(t, format, run)} />
          {can("audience.read") && run.name !== null && (
            <Row
              title={run.username ? `@${run.username}` : run.name}
              to={href("subscriber", { subscriberId: String(run.subscriberId) })}
            />
          )}
        </Section>
        {run.state === "active" && can("broadcasts.write") && (
          <Section>
            <Row
              tone="danger"
              title={t("app.sequences.take_out")}
              isDisabled={remove.isOff}
              onClick={() => remove.run(run.id)}
            />
          </Section>
        )}
      </SheetBody>
    </Sheet>
  );
}
