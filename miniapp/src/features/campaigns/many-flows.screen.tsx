/** One change in several flows: seen in each before it is made, made in their drafts, pushed when one wants. */
import { isSame, pinsOf } from "@backend/modules/campaigns/domain/shares.ts";
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { AppLink } from "@miniapp/shared/navigation.tsx";
import {
  Badge,
  CheckIcon,
  ChevronIcon,
  Failure,
  type MainAction,
  Row,
  Screen,
  Section,
  Skeleton,
  Spinner,
  Tabs,
  toast,
} from "@miniapp/shared/ui/index.ts";
import { VirtualList } from "@miniapp/shared/ui/virtual-list.tsx";
import { useSettled } from "@miniapp/shared/use-settled.ts";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useMemo, useState } from "react";
import { useSearch } from "wouter";
import { ChangeList } from "./change-list.tsx";
import { ChooseFlows } from "./choose-flows.tsx";
import {
  changeMany,
  flowQuery,
  isPushing,
  type ManyChange,
  type ManyFlowsDone,
  type ManyFlowsPreview,
  manyPreviewQuery,
  mostFlows,
  type PartName,
  pushMany,
} from "./flow-api.ts";
import { partNames } from "./flow-rows.ts";
import { changeOf, emptyForm, type KnownThing, ManyChangeForm, type ManyForm } from "./many-change.tsx";
import { PushBadge } from "./push-badge.tsx";
import styles from "./shares.module.css";

const rowHeight = 120;

/**
 * Which flows stands in the address: "?ids=…,…", and where they were found by an offer, which: "&offer=…". Without flows they are
 * chosen first, by an offer that may be there already: "?tracker=…&offer=…".
 */
export default function ManyFlowsScreen(): JSX.Element {
  const asked = new URLSearchParams(useSearch());
  const ids = asked.get("ids") ?? "";
  const offerRef = asked.get("offer");
  const flowIds = useMemo(() => [...new Set(ids.split(",").filter(Boolean))].slice(0, mostFlows), [ids]);
  if (flowIds.length > 0) return <ManyFlows key={ids} flowIds={flowIds} offerRef={offerRef} />;
  return <ChooseFlows connectionId={asked.get("tracker")} offerRef={offerRef} />;
}

type Item = ManyFlowsPreview["items"][number];

/** What the change begins from. */
const nowOf = ({ before, draft }: Item) => draft ?? before;

/** Whether anything in the flow would become different. */
const isTouched = (item: Item, part: PartName): boolean => {
  if (item.after === null) return false;
  const [now, after] = [nowOf(item)[part], item.after[part]];
  return !isSame(after, now) || pinsOf(after).join() !== pinsOf(now).join();
};

/** What the flows hold, most frequent first. */
function thingsOf({ items, names }: ManyFlowsPreview, part: PartName): KnownThing[] {
  const known = new Map(names[part].map((name) => [name.id, name]));
  const counts = new Map<string, number>();
  for (const item of items) for (const { id } of nowOf(item)[part]) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts]
    .map(([id, flows]) => ({ name: null, state: null, countries: [], ...known.get(id), id, flows }))
    .sort((one, other) => other.flows - one.flows);
}

/** What became of a flow that was to be changed here. */
type Changed = Pick<Item, "flowId" | "name" | "campaignName"> &
  Pick<ManyFlowsDone["items"][number], "version" | "problem">;

interface Chosen {
  flowIds: string[];
  /** By what they were found. */
  offerRef: string | null;
}

function ManyFlows({ flowIds, offerRef }: Chosen): JSX.Element {
  const [changed, setChanged] = useState<Changed[] | null>(null);
  // Apart from each other: what is only asked for to choose is not asked for any more once it was done.
  return changed === null ? (
    <Choosing flowIds={flowIds} offerRef={offerRef} onDone={setChanged} />
  ) : (
    <Pushing flows={changed} />
  );
}

