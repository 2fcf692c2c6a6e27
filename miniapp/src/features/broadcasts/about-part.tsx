/** What a broadcast says, exactly as Telegram shows it, and to whom, through which bots and when. */
import { nameIn } from "@backend/modules/audience/domain/refusal.ts";
import type { Condition } from "@backend/modules/audience/domain/segment.ts";
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Fact, Row, Section, Tabs } from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { categoriesQuery, segmentsQuery } from "../audience/api.ts";
import { useSegmentWords } from "../audience/segment-words.ts";
import { botsQuery } from "../bots/api.ts";
import { targetChatsQuery } from "../messaging/chats-api.ts";
import type { Broadcast } from "./api.ts";
import { LetterSight } from "./letter-sight.tsx";
import { startWords } from "./start-words.ts";

export interface AboutPartProps {
  broadcast: Broadcast;
}

export default function AboutPart({ broadcast }: AboutPartProps): JSX.Element {
  return (
    <>
      <Message variants={broadcast.variants} />
      <Particulars broadcast={broadcast} />
    </>
  );
}

function Message({ variants }: Pick<Broadcast, "variants">): JSX.Element | null {
  const t = useT();
  const [at, setAt] = useState(0);
  const letter = variants[at]?.letter;
  if (!letter) return null;
  return (
    <>
      {variants.length > 1 && (
        <Tabs
          label={t("app.experiment.title")}
          value={String(at)}
          choices={variants.map(({ key, share }, index) => ({
            value: String(index),
            label: `${key} · ${share}\u00a0%`,
          }))}
          onChange={(index) => setAt(Number(index))}
        />
      )}
      <LetterSight letter={letter} />
    </>
  );
}

function Particulars({ broadcast }: AboutPartProps): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  const can = useCan();
  const { botIds, schedule, startedAt, finishedAt, parentId, chatIds } = broadcast;
  const showsBots = botIds.length > 0 && can("bots.read");
  const showsPeople = botIds.length > 0 && can("audience.read");
  const showsChats = chatIds.length > 0 && can("chats.read");
  const took = startedAt && finishedAt ? new Date(finishedAt).getTime() - new Date(startedAt).getTime() : null;
  // Of a draft a role may see the message and nothing else.
  if (!showsBots && !showsPeople && !showsChats && !startedAt && !parentId) return null;
  return (
    <Section header={t("app.broadcast.about")}>
      {showsBots && <Bots botIds={botIds} />}
      {showsPeople && <Whom broadcast={broadcast} />}
      {showsChats && <Chats chatIds={chatIds} />}
      {startedAt && schedule.kind === "local" && (
        <Fact name={t("app.schedule.when")} value={startWords(t, format, schedule, "")} />
      )}
      {startedAt && <Fact name={t("app.broadcast.began")} value={format.dateTime(startedAt)} />}
      {finishedAt && (
        <Fact
          name={t("app.broadcast.ended")}
          value={[format.dateTime(finishedAt), took !== null && format.duration(took)].filter((one) => one).join(" · ")}
        />
      )}
      {parentId && <Row title={t("app.broadcast.its_plan")} to={href("broadcast", { broadcastId: parentId })} />}
    </Section>
  );
}

/** Names of what was chosen, and how many of it are gone since. */
function useNames(ids: readonly string[], known: readonly { id: string; name: string }[] | undefined): string {
  const t = useT();
  if (known === undefined) return "…";
  const names = new Map(known.map(({ id, name }) => [id, name]));
  return new Intl.ListFormat(t.locale).format(ids.map((id) => names.get(id) ?? t("app.seg.say.gone")));
}

function Bots({ botIds }: { botIds: readonly string[] }): JSX.Element {
  const t = useT();
  const bots = useQuery(botsQuery).data?.items;
  const names = useNames(
    botIds,
    bots?.map(({ id, username }) => ({ id, name: `@${username}` })),
  );
  return <Fact name={t("app.broadcast.bots")} value={names} />;
}

function Chats({ chatIds }: { chatIds: readonly string[] }): JSX.Element {
  const t = useT();
  return <Fact name={t("app.broadcast.chats")} value={useNames(chatIds, useQuery(targetChatsQuery).data)} />;
}

function Whom({ broadcast }: AboutPartProps): JSX.Element {
  const t = useT();
  const words = useSegmentWords();
  const { segmentId, categoryId } = broadcast;
  const condition = broadcast.condition as Condition | null;
  const segments = useQuery({ ...segmentsQuery, enabled: segmentId !== null }).data;
  const categories = useQuery({ ...categoriesQuery, enabled: categoryId !== null }).data;
  const category = categories?.find(({ id }) => id === categoryId);
  const segment =
    segments === undefined ? "…" : (segments.find(({ id }) => id === segmentId)?.name ?? t("app.seg.say.gone"));
  const whom =
    segmentId !== null ? segment : condition === null ? t("app.broadcast.who_everybody") : words.sentence(condition);
  return (
    <>
      <Fact name={t("app.broadcast.audience")} value={whom} />
      {category && <Fact name={t("app.broadcast.category")} value={nameIn(category.names, t.locale)} />}
    </>
  );
}
