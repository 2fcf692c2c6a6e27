/** Our postback for several campaigns of a tracker at once: chosen, put in one after another, and a result of each. */
import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import {
  Badge,
  CheckIcon,
  Empty,
  Failure,
  type MainAction,
  Progress,
  Row,
  Screen,
  Search,
  Section,
  Skeleton,
  Spinner,
  type Tone,
  useIsOffline,
} from "@miniapp/shared/ui/index.ts";
import { VirtualList } from "@miniapp/shared/ui/virtual-list.tsx";
import { useSettled } from "@miniapp/shared/use-settled.ts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { Redirect, useParams } from "wouter";
import { useCan } from "../identity/me.ts";
import { campaignsQuery } from "./api.ts";
import { useStateWords } from "./campaign-row.tsx";
import { countReady, type Install, type InstallState, type Installs, isLeft, useInstalls } from "./use-installs.ts";

const rowHeight = 65;

export default function TrackerPostbacksScreen(): JSX.Element {
  const { connectionId = "" } = useParams<{ connectionId: string }>();
  const can = useCan();
  const installs = useInstalls();
  useClosingConfirmation(installs.isRunning);
  if (!can("campaigns.manage")) return <Redirect to={href("tracker", { connectionId })} replace />;
  return installs.list === null ? (
    <Choosing connectionId={connectionId} onStart={installs.start} />
  ) : (
    <Installing connectionId={connectionId} installs={installs} list={installs.list} />
  );
}

type Chosen = ReadonlyMap<string, { id: string; name: string }>;

function Choosing({ connectionId, onStart }: { connectionId: string; onStart: Installs["start"] }): JSX.Element {
  const t = useT();
  const stateWords = useStateWords();
  const isOffline = useIsOffline();
  const [text, setText] = useState("");
  const search = useSettled(text.trim(), 250);
  const [chosen, setChosen] = useState<Chosen>(new Map());
  const list = useInfiniteQuery(campaignsQuery({ connectionId, ...(search ? { search } : {}) }));
  const campaigns = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const areAllChosen = campaigns.length > 0 && campaigns.every(({ id }) => chosen.has(id));
  const toggle = ({ id, name }: { id: string; name: string }) => {
    const next = new Map(chosen);
    if (!next.delete(id)) next.set(id, { id, name });
    setChosen(next);
  };
  const main: MainAction = {
    text: chosen.size === 0 ? t("app.postbacks.choose_some") : t("app.postbacks.install_count", { count: chosen.size }),
    onClick: () => onStart([...chosen.values()]),
    isDisabled: chosen.size === 0 || isOffline,
  };
  return (
    <Screen title={t("app.postbacks.many")} back={href("tracker", { connectionId })} main={main}>
      <Search value={text} onChange={setText} label={t("app.campaigns.search")} />
      {list.isPending ? (
        <Skeleton rows={9} height={rowHeight} />
      ) : list.isError && campaigns.length === 0 ? (
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      ) : campaigns.length === 0 ? (
        search === "" ? (
          <Empty title={t("app.campaigns.empty")} text={t("app.campaigns.empty_text")} />
        ) : (
          <Empty
            title={t("app.campaigns.none_found")}
            action={{ text: t("app.action.reset"), onClick: () => setText("") }}
          />
        )
      ) : (
        <>
          <Section footer={t("app.postbacks.many_text")}>
            <Row
              tone="accent"
              title={t(areAllChosen ? "app.postbacks.choose_none" : "app.postbacks.choose_shown")}
              onClick={() =>
                setChosen(
                  areAllChosen
                    ? new Map()
                    : new Map([...chosen, ...campaigns.map(({ id, name }) => [id, { id, name }] as const)]),
                )
              }
            />
          </Section>
          <VirtualList
            label={t("app.campaigns.title")}
            items={campaigns}
            keyOf={({ id }) => id}
            rowHeight={rowHeight}
            render={(campaign) => (
              <Row
                title={campaign.name}
                subtitle={[
                  t("app.campaigns.one.number", { ref: campaign.ref }),
                  campaign.state === "active" ? null : stateWords(campaign.state),
                ]
                  .filter(Boolean)
                  .join(" · ")}
                after={chosen.has(campaign.id) && <CheckIcon />}
                onClick={() => toggle(campaign)}
                isChecked={chosen.has(campaign.id)}
              />
            )}
            pages={list}
          />
        </>
      )}
    </Screen>
  );
}

function Installing({
  connectionId,
  installs,
  list,
}: {
  connectionId: string;
  installs: Installs;
  list: readonly Install[];
}): JSX.Element {
  const t = useT();
  const format = useFormat();
  const isOffline = useIsOffline();
  const { isRunning } = installs;
  const total = list.length;
  const left = list.filter(isLeft).length;
  const done = list.filter(({ state }) => state === "ready" || state === "refused").length;
  const main: MainAction | undefined = isRunning
    ? { text: t("app.postbacks.stop"), onClick: installs.stop }
    : left > 0
      ? { text: t("app.postbacks.again", { count: left }), onClick: installs.again, isDisabled: isOffline }
      : undefined;
  return (
    <Screen title={t("app.postbacks.many")} back={href("tracker", { connectionId })} main={main}>
      <Section footer={isRunning ? t("app.postbacks.stay") : undefined}>
        <Row
          title={
            isRunning ? (
              <Progress
                label={t("app.postbacks.progress", { done: format.number(done), total: format.number(total) })}
                done={done}
                total={total}
              />
            ) : (
              <span role="status">
                {t("app.postbacks.finished", {
                  installed: format.number(countReady(list)),
                  total: format.number(total),
                })}
              </span>
            )
          }
        />
        {!isRunning && <Row tone="accent" title={t("app.postbacks.choose_others")} onClick={installs.clear} />}
      </Section>
      <VirtualList
        label={t("app.campaigns.title")}
        items={list}
        keyOf={({ id }) => id}
        rowHeight={rowHeight}
        // While it runs, whoever opened one would stop the others.
        render={(install) => <Outcome {...install} isLink={!isRunning} />}
      />
    </Screen>
  );
}

const tones: Readonly<Record<InstallState, Tone>> = {
  waiting: "neutral",
  busy: "neutral",
  ready: "good",
  refused: "bad",
  not_begun: "neutral",
};

function Outcome({ id, name, state, problem, isLink }: Install & { isLink: boolean }): JSX.Element {
  const t = useT();
  return (
    <Row
      title={name}
      subtitle={problem ?? undefined}
      isWrapped
      note={state !== "busy" && <Badge tone={tones[state]}>{t(`app.postbacks.${state}`)}</Badge>}
      isNoteBelow
      after={state === "busy" && <Spinner />}
      {...(isLink ? { to: href("campaign", { campaignId: id }) } : {})}
    />
  );
}