function Choosing({ flowIds, offerRef, onDone }: Chosen & { onDone(flows: Changed[]): void }): JSX.Element {
  const t = useT();
  const can = useCan();
  const [part, setPart] = useState<PartName>("offers");
  const [form, setForm] = useState<ManyForm>({ ...emptyForm, id: offerRef });
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const { data: all } = useSuspenseQuery(manyPreviewQuery({ flowIds, part, change: { kind: "even" } }));
  const { data: first } = useQuery(flowQuery(flowIds[0] ?? ""));
  const wanted = useMemo(() => changeOf(form), [form]);
  const change = useSettled(wanted, 300);
  const preview = useQuery({
    ...manyPreviewQuery({ flowIds, part, change: change ?? { kind: "even" } }),
    enabled: change !== null,
  });
  const things = useMemo(() => thingsOf(all, part), [all, part]);
  const chosen = (preview.data?.items ?? []).filter((item) => isTouched(item, part) && !left.has(item.flowId));
  const apply = useAct(changeMany, {
    stale: ["campaigns"],
    onDone({ items }) {
      const leftOut = items.filter(({ problem }) => problem !== null).length;
      toast(t("app.shares.many_done", { changed: items.length - leftOut, left: leftOut }));
      const seen = new Map((preview.data?.items ?? []).map((item) => [item.flowId, item]));
      onDone(items.map((item) => ({ name: "", campaignName: "", ...seen.get(item.flowId), ...item })));
    },
  });
  // What is seen below is not yet what was typed last.
  const isBehind = change !== wanted || preview.isPlaceholderData;
  const main: MainAction | undefined = can("campaigns.edit")
    ? {
        text:
          chosen.length === 0 ? t("app.shares.many_change") : t("app.shares.change_count", { count: chosen.length }),
        onClick: () => {
          if (change) apply.run({ flows: chosen.map(({ flowId, version }) => ({ flowId, version })), part, change });
        },
        isBusy: apply.isBusy,
        isDisabled: apply.isOff || change === null || chosen.length === 0 || isBehind,
      }
    : undefined;
  const toggle = (flowId: string) =>
    setLeft((before) => {
      const next = new Set(before);
      if (!next.delete(flowId)) next.add(flowId);
      return next;
    });
  return (
    <Screen
      title={t("app.shares.many")}
      subtitle={t("app.shares.flow_count", { count: flowIds.length })}
      back={href("campaigns")}
      main={main}
    >
      <Tabs<PartName>
        label={t("app.shares.parts")}
        value={part}
        onChange={(next) => {
          setPart(next);
          setForm(emptyForm);
        }}
        choices={partNames.map((value) => ({ value, label: t(`app.shares.${value}`) }))}
      />
      <ManyChangeForm
        form={form}
        part={part}
        things={things}
        connectionId={first?.connection.id ?? null}
        onChange={(next) => setForm((before) => ({ ...before, ...next }))}
      />
      {change === null ? (
        <p className={styles.reason} role="status">
          {t("app.shares.many_unfinished")}
        </p>
      ) : preview.data ? (
        <Previews preview={preview.data} part={part} change={change} left={left} onToggle={toggle} />
      ) : preview.error ? (
        <Failure error={preview.error} onRetry={() => void preview.refetch()} isCompact />
      ) : (
        <Skeleton rows={3} height={rowHeight} />
      )}
    </Screen>
  );
}

