/** One bot: how it fares, whom it reaches, and everything that can be done with it. */
import { botIdOf, href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { lanesQuery } from "@miniapp/features/messaging/api.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { openAddress } from "@miniapp/shared/telegram/index.ts";
import {
  Avatar,
  ask,
  Badge,
  ChatIcon,
  Fact,
  KeyIcon,
  Loading,
  PauseIcon,
  PeopleIcon,
  PlayIcon,
  ReplayIcon,
  Row,
  Screen,
  Section,
  SendIcon,
  Skeleton,
  TrashIcon,
  toast,
} from "@miniapp/shared/ui/index.ts";
import { useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useParams } from "wouter";
import { activateBot, type Bot, botQuery, deactivateBot, disconnectBot, isTroubled, setUpBot } from "./api.ts";
import { BotNumbers } from "./bot-numbers.tsx";
import { BotState } from "./bot-state.tsx";

export default function BotScreen(): JSX.Element {
  const t = useT();
  const { botId = "" } = useParams<{ botId: string }>();
  const name = useQuery(botQuery(botId)).data?.name;
  return (
    <Screen title={name ?? t("app.audit.bot")} back={href("bots")}>
      <Loading
        skeleton={
          <>
            <Skeleton rows={3} height={66} />
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
  const query = useSuspenseQuery(botQuery(botId));
  const bot = query.data;
  const origin = bot.isPlatform ? t("app.bots.main") : bot.isManaged ? t("app.bots.managed") : undefined;
  return (
    <>
      <Freshness of={query} />
      <Section footer={bot.canLaunchApp ? undefined : t("app.bots.no_https")}>
        <Row
          before={<Avatar name={bot.name} tone={isTroubled(bot) ? "bad" : "accent"} />}
          title={`@${bot.username}`}
          subtitle={bot.health?.problem?.message ?? origin}
          isWrapped
          isNoteBelow
          note={<BotState bot={bot} />}
        />
        <Row
          before={<SendIcon />}
          title={t("app.bots.open")}
          tone="accent"
          onClick={() => openAddress(`https://t.me/${bot.username}`)}
        />
        <Row
          before={<ChatIcon />}
          title={t("app.bots.texts")}
          subtitle={t("app.bots.texts_hint")}
          isWrapped
          to={href("botTexts", { botId })}
        />
        {can("audience.read") && (
          <Row before={<PeopleIcon />} title={t("app.bots.see_people")} to={`${href("audience")}?bot=${botId}`} />
        )}
      </Section>
      <BotNumbers botId={botId} />
      {can("deliveries.read") && <Waiting bot={bot} />}
      <Facts bot={bot} />
      {can("bots.manage") && <Deeds bot={bot} />}
    </>
  );
}

function Facts({ bot }: { bot: Bot }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { health } = bot;
  return (
    <Section header={t("app.bots.health")}>
      <Row title={t("app.bots.mode")} end={t(`app.bots.${bot.mode}`)} />
      {health?.pendingUpdates != null && (
        <Row title={t("app.bots.pending")} end={format.number(health.pendingUpdates)} />
      )}
      {health?.lastError && (
        <Row
          title={t("app.bots.last_error")}
          subtitle={health.lastError.text}
          isWrapped
          end={health.lastError.at && format.ago(health.lastError.at)}
        />
      )}
      {health && <Row title={t("app.bots.checked")} end={format.ago(health.checkedAt)} />}
      <Row title={t("app.fact.created")} end={format.day(bot.createdAt)} />
      <Fact name={t("app.fact.telegram_id")} value={String(bot.telegramId)} canCopy isMono />
      <Fact name={t("app.bots.address")} value={bot.appUrl} canCopy isMono />
    </Section>
  );
}

function Deeds({ bot }: { bot: Bot }): JSX.Element {
  const t = useT();
  const go = useGo();
  const queries = useQueryClient();
  const setUp = useAct(setUpBot, { stale: ["bots"], done: t("app.bots.set_up_done") });
  const activate = useAct(activateBot, { stale: ["bots"], done: t("app.bots.activated") });
  const deactivate = useAct(deactivateBot, {
    stale: ["bots"],
    onDone: () => toast(t("app.bots.deactivated"), { undo: () => activate.run(bot.id) }),
  });
  const disconnect = useAct(disconnectBot, {
    stale: [],
    done: t("app.bots.disconnected", { bot: bot.username }),
    onDone: () => {
      go(href("bots"), { replace: true });
      queries.removeQueries({ queryKey: ["bots", bot.id] });
      void queries.invalidateQueries({ queryKey: ["bots"] });
    },
  });
  const isOwnWindow = botIdOf(window.location.pathname) === bot.id;
  const switchOff = async () => {
    const isSure =
      !isOwnWindow ||
      (await ask({
        title: t("app.bots.deactivate_title", { bot: bot.username }),
        message: t("app.bots.deactivate_here"),
        confirm: t("app.bots.deactivate"),
        cancel: t("app.action.cancel"),
        isDestructive: true,
      }));
    if (isSure) deactivate.run(bot.id);
  };
  const askAndDisconnect = async () => {
    const isSure = await ask({
      title: t("app.bots.disconnect_title", { bot: bot.username }),
      message: t(isOwnWindow ? "app.bots.disconnect_here" : "app.bots.disconnect_text"),
      confirm: t("app.bots.disconnect"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (isSure) disconnect.run(bot.id);
  };
  return (
    <>
      {bot.state === "active" && (
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
      <Section footer={t(bot.isPlatform ? "app.bots.platform_text" : "app.bots.deactivate_text")}>
        {bot.state !== "active" && (
          <Row
            before={<PlayIcon />}
            title={t("app.bots.activate")}
            tone="accent"
            onClick={() => activate.run(bot.id)}
            isDisabled={activate.isOff}
          />
        )}
        {!bot.isPlatform && (
          <Row before={<KeyIcon />} title={t("app.bots.replace_token")} to={href("botToken", { botId: bot.id })} />
        )}
        {!bot.isPlatform && bot.state === "active" && (
          <Row
            before={<PauseIcon />}
            title={t("app.bots.deactivate")}
            tone="accent"
            onClick={() => void switchOff()}
            isDisabled={deactivate.isOff}
          />
        )}
        {!bot.isPlatform && (
          <Row
            before={<TrashIcon />}
            title={t("app.bots.disconnect")}
            tone="danger"
            onClick={() => void askAndDisconnect()}
            isDisabled={disconnect.isOff}
          />
        )}
      </Section>
    </>
  );
}

/** What waits to be sent by this bot, and until when Telegram asked it to wait. Without an answer the rest of the page stands. */
function Waiting({ bot }: { bot: Bot }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  const lane = useQuery(lanesQuery).data?.items.find((one) => one.botId === bot.id);
  if (!lane) return null;
  const isPaused = lane.pausedUntil !== null && bot.state === "active";
  return (
    <Section
      footer={
        isPaused && lane.pausedUntil
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
