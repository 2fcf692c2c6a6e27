import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import {
  Badge,
  Empty,
  IconButton,
  Loading,
  PlusIcon,
  Row,
  Screen,
  Section,
  Skeleton,
  TodayIcon,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { summariesQuery } from "./api.ts";
import { weekdayName } from "./weekdays.ts";

export default function SummariesScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  return (
    <Screen
      title={t("app.reporting.summaries")}
      back={href("connections")}
      action={
        can("conversions.manage") && (
          <IconButton icon={<PlusIcon />} label={t("app.summaries.add")} onClick={() => go(href("newSummary"))} />
        )
      }
    >
      <Loading skeleton={<Skeleton rows={3} height={86} />}>
        <Summaries />
      </Loading>
    </Screen>
  );
}

function Summaries(): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const format = useFormat();
  const { data: summaries } = useSuspenseQuery(summariesQuery);
  if (summaries.length === 0)
    return (
      <Empty
        icon={<TodayIcon size={30} />}
        title={t("app.summaries.empty")}
        text={t("app.summaries.empty_text")}
        {...(can("conversions.manage")
          ? { action: { text: t("app.summaries.add"), onClick: () => go(href("newSummary")) } }
          : {})}
      />
    );
  return (
    <Section>
      {summaries.map((summary) => (
        <Row
          key={summary.id}
          to={href("summary", { summaryId: summary.id })}
          title={
            summary.period === "day"
              ? t("app.summary.line_day", { at: summary.at })
              : t("app.summary.line_week", { day: weekdayName(format.locale, summary.weekday), at: summary.at })
          }
          subtitle={[
            summary.isOn ? t("app.summary.next", { when: format.dateTime(summary.nextAt) }) : null,
            summary.connection?.name,
          ]
            .filter(Boolean)
            .join(" · ")}
          note={
            <Badge tone={!summary.isOn ? "neutral" : summary.target?.isWritable ? "good" : "warn"}>
              {summary.isOn ? (summary.target?.name ?? t("app.reporting.no_chat")) : t("app.reporting.off")}
            </Badge>
          }
          isNoteBelow
        />
      ))}
    </Section>
  );
}
