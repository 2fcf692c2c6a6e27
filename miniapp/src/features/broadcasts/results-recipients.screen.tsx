import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { PagedList } from "@miniapp/features/operations/components/paged-list.tsx";
import { oneOf, useFilters } from "@miniapp/features/operations/use-filters.ts";
import { useSearchText } from "@miniapp/features/operations/use-search-text.ts";
import { type Format, useFormat } from "@miniapp/shared/format.ts";
import { type AppTranslator, useT } from "@miniapp/shared/i18n.ts";
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
import { useParams } from "wouter";
import { type Recipient, type RecipientFilter, recipientsQuery } from "./results-api.ts";

const states = ["sent", "failed", "skipped", "unknown", "planned", "cancelled"] as const;
const answers = ["clicked", "converted", "replied", "opted_out"] as const;

/** A state in a word; what waits for its time and what waits in the queue is one thing to whoever reads. */
const stateKey = (state: Recipient["state"]) =>
  `app.results.${state === "planned" || state === "queued" ? "waiting" : state}` as const;

/** Who got a broadcast, and what each did with it. */
export default function RecipientsScreen(): JSX.Element {
  const t = useT();
  const { broadcastId = "" } = useParams<{ broadcastId: string }>();
  const filters = useFilters();
  const search = useSearchText();
  const state = oneOf(states, filters.get("state"));
  const answer = oneOf(answers, filters.get("answer"));
  const reason = filters.get("reason");
  const clear = () => {
    search.type("");
    filters.clear();
  };
  return (
    <Screen title={t("app.results.recipients")} back={href("broadcastResults", { broadcastId })}>
      <Search value={search.typed} onChange={search.type} label={t("app.results.search")} />
      <Chips
        label={t("app.results.answer")}
        choices={answers.map((value) => ({ value, label: t(`app.results.${value}`) }))}
        value={answer}
        onChange={(value) => filters.set({ answer: value })}
      />
      <Chips
        label={t("app.results.state")}
        choices={states.map((value) => ({ value, label: t(stateKey(value)) }))}
        value={state}
        onChange={(value) => filters.set({ state: value, reason: undefined })}
      />
      <Loading skeleton={<Skeleton rows={8} height={64} />}>
        <List
          broadcastId={broadcastId}
          filter={{
            ...(state ? { state } : {}),
            ...(answer ? { answer } : {}),
            ...(reason ? { reason } : {}),
            ...(search.wanted ? { search: search.wanted } : {}),
          }}
          onClear={clear}
        />
      </Loading>
    </Screen>
  );
}

function List({
  broadcastId,
  filter,
  onClear,
}: {
  broadcastId: string;
  filter: RecipientFilter;
  onClear(): void;
}): JSX.Element {
  const t = useT();
  // The rows on screen stay until those of the new filter have come.
  const key = useDeferredValue(JSON.stringify(filter));
  const list = useSuspenseInfiniteQuery(recipientsQuery(broadcastId, JSON.parse(key) as RecipientFilter));
  return (
    <PagedList
      label={t("app.results.recipients")}
      list={list}
      keyOf={({ id }) => id}
      rowHeight={64}
      render={(recipient) => <RecipientRow recipient={recipient} />}
      empty={
        Object.keys(filter).length > 0 ? (
          <Empty title={t("app.state.nothing_found")} action={{ text: t("app.action.reset"), onClick: onClear }} />
        ) : (
          <Empty icon={<PeopleIcon size={30} />} title={t("app.state.nothing")} text={t("app.results.no_recipients")} />
        )
      }
    />
  );
}

function RecipientRow({ recipient }: { recipient: Recipient }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const can = useCan();
  const { name, state, deliveryId, doneAt, dueAt } = recipient;
  const shown = name ?? t("app.results.erased");
  const to = deliveryId !== null && can("deliveries.read") ? href("delivery", { deliveryId }) : undefined;
  const when = doneAt ?? (state === "planned" ? dueAt : null);
  return (
    <Row
      before={<Avatar name={shown} />}
      title={shown}
      end={when === null ? undefined : format.moment(when)}
      subtitle={wordsOf(recipient, t, format)}
      isWrapped
      note={state === "sent" ? undefined : <Badge tone={toneOf(state)}>{t(stateKey(state))}</Badge>}
      isNoteBelow
      {...(to ? { to } : {})}
    />
  );
}

const toneOf = (state: Recipient["state"]) => (state === "failed" ? "bad" : state === "unknown" ? "warn" : "neutral");

/** What somebody did with his message, or why he has none. */
function wordsOf(recipient: Recipient, t: AppTranslator, format: Format): string {
  const { problem, username, clickedAt, repliedAt, optedOutAt, convertedAt, money } = recipient;
  const parts = [
    problem,
    clickedAt && t("app.results.clicked_at", { when: format.moment(clickedAt) }),
    ...(convertedAt && money.length === 0 ? [t("app.results.bought_plain")] : []),
    ...money.map(({ amount, currency }) => t("app.results.bought", { amount: format.money(amount, currency) })),
    repliedAt && t("app.results.replied_at", { when: format.moment(repliedAt) }),
    optedOutAt && t("app.results.opted_out_at", { when: format.moment(optedOutAt) }),
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(" · ") : username ? `@${username}` : "";
}
