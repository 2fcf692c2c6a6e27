/** Whom a condition would reach, counted while it is being built. The number before stays, greyed, until the next one is there. */
import { checkCondition, isGroup } from "@backend/modules/audience/domain/segment.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { type AppKey, useT } from "@miniapp/shared/i18n.ts";
import { Failure, PeopleIcon, Row, Section, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useSettled } from "@miniapp/shared/use-settled.ts";
import { useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import styles from "./segment.module.css";
import { type ReachAnswer, type ReachAsk, reachQuery } from "./segment-api.ts";

export interface ReachLineProps extends ReachAsk {
  /** Changes when the saved segment does. */
  version?: string;
  /** Whoever shows the condition knows already that it cannot be used. */
  isBroken?: boolean;
}

/** How long a person may go on tapping before it is counted. */
const settleMs = 400;

export default function ReachLine({ version, isBroken: isKnownBroken = false, ...asked }: ReachLineProps): JSX.Element {
  const t = useT();
  // Text, since an equal question is made anew by every drawing of the screen around.
  const ask: ReachAsk = JSON.parse(useSettled(JSON.stringify(asked), settleMs));
  const isSettled = JSON.stringify(asked) === JSON.stringify(ask);
  const isBroken = isKnownBroken || Boolean(ask.condition && checkCondition(ask.condition).length > 0);
  const { data, error, isFetching, refetch } = useQuery({
    ...reachQuery(ask, version),
    enabled: isSettled && ask.botIds.length > 0 && !isBroken,
  });
  // A rule that names what is gone is told beside the rule; here it would only be said twice.
  const isRefused = (error as { code?: string } | null)?.code?.startsWith("segments.") === true;
  if (asked.botIds.length === 0) return <Note text={t("app.reach.no_bots")} />;
  if (isBroken || isRefused) return <Note text={t("app.reach.mend")} />;
  if (error) return <Failure error={error} onRetry={() => void refetch()} isCompact />;
  if (!data)
    return (
      <Section header={t("app.reach.title")}>
        <Skeleton rows={1} height={62} isSingle />
      </Section>
    );
  return (
    <Counted reach={data} isOld={isFetching || !isSettled} isNarrowed={Boolean(asked.segmentId) || isNarrow(asked)} />
  );
}

const isNarrow = ({ condition }: ReachAsk) => Boolean(condition && (!isGroup(condition) || condition.of.length > 0));

const Note = ({ text }: { text: string }): JSX.Element => {
  const t = useT();
  return (
    <Section header={t("app.reach.title")}>
      <Row before={<PeopleIcon />} title={text} />
    </Section>
  );
};

function Counted({
  reach,
  isOld,
  isNarrowed,
}: {
  reach: ReachAnswer;
  isOld: boolean;
  isNarrowed: boolean;
}): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { people, optedOut, unreachable, humans } = reach;
  const beside = (
    key: AppKey & `app.reach.${"opted_out" | "unreachable" | "humans" | "humans_about"}`,
    count: number,
  ) => t(key, { number: format.number(count) });
  const said = [
    humans.count < people && beside(humans.isExact ? "app.reach.humans" : "app.reach.humans_about", humans.count),
    optedOut > 0 && beside("app.reach.opted_out", optedOut),
    unreachable > 0 && beside("app.reach.unreachable", unreachable),
  ].filter((one) => one !== false);
  return (
    <div className={isOld ? styles.old : undefined} aria-busy={isOld}>
      <Section
        header={t("app.reach.title")}
        footer={isOld ? t("app.reach.counting") : t("app.reach.counted", { moment: format.time(reach.countedAt) })}
      >
        <Row
          before={<PeopleIcon />}
          title={
            <span className={styles.reach} role="status">
              {people === 0 && isNarrowed ? t("app.reach.nobody") : t("app.reach.people", { count: people })}
            </span>
          }
          subtitle={said.length > 0 ? said.join(" · ") : undefined}
          isWrapped
        />
      </Section>
    </div>
  );
}
