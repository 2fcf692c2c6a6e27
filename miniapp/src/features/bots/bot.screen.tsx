import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { lanesQuery } from "@miniapp/features/messaging/api.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { openAddress } from "@miniapp/shared/telegram/index.ts";
import {
  Avatar,
  Badge,
  BotIcon,
  Fact,
  Loading,
  ReplayIcon,
  Row,
  Screen,
  Section,
  SendIcon,
  Skeleton,
} from "@miniapp/shared/ui/index.ts";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useParams } from "wouter";
import { type Bot, botQuery, isTroubled, setUpBot } from "./api.ts";

export default function BotScreen(): JSX.Element {
  const t = useT();
  const { botId = "" } = useParams<{ botId: string }>();
  const name = useQuery(botQuery(botId)).data?.name;
  return (
    <Screen title={name ?? t("app.audit.bot")} back={href("bots")}>
      <Loading
        skeleton={
          <>
            <Skeleton rows={1} height={66} />
            <Skeleton rows={5} />
          </>
        }
      >
        <Page botId={botId} />
      </Loading>
    </Screen>
  );
}

function Page({ botId }: { botId: string }): JSX.Element {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const query = useSuspenseQuery(botQuery(botId));
  const setUp = useAct(setUpBot, { stale: ["bots"], done: t("app.bots.set_up_done") });
  const bot = query.data;
  return (
    <>
      <Freshness of={query} />
      <Section footer={bot.canLaunchApp ? undefined : t("app.bots.no_https")}>
        <Row
          before={<Avatar icon={<BotIcon size={22} />} tone={isTroubled(bot) ? "bad" : "accent"} />}
          title={`@${bot.username}`}
          subtitle={bot.health?.problem?.message ?? (bot.isPlatform ? t("app.bots.main") : undefined)}
          isWrapped
          note={<State bot={bot} />}
        />
        <Row
          before={<SendIcon />}
          title={t("app.bots.open")}
          tone="accent"
          onClick={() => openAddress(`https://t.me/${bot.username}`)}
        />
      </Section>
      {can("deliveries.read") && <Pause bot={bot} />}
      <Section>
        <Row title={t("app.bots.mode")} end={bot.mode} />
        {bot.health?.pendingUpdates != null && (
          <Row title={t("app.bots.pending")} end={format.number(bot.health.pendingUpdates)} />
        )}
        {bot.health && <Row title={t("app.bots.checked")} end={format.ago(bot.health.checkedAt)} />}
        <Row title={t("app.fact.created")} end={format.day(bot.createdAt)} />
        <Fact name={t("app.fact.telegram_id")} value={String(bot.telegramId)} canCopy isMono />
        <Fact name={t("app.bots.address")} value={bot.appUrl} canCopy isMono />
      </Section>
      {can("bots.manage") && (
        <Section footer={t("app.bots.set_up_text")}>
          <Row
            before={<ReplayIcon />}
            title={t("app.bots.set_up")}
            tone="accent"
            onClick={() => setUp.run(bot.id)}
            isDisabled={setUp.isOff}
          />
        </Section>
      )}
    </>
  );
}

function State({ bot }: { bot: Bot }): JSX.Element {
  const t = useT();
  if (bot.state === "disconnected") return <Badge tone="bad">{t("app.bots.lost")}</Badge>;
  if (bot.state === "inactive") return <Badge>{t("app.bots.off")}</Badge>;
  return isTroubled(bot) ? (
    <Badge tone="warn">{t("app.health.warning")}</Badge>
  ) : (
    <Badge tone="good">{t("app.state.works")}</Badge>
  );
}

/** What waits to be sent by this bot, and until when Telegram asked it to wait. Without an answer the rest of the page stands. */
function Pause({ bot }: { bot: Bot }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  const lane = useQuery(lanesQuery).data?.items.find((one) => one.botId === bot.id);
  if (!lane) return null;
  return (
    <Section
      footer={
        lane.pausedUntil
          ? t("app.deliveries.paused", { bot: bot.username, when: format.time(lane.pausedUntil) })
          : undefined
      }
    >
      <Row
        title={t("app.delivery.queued")}
        end={format.number(lane.queued)}
        to={`${href("deliveries")}?state=queued`}
      />
      {lane.unknown > 0 && (
        <Row
          title={t("app.delivery.unknown")}
          after={<Badge tone="warn">{format.number(lane.unknown)}</Badge>}
          to={`${href("deliveries")}?state=unknown`}
        />
      )}
    </Section>
  );
}
