/** On the screen of a connection: whether what the tracker has is what we have, today and yesterday. */
import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Badge, Row, Section } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useParams } from "wouter";
import { connectionQuery } from "./api.ts";
import { type PullDay, pullDaysQuery, pullQuery, type TrackerPull } from "./truth-api.ts";
import { TruthOffer } from "./truth-offer.tsx";
import { deliveredWords, missedWords, standingOf, standingTone, standingWords } from "./truth-words.ts";

export default function TruthPart(): JSX.Element | null {
  const t = useT();
  const { connectionId = "" } = useParams<{ connectionId: string }>();
  const { pull, isSupported } = useSuspenseQuery(pullQuery(connectionId)).data;
  const { mayManage } = useSuspenseQuery(connectionQuery(connectionId)).data;
  if (pull) return <Connected connectionId={connectionId} pull={pull} />;
  if (!isSupported || !mayManage) return null;
  return <TruthOffer connectionId={connectionId} header={t("app.truth.header")} />;
}

function Connected({ connectionId, pull }: { connectionId: string; pull: TrackerPull }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { data: connection } = useSuspenseQuery(connectionQuery(connectionId));
  const { data } = useSuspenseQuery(pullDaysQuery(connectionId));
  const standing = standingOf(pull, connection.state === "paused");
  const [today, yesterday] = data.days;
  return (
    <Section header={t("app.truth.header")}>
      {standing !== "on" && standing !== "running" && (
        <Row
          title={standingWords(pull, standing, t, format)}
          note={<Badge tone={standingTone[standing]}>{t(`app.truth.state.${standing}`)}</Badge>}
          isNoteBelow
        />
      )}
      {today && <Day name={t("app.truth.today")} day={today} />}
      {yesterday && <Day name={t("app.truth.yesterday")} day={yesterday} />}
      <Row title={t("app.truth.open")} to={href("truth", { connectionId })} />
    </Section>
  );
}

function Day({ name, day }: { name: string; day: PullDay }): JSX.Element {
  const t = useT();
  return <Row title={deliveredWords(day, t)} end={name} subtitle={missedWords(day, t)} isWrapped />;
}
