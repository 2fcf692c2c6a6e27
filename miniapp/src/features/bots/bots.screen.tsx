import { href } from "@miniapp/app/paths.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useT } from "@miniapp/shared/i18n.ts";
import { Avatar, Badge, BotIcon, Empty, Loading, Row, Screen, Section, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { botsQuery, isTroubled } from "./api.ts";

export default function BotsScreen(): JSX.Element {
  const t = useT();
  return (
    <Screen title={t("app.control.bots")} back={href("control")}>
      <Loading skeleton={<Skeleton rows={2} height={66} />}>
        <List />
      </Loading>
    </Screen>
  );
}

function List(): JSX.Element {
  const t = useT();
  const query = useSuspenseQuery(botsQuery);
  const bots = query.data.items;
  if (bots.length === 0) return <Empty icon={<BotIcon size={30} />} title={t("app.bots.empty")} />;
  return (
    <>
      <Freshness of={query} />
      <Section>
        {bots.map((bot) => (
          <Row
            key={bot.id}
            before={<Avatar icon={<BotIcon size={22} />} tone={isTroubled(bot) ? "bad" : "accent"} />}
            title={bot.name}
            subtitle={bot.health?.problem?.message ?? `@${bot.username}`}
            isWrapped={isTroubled(bot)}
            note={bot.isPlatform ? <Badge>{t("app.bots.main")}</Badge> : undefined}
            to={href("bot", { botId: bot.id })}
          />
        ))}
      </Section>
    </>
  );
}
