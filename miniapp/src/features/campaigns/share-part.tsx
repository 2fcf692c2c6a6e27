/** Offers or landings of a flow, with what may be done to them. */
import {
  isActive,
  type Rebalanced,
  type ShareChange,
  type ShareProblem,
  totalOf,
} from "@backend/modules/campaigns/domain/shares.ts";
import { flowsOfOffer } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import { Badge, Button, Empty, PlusIcon, RouteIcon, Row, Section, toast } from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { VirtualList } from "@miniapp/shared/ui/virtual-list.tsx";
import { type JSX, useMemo, useState } from "react";
import { AdviceSheet } from "./advice-sheet.tsx";
import { actOnDraft, changeShares, type Flow, type PartName, type ThingName } from "./flow-api.ts";
import { changesBetween } from "./flow-rows.ts";
import { OfferFiguresNote, type OfferFiguresOfFlow, useOfferLines } from "./offer-figures.tsx";
import { type LineDeeds, ShareLine } from "./share-line.tsx";
import { ShareMark } from "./share-mark.tsx";
import styles from "./shares.module.css";
import { useThingNames } from "./thing-names.ts";
import { ThingsSheet } from "./things-sheet.tsx";
import type { FlowWrites } from "./use-flow-writes.ts";

interface Refusal {
  id: string;
  problem: ShareProblem;
  nearest: number | null;
}

/** More rows than these are drawn only near the screen. */
const manyRows = 50;
const rowHeight = 170;

