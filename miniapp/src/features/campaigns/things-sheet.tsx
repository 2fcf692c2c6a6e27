/** Choosing offers or landings of a tracker: thousands are searched by the server, any number may be taken. */
import { useT } from "@miniapp/shared/i18n.ts";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import { Button, CheckIcon, Empty, Failure, Row, Search, Sheet, Skeleton } from "@miniapp/shared/ui/index.ts";
import { nextPageOf, PageEnd } from "@miniapp/shared/ui/virtual-list.tsx";
import { useSettled } from "@miniapp/shared/use-settled.ts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type JSX, useEffect, useMemo, useRef, useState } from "react";
import { type PartName, type ThingName, type TrackerThingItem, thingsQuery } from "./flow-api.ts";
import styles from "./things-sheet.module.css";

/** As many as one change may bring. */
const most = 100;
const rowHeight = 56;

const asName = ({ ref, name, state, countries }: TrackerThingItem): ThingName => ({ id: ref, name, state, countries });

export function ThingsSheet({
  connectionId,
  part,
  title,
  without = [],
  isSingle,
  onPick,
  onClose,
}: {
  connectionId: string;
  part: PartName;
  title: string;
  /** Ids that are there already. */
  without?: readonly string[];
  /** A tap takes one and is done. */
  isSingle?: boolean;
  onPick(things: ThingName[]): void;
  onClose(): void;
}): JSX.Element {
  const t = useT();
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<ReadonlyMap<string, ThingName>>(new Map());
  const settled = useSettled(search.trim(), 250);
  const list = useInfiniteQuery(thingsQuery({ connectionId, part, search: settled }));
  const { data, error, refetch, hasNextPage } = list;
  const things = useMemo(() => {
    const taken = new Set(without);
    return data?.pages.flatMap(({ items }) => items).filter(({ ref }) => !taken.has(ref));
  }, [data, without]);
  const toggle = (thing: TrackerThingItem) => {
    haptics.selected();
    if (isSingle) return onPick([asName(thing)]);
    const next = new Map(chosen);
    if (!next.delete(thing.ref) && next.size < most) next.set(thing.ref, asName(thing));
    setChosen(next);
  };
  return (
    <Sheet title={title} onClose={onClose} isFull>
      <div className={styles.head}>
        <Search value={search} onChange={setSearch} label={t(`app.shares.find_${part}`)} />
      </div>
      {error && !things ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : things === undefined ? (
        <Skeleton rows={6} height={rowHeight} />
      ) : things.length === 0 && !hasNextPage ? (
        settled === "" ? (
          <Empty title={t("app.shares.nothing_to_add")} text={t("app.shares.nothing_to_add_text")} />
        ) : (
          <Empty
            title={t("app.state.nothing_found")}
            action={{ text: t("app.action.reset"), onClick: () => setSearch("") }}
          />
        )
      ) : (
        <Things label={title} things={things} chosen={chosen} onToggle={toggle} onEnd={nextPageOf(list)} />
      )}
      <PageEnd pages={list} />
      {!isSingle && (
        <div className={styles.foot}>
          <Button isWide isDisabled={chosen.size === 0} onClick={() => onPick([...chosen.values()])}>
            {chosen.size === 0 ? t("app.shares.choose_some") : t("app.shares.add_count", { count: chosen.size })}
          </Button>
        </div>
      )}
    </Sheet>
  );
}

function Things({
  label,
  things,
  chosen,
  onToggle,
  onEnd,
}: {
  label: string;
  things: readonly TrackerThingItem[];
  chosen: ReadonlyMap<string, ThingName>;
  onToggle(thing: TrackerThingItem): void;
  /** Absent when there is no more, or it is on its way. */
  onEnd: (() => void) | undefined;
}): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: things.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => things[index]?.ref ?? index,
    // Before the dialog opens nothing in it has a height.
    measureElement: (element) => element.getBoundingClientRect().height || rowHeight,
    overscan: 8,
    initialRect: { width: 390, height: 640 },
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? -1;
  useEffect(() => {
    if (onEnd && last >= things.length - 8) onEnd();
  }, [onEnd, last, things.length]);
  return (
    <div ref={scroller} className={styles.body}>
      <ul aria-label={label} className={styles.list} style={{ blockSize: rows.getTotalSize() }}>
        {shown.map((row) => {
          const thing = things[row.index];
          if (!thing) return null;
          const hint = [`#${thing.ref}`, thing.network, thing.countries.join(", ")].filter(Boolean).join(" · ");
          return (
            <li
              key={row.key}
              ref={rows.measureElement}
              data-index={row.index}
              aria-setsize={onEnd ? -1 : things.length}
              aria-posinset={row.index + 1}
              style={{ transform: `translateY(${row.start}px)` }}
            >
              <Row
                title={thing.name}
                subtitle={hint}
                after={<span className={styles.check}>{chosen.has(thing.ref) && <CheckIcon />}</span>}
                onClick={() => onToggle(thing)}
                isChecked={chosen.has(thing.ref)}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}
