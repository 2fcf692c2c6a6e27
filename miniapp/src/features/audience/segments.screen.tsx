/** Saved segments: each by its name, in a sentence, with how many people it reaches now. */
import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import {
  Badge,
  Empty,
  IconButton,
  Loading,
  PeopleIcon,
  PlusIcon,
  Row,
  Screen,
  Skeleton,
} from "@miniapp/shared/ui/index.ts";
import { VirtualList } from "@miniapp/shared/ui/virtual-list.tsx";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useCan } from "../identity/me.ts";
import { segmentsQuery } from "./api.ts";
import { AudienceViews } from "./audience-views.tsx";
import { listedReachQuery, type Segment, vocabularyQuery } from "./segment-api.ts";
import { useSegmentWords } from "./segment-words.ts";

export default function SegmentsScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  return (
    <Screen
      title={t("app.segments.title")}
      action={
        can("audience.manage") && (
          <IconButton icon={<PlusIcon />} label={t("app.segments.add")} onClick={() => go(href("newSegment"))} />
        )
      }
    >
      <AudienceViews current="segments" />
      <Loading skeleton={<Skeleton rows={4} height={86} />}>
        <Segments />
      </Loading>
    </Screen>
  );
}

function Segments(): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const { data: segments } = useSuspenseQuery(segmentsQuery);
  const { data: vocabulary } = useSuspenseQuery(vocabularyQuery);
  const botIds = vocabulary.bots.map(({ id }) => id);
  if (segments.length === 0)
    return (
      <Empty
        icon={<PeopleIcon size={30} />}
        title={t("app.segments.empty")}
        text={t("app.segments.empty_text")}
        {...(can("audience.manage")
          ? { action: { text: t("app.segments.add"), onClick: () => go(href("newSegment")) } }
          : {})}
      />
    );
  return (
    <VirtualList
      label={t("app.segments.title")}
      items={segments}
      keyOf={({ id }) => id}
      rowHeight={86}
      render={(segment) => <SegmentRow segment={segment} botIds={botIds} />}
    />
  );
}

function SegmentRow({ segment, botIds }: { segment: Segment; botIds: readonly string[] }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const words = useSegmentWords();
  const isBroken = segment.problems.length > 0;
  const { data, isError } = useQuery({
    ...listedReachQuery(botIds, segment),
    enabled: !isBroken && botIds.length > 0,
  });
  return (
    <Row
      to={href("segment", { segmentId: segment.id })}
      title={segment.name}
      subtitle={words.sentence(segment.condition)}
      isWrapped
      end={isBroken ? undefined : data ? format.number(data.people) : isError ? t("app.segments.uncounted") : "…"}
      {...(isBroken ? { note: <Badge tone="warn">{t("app.segments.broken")}</Badge>, isNoteBelow: true } : {})}
    />
  );
}