/** The drafts wait for one more tap, just as they were made here; then each flow says how its push goes, or why it does not. */
function Pushing({ flows }: { flows: readonly Changed[] }): JSX.Element {
  const t = useT();
  const [pushed, setPushed] = useState<ManyFlowsDone["items"] | null>(null);
  const push = useAct(pushMany, { stale: ["campaigns"], onDone: ({ items }) => setPushed(items) });
  const isPushed = pushed !== null;
  const ready = flows.flatMap(({ flowId, version }) => (version === null ? [] : [{ flowId, version }]));
  const refusals = new Map((pushed ?? []).map(({ flowId, problem }) => [flowId, problem]));
  const main: MainAction | undefined =
    isPushed || ready.length === 0
      ? undefined
      : {
          text: t("app.shares.push_count", { count: ready.length }),
          onClick: () => push.run(ready),
          isBusy: push.isBusy,
          isDisabled: push.isOff,
        };
  return (
    <Screen
      title={t(isPushed ? "app.shares.many_pushing" : "app.shares.many_changed")}
      subtitle={t("app.shares.flow_count", { count: flows.length })}
      back={href("campaigns")}
      main={main}
    >
      <Section footer={t(isPushed ? "app.shares.may_leave" : "app.shares.many_changed_text")}>
        <VirtualList
          label={t("app.shares.flows")}
          items={flows}
          keyOf={({ flowId }) => flowId}
          rowHeight={64}
          render={(flow) => <FlowState {...flow} problem={refusals.get(flow.flowId) ?? flow.problem} />}
        />
      </Section>
    </Screen>
  );
}

function Previews({
  preview,
  part,
  change,
  left,
  onToggle,
}: {
  preview: ManyFlowsPreview;
  part: PartName;
  change: ManyChange;
  left: ReadonlySet<string>;
  onToggle(flowId: string): void;
}): JSX.Element {
  const t = useT();
  return (
    <Section header={t("app.shares.preview")}>
      <VirtualList
        label={t("app.shares.preview")}
        items={preview.items}
        keyOf={({ flowId }) => flowId}
        rowHeight={rowHeight}
        render={(item) => (
          <>
            {isTouched(item, part) ? (
              <Row
                title={item.name}
                subtitle={item.campaignName}
                after={!left.has(item.flowId) && <CheckIcon />}
                onClick={() => onToggle(item.flowId)}
                isChecked={!left.has(item.flowId)}
              />
            ) : (
              <Row
                title={item.name}
                subtitle={item.campaignName}
                after={<Badge tone={item.problem === null ? "neutral" : "warn"}>{t("app.shares.left_out")}</Badge>}
              />
            )}
            <div className={styles.previewed}>
              {item.problem ?? (
                <>
                  {item.draft && <p className={styles.note}>{t("app.shares.many_earlier_draft")}</p>}
                  {change.kind === "pin" && isTouched(item, part) && (
                    <p>{t(change.isPinned ? "app.shares.will_pin" : "app.shares.will_unpin")}</p>
                  )}
                  {(change.kind !== "pin" || item.draft) && (
                    <ChangeList from={item.before} to={item.after ?? nowOf(item)} names={preview.names} />
                  )}
                </>
              )}
            </div>
          </>
        )}
      />
    </Section>
  );
}

/** How one flow stands after the change: asked for by itself, so that only those on the screen are. */
function FlowState({ flowId, name, campaignName, problem }: Changed): JSX.Element {
  const t = useT();
  const { data: flow } = useQuery(flowQuery(flowId));
  const push = flow?.push;
  return (
    <AppLink to={href("flow", { flowId })} className={styles.flowState}>
      <span className={`${styles.lineWords} ${styles.stacked}`}>
        <span className={styles.name}>{name}</span>
        <span className={styles.note}>{problem ?? push?.problem ?? campaignName}</span>
      </span>
      {!flow || isPushing(flow) ? <Spinner /> : null}
      {problem !== null ? (
        <Badge tone="warn">{t("app.shares.left_out")}</Badge>
      ) : push ? (
        <PushBadge state={push.state} />
      ) : (
        flow && <Badge>{t(flow.draft ? "app.shares.is_draft" : "app.shares.as_in_tracker")}</Badge>
      )}
      <span className={styles.arrow}>
        <ChevronIcon size={18} />
      </span>
    </AppLink>
  );
}
