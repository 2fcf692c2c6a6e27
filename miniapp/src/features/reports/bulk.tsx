/** What can be done with many conversions at once: those that were tapped, or all that the filter finds. */
import { useCan } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { ask, DownloadIcon, Progress, ReplayIcon, Row, Section, SendIcon, Tabs } from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import type { ConversionFilter } from "../conversions/api.ts";
import { selectedAtMost } from "../conversions/use-selection.ts";
import { type Batch, countQuery, latestBatchQuery, startBatch, stopBatch } from "./api.ts";
import { ExportSheet } from "./export-sheet.tsx";

export interface BulkProps {
  filter: ConversionFilter;
  selected: readonly string[];
}

export default function Bulk({ filter, selected }: BulkProps): JSX.Element {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const [which, setWhich] = useState<"selected" | "all">(selected.length > 0 ? "selected" : "all");
  const [isExporting, setExporting] = useState(false);
  const { data: found } = useQuery(countQuery(filter));
  // Tapping a row says which ones are meant.
  const [seen, setSeen] = useState(selected.length);
  if (seen !== selected.length) {
    setSeen(selected.length);
    if (selected.length > seen) setWhich("selected");
  }
  const isAll = which === "all";
  const count = isAll ? (found?.count ?? 0) : selected.length;
  const number = format.number(count);
  const isTooMany = isAll && found?.isCapped === true;
  const start = useAct(startBatch, { stale: ["batches"] });
  const begin = async (kind: Batch["kind"]) => {
    const isSure = await ask({
      title: t(`app.bulk.${kind}_title`),
      message: t(`app.bulk.${kind}_text`, { number }),
      confirm: t(`app.bulk.${kind}_confirm`),
      cancel: t("app.action.cancel"),
    });
    if (isSure) start.run(isAll ? { kind, filter } : { kind, ids: [...selected] });
  };
  const isOff = count === 0 || start.isOff;
  const advice =
    isTooMany && can("conversions.manage")
      ? t("app.bulk.too_many")
      : !isAll && selected.length >= selectedAtMost
        ? t("app.bulk.most_selected")
        : count === 0
          ? t("app.bulk.hint")
          : undefined;
  return (
    <>
      {can("conversions.manage") && <Running />}
      <Tabs<"selected" | "all">
        label={t("app.bulk.which")}
        value={which}
        onChange={setWhich}
        choices={[
          { value: "selected", label: t("app.bulk.selected", { number: format.number(selected.length) }) },
          {
            value: "all",
            label: t(isTooMany || found?.isCapped ? "app.bulk.all_capped" : "app.bulk.all", {
              number: found ? format.number(found.count) : "…",
            }),
          },
        ]}
      />
      <Section footer={advice}>
        <Row
          before={<DownloadIcon />}
          tone="accent"
          title={t("app.bulk.export")}
          isDisabled={count === 0}
          onClick={() => setExporting(true)}
        />
        {can("conversions.manage") && (
          <>
            <Row
              before={<ReplayIcon />}
              tone="accent"
              title={t("app.bulk.replay")}
              isDisabled={isOff || isTooMany}
              onClick={() => void begin("replay")}
            />
            <Row
              before={<SendIcon />}
              tone="accent"
              title={t("app.bulk.reroute")}
              isDisabled={isOff || isTooMany}
              onClick={() => void begin("reroute")}
            />
          </>
        )}
      </Section>
      {isExporting && (
        <ExportSheet
          name={`conversions-${new Date().toISOString().slice(0, 10)}`}
          pathOf={(choice) =>
            `/conversions/export?${new URLSearchParams({ ...choice, ...(isAll ? filter : { ids: selected.join(",") }) })}`
          }
          onClose={() => setExporting(false)}
        />
      )}
    </>
  );
}

/** The batch that runs, or what the last one came to. */
function Running(): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  const { data: batch } = useQuery(latestBatchQuery);
  const stop = useAct(stopBatch, { stale: ["batches"] });
  if (!batch) return null;
  const isRunning = batch.state === "running";
  const figures = { done: format.number(batch.done), total: format.number(batch.total) };
  return (
    <Section header={t("app.bulk.last")}>
      <Progress
        label={
          batch.state === "failed"
            ? t("app.bulk.failed", figures)
            : isRunning
              ? t(`app.bulk.running_${batch.kind}`, figures)
              : t(`app.bulk.ended_${batch.kind}`, { ...figures, made: format.number(batch.made) })
        }
        done={batch.done}
        total={batch.total}
      />
      {isRunning && (
        <Row tone="danger" title={t("app.bulk.stop")} isDisabled={stop.isOff} onClick={() => stop.run(batch.id)} />
      )}
    </Section>
  );
}