export function SharePart({
  flow,
  part,
  writes,
  mayEdit,
  figures,
}: {
  flow: Flow;
  part: PartName;
  writes: FlowWrites;
  /** Not while a push is under way. */
  mayEdit: boolean;
  /** What each row brought; the same object for as long as the figures are the same. Null for rows that have none. */
  figures: OfferFiguresOfFlow | null;
}): JSX.Element {
  const t = useT();
  const go = useGo();
  const { percent } = useFormat();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [isAdding, setAdding] = useState(false);
  const [isAdvised, setAdvised] = useState(false);
  const lineOf = useOfferLines(figures);
  const [isLooking, setLooking] = useState(false);
  // The server's answer names them too, a moment later.
  const [added, setAdded] = useState<readonly ThingName[]>([]);
  const things = useMemo(() => [...added, ...flow.names[part]], [added, flow.names, part]);
  const names = useThingNames(part, things);
  const { edit, write } = writes;
  const [rows, theirs] = [writes.rows[part], flow.theirs[part]];

  const deeds = useMemo((): LineDeeds => {
    const ask = (id: string, change: ShareChange, onSaved?: (flow: Flow) => void): Rebalanced => {
      const outcome = edit(part, change, onSaved);
      if (!outcome.ok) haptics.failed();
      setRefusal(outcome.ok ? null : { id, problem: outcome.problem, nearest: outcome.nearest });
      return outcome;
    };
    return {
      set: (id, share) => void ask(id, { kind: "set", id, share }),
      pin: (id, isPinned) => void ask(id, { kind: "pin", id, isPinned }),
      turn: (id, isActive) => void ask(id, { kind: "switch", id, isActive }),
      remove(id) {
        let left: number | undefined;
        const remember = ({ draft }: Flow) => {
          left = draft?.version;
        };
        if (!ask(id, { kind: "remove", id }, remember).ok) return;
        haptics.toggled();
        toast(t("app.shares.removed", { name: names.label(id) }), {
          undo: () =>
            void write("undo", (version) => {
              // Once something else has been changed, here or by somebody else, one step back would take that back instead; and
              // there is nothing to step back in where the draft has ended because it was what the tracker has.
              const isLast = version === left;
              const back = { kind: "add" as const, ids: [id] };
              return isLast
                ? actOnDraft(flow.id, "undo", version)
                : changeShares({ flowId: flow.id, version, part, change: back });
            }),
        });
      },
    };
  }, [edit, write, part, names, t, flow.id]);

  /** For what is asked of all rows: there is no row to say it under. */
  const askAll = (change: ShareChange): boolean => {
    const outcome = edit(part, change);
    setRefusal(null);
    if (outcome.ok) haptics.toggled();
    else {
      haptics.failed();
      toast(t(`app.shares.problem.${outcome.problem}`));
    }
    return outcome.ok;
  };
  const was = useMemo(() => new Map(theirs.map((row) => [row.id, row])), [theirs]);
  const line = (row: (typeof rows)[number]) => (
    <ShareLine
      id={row.id}
      label={names.label(row.id)}
      note={names.note(row.id)}
      isArchived={names.isArchived(row.id)}
      share={row.share}
      state={row.state}
      isPinned={row.isPinned}
      wasShare={was.get(row.id)?.share ?? null}
      wasState={was.get(row.id)?.state ?? null}
      deeds={mayEdit ? deeds : null}
      problem={refusal?.id === row.id ? refusal.problem : null}
      nearest={refusal?.id === row.id ? refusal.nearest : null}
      figuresOf={lineOf}
    />
  );
  const gone = changesBetween(theirs, rows).filter(({ to }) => to === null);
  const total = totalOf(rows);
  return (
    <>
      <Section
        footer={
          part === "offers" && (
            <>
              {flow.bindsOffers && t("app.shares.binds_offers")} {figures && <OfferFiguresNote figures={figures} />}
            </>
          )
        }
      >
        {rows.length === 0 && gone.length === 0 && <Empty title={t(`app.shares.none_${part}`)} />}
        {rows.length > manyRows ? (
          <VirtualList
            label={t(`app.shares.${part}`)}
            items={rows}
            keyOf={(row) => row.id}
            render={line}
            rowHeight={rowHeight}
          />
        ) : (
          rows.length > 0 && (
            <ul className={styles.lines} aria-label={t(`app.shares.${part}`)}>
              {rows.map((row) => (
                <li key={row.id}>{line(row)}</li>
              ))}
            </ul>
          )
        )}
        {gone.map((change) => (
          <div key={change.id} className={`${styles.line} ${styles.changed}`}>
            <div className={styles.lineHead}>
              <div className={styles.lineWords}>
                <div className={styles.name}>
                  <del className={styles.isOff}>{names.label(change.id)}</del>
                </div>
                <ShareMark {...change} />
              </div>
              {mayEdit && (
                <Button kind="plain" onClick={() => askAll({ kind: "add", ids: [change.id] })}>
                  {t("app.shares.put_back")}
                </Button>
              )}
            </div>
          </div>
        ))}
        {rows.length > 0 && (
          <div className={styles.total}>
            <span role="status">
              {total !== 100 && rows.some(isActive) ? (
                <span className={styles.wrong}>{t("app.shares.total_wrong", { total: percent(total / 100) })}</span>
              ) : (
                <>
                  {t("app.shares.total")} <strong>{percent(total / 100)}</strong>
                </>
              )}
            </span>
            {rows.some(({ state }) => !isActive({ state })) && (
              <Badge>{t("app.shares.off_count", { count: rows.filter((row) => !isActive(row)).length })}</Badge>
            )}
            {mayEdit && rows.filter(isActive).length > 1 && (
              <span className={styles.totalDeeds}>
                <Button kind="plain" onClick={() => askAll({ kind: "even" })}>
                  {t("app.shares.even")}
                </Button>
                {figures?.hasSome && (
                  <Button kind="plain" onClick={() => setAdvised(true)}>
                    {t("app.shares.advice")}
                  </Button>
                )}
              </span>
            )}
          </div>
        )}
        {mayEdit && (
          <Row
            before={<PlusIcon />}
            tone="accent"
            title={t(`app.shares.add_${part}`)}
            onClick={() => setAdding(true)}
          />
        )}
        {part === "offers" && rows.length > 0 && (
          <Row before={<RouteIcon />} title={t("app.shares.elsewhere")} onClick={() => setLooking(true)} />
        )}
      </Section>
      {isAdvised && (
        <AdviceSheet
          flowId={flow.id}
          rows={rows}
          isDraft={flow.draft !== null}
          isSaving={writes.isSaving}
          onApply={(shares) => {
            if (askAll({ kind: "assign", shares })) setAdvised(false);
          }}
          onClose={() => setAdvised(false)}
        />
      )}
      {isLooking && (
        <PickerSheet
          title={t("app.shares.elsewhere")}
          options={rows.map(({ id }) => ({ value: id, label: names.label(id), hint: names.note(id) || undefined }))}
          value={null}
          onPick={(id) => go(flowsOfOffer(flow.connection.id, id))}
          onClose={() => setLooking(false)}
        />
      )}
      {isAdding && (
        <ThingsSheet
          connectionId={flow.connection.id}
          part={part}
          title={t(`app.shares.add_${part}`)}
          without={rows.map(({ id }) => id)}
          onPick={(picked) => {
            setAdding(false);
            setAdded((before) => [...before, ...picked]);
            askAll({ kind: "add", ids: picked.map(({ id }) => id) });
          }}
          onClose={() => setAdding(false)}
        />
      )}
    </>
  );
}
