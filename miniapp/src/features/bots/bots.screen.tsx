/** Bots of the workspace: whom each reaches, and how it fares. */
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { matching, searchedFrom } from "@miniapp/features/operations/list-search.ts";
import { useSearchText } from "@miniapp/features/operations/use-search-text.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import {
  Avatar,
  Badge,
  BotIcon,
  Empty,
  Loading,
  Row,
  Screen,
  Search,
  Section,
  Skeleton,
} from "@miniapp/shared/ui/index.ts";
import { VirtualList } from "@miniapp/shared/ui/virtual-list.tsx";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { type Bot, botsQuery, isTroubled, type People, peopleQuery } from "./api.ts";
import { BotState } from "./bot-state.tsx";

/** More rows than this are drawn only where they are looked at. */
const mostRows = 50;

export default function BotsScreen(): JSX.Element {
  const t = useT();
  const can = useCan();
  const go = useGo();
  return (
    <Screen
      title={t("app.control.bots")}
      back={href("control")}
      main={can("bots.manage") ? { text: t("app.bots.connect"), onClick: () => go(href("newBot")) } : undefined}
    >
      <Loading skeleton={<Skeleton rows={3} height={66} />}>
        <List />
      </Loading>
    </Screen>
  );
}

function List(): JSX.Element {
  const t = useT();
  const query = useSuspenseQuery(botsQuery);
  // Counting a million people may take a moment; the list does not wait for it.
  const people = useQuery(peopleQuery).data;
  const search = useSearchText();
  const all = query.data.items;
  if (all.length === 0)
    return <Empty icon={<BotIcon size={30} />} title={t("app.bots.empty")} text={t("app.bots.connect_text")} />;
  const bots = matching(all, search.typed, ({ name, username }) => `${name} @${username}`);
  const row = (bot: Bot) => <BotRow key={bot.id} bot={bot} people={people?.get(bot.id)} />;
  return (
    <>
      <Freshness of={query} />
      {all.length > searchedFrom && (
        <Search value={search.typed} onChange={search.type} label={t("app.action.search")} />
      )}
      {bots.length === 0 && (
        <Empty
          title={t("app.state.nothing_found")}
          action={{ text: t("app.action.reset"), onClick: () => search.type("") }}
        />
      )}
      {bots.length > mostRows ? (
        <VirtualList label={t("app.control.bots")} items={bots} keyOf={({ id }) => id} render={row} rowHeight={66} />
      ) : (
        bots.length > 0 && <Section>{bots.map(row)}</Section>
      )}
    </>
  );
}

function BotRow({ bot, people }: { bot: Bot; people: People | undefined }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const reached = people && t("app.bots.people", { count: people.active, number: format.number(people.active) });
  const facts = [`@${bot.username}`, ...(reached ? [reached] : [])].join(" · ");
  return (
    <Row
      before={<Avatar name={bot.name} tone={isTroubled(bot) ? "bad" : "accent"} />}
      title={bot.name}
      subtitle={bot.health?.problem ? `${facts}\n${bot.health.problem.message}` : facts}
      isWrapped
      isNoteBelow
      note={
        <>
          {bot.isPlatform && <Badge>{t("app.bots.main")}</Badge>}
          {(bot.state !== "active" || isTroubled(bot)) && <BotState bot={bot} />}
        </>
      }
      to={href("bot", { botId: bot.id })}
    />
  );
}
