import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { type LoadCode, LoadedWith } from "@miniapp/shared/code.tsx";
import { languageName, useFormat } from "@miniapp/shared/format.ts";
import { useT, withWords } from "@miniapp/shared/i18n.ts";
import { openAddress } from "@miniapp/shared/telegram/index.ts";
import { Avatar, Badge, Fact, Loading, Row, Screen, Section, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useParams } from "wouter";
import { type Subscriber, subscriberQuery } from "./api.ts";
import { AboutPart } from "./subscriber-about.tsx";
import { RefusalsPart } from "./subscriber-refusals.tsx";
import { TagsPart } from "./subscriber-tags.tsx";
import { useBots } from "./use-bots.ts";
import { useSubscriberForm } from "./use-subscriber-form.ts";
import { nameOf, stateTone } from "./words.ts";

/** It names statuses of conversions, in the words of those. */
const loadSequences: LoadCode<{ subscriberId: number }> = withWords(
  ["traffic", "sequences"],
  () => import("../sequences/person-part.tsx"),
);

/** Everything that is known of one subscriber, and what a member may write about him. */
export default function SubscriberScreen(): JSX.Element {
  const { subscriberId = "" } = useParams<{ subscriberId: string }>();
  // One subscriber's page leads to another's: what is typed about the first must not be there for the second.
  return <One key={subscriberId} subscriberId={subscriberId} />;
}

function One({ subscriberId }: { subscriberId: string }): JSX.Element {
  const t = useT();
  const subscriber = useQuery(subscriberQuery(subscriberId)).data;
  const form = useSubscriberForm(subscriber);
  return (
    <Screen title={subscriber ? nameOf(subscriber) : t("app.audience.one")} back={href("audience")} main={form.main}>
      <Loading
        skeleton={
          <>
            <Skeleton rows={1} height={66} />
            <Skeleton rows={5} />
          </>
        }
      >
        <Page subscriberId={subscriberId} form={form} />
      </Loading>
    </Screen>
  );
}

function Page({
  subscriberId,
  form,
}: {
  subscriberId: string;
  form: ReturnType<typeof useSubscriberForm>;
}): JSX.Element {
  const query = useSuspenseQuery(subscriberQuery(subscriberId));
  const subscriber = query.data;
  const can = useCan();
  return (
    <>
      <Freshness of={query} />
      <Head subscriber={subscriber} />
      <TagsPart subscriber={subscriber} />
      <AboutPart subscriber={subscriber} form={form} />
      <Facts subscriber={subscriber} />
      {can("broadcasts.read") && (
        <Loading skeleton={<Skeleton rows={2} />} isCompact>
          <LoadedWith name="sequences-of-person" load={loadSequences} props={{ subscriberId: Number(subscriberId) }} />
        </Loading>
      )}
      <RefusalsPart subscriber={subscriber} />
      <Links subscriber={subscriber} />
    </>
  );
}

function Head({ subscriber }: { subscriber: Subscriber }): JSX.Element {
  const t = useT();
  const { state, username } = subscriber;
  return (
    <Section>
      <Row
        before={<Avatar name={nameOf(subscriber)} tone={state === "active" ? "accent" : "neutral"} />}
        title={nameOf(subscriber)}
        subtitle={username ? `@${username}` : undefined}
        note={<Badge tone={stateTone[state]}>{t(`app.audience.state.${state}`)}</Badge>}
        isNoteBelow
        {...(username ? { onClick: () => openAddress(`https://t.me/${username}`) } : {})}
      />
      <Fact name={t("app.fact.telegram_id")} value={String(subscriber.telegramId)} canCopy isMono />
    </Section>
  );
}

function Facts({ subscriber }: { subscriber: Subscriber }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const bots = useBots();
  const bot = bots.find(({ id }) => id === subscriber.botId);
  const { language, source, subscribedAt, lastSeenAt, lostAt } = subscriber;
  const numbers = [
    ["clicks", subscriber.clicks],
    ["conversions", subscriber.conversions],
    ["orders", subscriber.orders],
  ] as const;
  return (
    <Section header={t("app.audience.facts")}>
      {bot && <Row title={t("app.audience.bot")} end={bot.name} />}
      <Row title={t("app.audience.origin")} end={t(`app.audience.origin.${subscriber.origin}`)} />
      <Fact name={t("app.audience.source")} value={source} canCopy />
      {language && <Row title={t("app.fact.language")} end={languageName(t.locale, language)} />}
      {subscribedAt && <Row title={t("app.audience.subscribed")} end={format.dateTime(subscribedAt)} />}
      {lastSeenAt && <Row title={t("app.fact.seen")} end={format.dateTime(lastSeenAt)} />}
      {lostAt && <Row title={t("app.audience.lost")} end={format.dateTime(lostAt)} />}
      {numbers.map(([name, count]) =>
        count > 0 ? <Row key={name} title={t(`app.audience.${name}`)} end={format.number(count)} /> : null,
      )}
    </Section>
  );
}

/** Where else something is known of him. Exporting and erasing a person belong to the person's own page. */
function Links({ subscriber }: { subscriber: Subscriber }): JSX.Element | null {
  const t = useT();
  const can = useCan();
  const bots = useBots();
  const { personId, chatId, elsewhere } = subscriber;
  const nameOfBot = (botId: string) => bots.find(({ id }) => id === botId)?.name ?? t("app.audience.other_bot");
  const hasPerson = personId !== null && can("persons.read");
  const hasMessages = chatId !== null && can("deliveries.read");
  if (!hasPerson && !hasMessages && elsewhere.length === 0) return null;
  return (
    <>
      {elsewhere.length > 0 && (
        <Section header={t("app.audience.elsewhere")}>
          {elsewhere.map(({ id, botId, state }) => (
            <Row
              key={id}
              title={nameOfBot(botId)}
              subtitle={t(`app.audience.state.${state}`)}
              to={href("subscriber", { subscriberId: String(id) })}
            />
          ))}
        </Section>
      )}
      {(hasPerson || hasMessages) && (
        <Section>
          {hasMessages && <Row title={t("app.audience.messages")} to={`${href("deliveries")}?chat=${chatId}`} />}
          {hasPerson && <Row title={t("app.audience.person")} to={href("person", { personId })} />}
        </Section>
      )}
    </>
  );
}
