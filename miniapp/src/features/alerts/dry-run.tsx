/** Whom the route would have told: tried on real conversions while it is being made. Nothing is sent. */
import { useFormat } from "@miniapp/shared/format.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { CheckIcon, Failure, Row, Section, Skeleton, Tabs } from "@miniapp/shared/ui/index.ts";
import type { UseQueryResult } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { StatusAvatar, statusKey } from "../conversions/status.tsx";
import styles from "./alerts.module.css";
import type { DryRun, Told } from "./api.ts";
import { ConversionChooser } from "./conversion-chooser.tsx";
import { howTold } from "./told-words.ts";

const shownAtFirst = 5;
type View = "matched" | "all";

export interface DryRunPartProps {
  run: UseQueryResult<DryRun>;
  /** What it found, in one line. */
  line: string | undefined;
  /** Why there is nothing to try yet. */
  reason: string | undefined;
  /** The route in the form among those that tell; the others are named. */
  ownId: string;
  chosen: readonly string[];
  onChoose(ids: string[]): void;
}

export default function DryRunPart({ run, line, reason, ownId, chosen, onChoose }: DryRunPartProps): JSX.Element {
  const t = useT();
  const [view, setView] = useState<View>("matched");
  const [isWhole, setWhole] = useState(false);
  const [isChoosing, setChoosing] = useState(false);
  const items = (run.data?.items ?? []).filter((item) => view === "all" || item.byDraft);
  const shown = isWhole ? items : items.slice(0, shownAtFirst);
  return (
    <>
      <Section header={t("app.dry.title")} footer={t("app.dry.hint")}>
        <Row
          title={
            <output aria-live="polite">
              {reason ?? line ?? (run.error ? sentenceOf(t, run.error) : t("app.state.loading"))}
            </output>
          }
        />
        <Row
          tone="accent"
          title={chosen.length > 0 ? t("app.dry.chosen", { count: chosen.length }) : t("app.dry.choose")}
          onClick={() => setChoosing(true)}
        />
        {chosen.length > 0 && <Row tone="accent" title={t("app.dry.back_to_last")} onClick={() => onChoose([])} />}
      </Section>
      {run.isPending && reason === undefined && <Skeleton rows={3} height={66} />}
      {run.isError && !run.data && <Failure error={run.error} onRetry={() => void run.refetch()} isCompact />}
      {run.data && run.data.items.length > 0 && (
        <>
          <Tabs<View>
            label={t("app.dry.views")}
            value={view}
            onChange={setView}
            choices={[
              { value: "matched", label: t("app.dry.matched") },
              { value: "all", label: t("app.dry.all") },
            ]}
          />
          <Section>
            {items.length === 0 && <Row title={t("app.dry.none_match")} />}
            {shown.map((item) => (
              <DryRunRow key={item.conversion.id} item={item} ownId={ownId} />
            ))}
            {items.length > shown.length && (
              <Row
                tone="accent"
                title={t("app.dry.more", { count: items.length - shown.length })}
                onClick={() => setWhole(true)}
              />
            )}
          </Section>
        </>
      )}
      {isChoosing && <ConversionChooser chosen={chosen} onChange={onChoose} onClose={() => setChoosing(false)} />}
    </>
  );
}

function DryRunRow({ item, ownId }: { item: DryRun["items"][number]; ownId: string }): JSX.Element {
  const { conversion, told, byDraft } = item;
  const t = useT();
  const format = useFormat();
  return (
    <Row
      before={<StatusAvatar status={conversion.status} />}
      title={[t(statusKey(conversion.status)), conversion.campaignName].filter(Boolean).join(" · ")}
      end={conversion.amount === null ? undefined : format.money(conversion.amount, conversion.currency)}
      isWrapped
      subtitle={
        <>
          <span className={styles.line}>
            {format.dateTime(conversion.receivedAt)}
            {byDraft && (
              <span className={styles.holds}>
                {" "}
                <CheckIcon size={14} />
                <span className="visually-hidden">{t("app.dry.matched")}</span>
              </span>
            )}
          </span>
          {told.length === 0 && <span className={styles.line}>{t("app.dry.nobody")}</span>}
          {told.map((one) => (
            <ToldLine key={`${one.routeId} ${one.chatId} ${one.threadId} ${one.name}`} told={one} ownId={ownId} />
          ))}
        </>
      }
    />
  );
}

function ToldLine({ told, ownId }: { told: Told; ownId: string }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const by = told.routeId === ownId ? null : (told.routeName ?? t("app.told.by_connection"));
  return <span className={styles.line}>{[told.name, howTold(told, t, format), by].filter(Boolean).join(" · ")}</span>;
}
