/** A condition as cards of readable rules: one for the whole, one for each group inside; deeper groups are sentences to read. */
import {
  type Condition,
  checkCondition,
  type Group,
  groupKinds,
  isGroup,
  type Known,
  type Problem,
  type Rule,
  rulesOf,
  segmentLimits,
} from "@backend/modules/audience/domain/segment.ts";
import { type LoadCode, LoadedWith } from "@miniapp/shared/code.tsx";
import { useT } from "@miniapp/shared/i18n.ts";
import {
  ClockIcon,
  Field,
  FilterIcon,
  Loading,
  PeopleIcon,
  PlusIcon,
  Row,
  Section,
  TrashIcon,
} from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import styles from "./segment.module.css";
import { type Vocabulary, vocabularyQuery } from "./segment-api.ts";
import ReachLine from "./segment-reach.tsx";
import type { RuleSheetProps } from "./segment-rule-sheet.tsx";
import { topicsOf } from "./segment-topics.ts";
import { useSegmentWords } from "./segment-words.ts";

const loadSheet: LoadCode<RuleSheetProps> = () => import("./segment-rule-sheet.tsx");

export interface ConditionEditorProps {
  /** Null = everybody. */
  value: Condition | null;
  onChange(value: Condition | null): void;
  /** Whose people are counted below. */
  botIds: readonly string[];
  categoryId?: number | null | undefined;
  /** Only to be read. */
  isFixed?: boolean | undefined;
}

/** A group at the root, whatever was stored: a lone rule is one of its own. */
const rootOf = (condition: Condition | null): Group =>
  condition === null ? { kind: "all", of: [] } : isGroup(condition) ? condition : { kind: "all", of: [condition] };

const replaced = (group: Group, at: number, next: Condition | null): Group => ({
  ...group,
  of:
    at === group.of.length && next
      ? [...group.of, next]
      : group.of.flatMap((one, index) => (index !== at ? [one] : next ? [next] : [])),
});

const broadcastsIn = (condition: Condition): string[] =>
  rulesOf(condition).flatMap((rule) => (rule.kind === "broadcast" ? [rule.broadcastId] : []));

const knownOf = ({ bots, tags, fields, broadcasts }: Vocabulary, condition: Condition): Known => ({
  bots: new Set(bots.map(({ id }) => id)),
  tags: new Set(tags.map(({ id }) => id)),
  fields: new Map(fields.map(({ key, kind }) => [key, kind])),
  broadcasts: new Set([
    ...broadcasts.map(({ id }) => id),
    // Where there are more than are listed, only the server knows whether one is gone.
    ...(broadcasts.length < segmentLimits.namedBroadcasts ? [] : broadcastsIn(condition)),
  ]),
});

export default function Builder({ value, onChange, botIds, categoryId, isFixed }: ConditionEditorProps): JSX.Element {
  const t = useT();
  const { data: vocabulary } = useSuspenseQuery(vocabularyQuery);
  const root = rootOf(value);
  const problems = checkCondition(root, knownOf(vocabulary, root));
  const isFull = rulesOf(root).length >= segmentLimits.rules;
  const set = (next: Group) => onChange(next.of.length === 0 && next.kind === "all" ? null : next);
  const shared = { vocabulary, isFixed: isFixed === true, isFull };
  return (
    <>
      <GroupCard
        {...shared}
        header={t("app.seg.who")}
        group={root}
        problems={problems}
        path={[]}
        onChange={set}
        onAddGroup={() => set({ ...root, of: [...root.of, { kind: "any", of: [] }] })}
      />
      {root.of.map((one, index) =>
        isGroup(one) ? (
          <GroupCard
            {...shared}
            // biome-ignore lint/suspicious/noArrayIndexKey: groups have no identity but their place
            key={index}
            header={t("app.seg.group")}
            group={one}
            problems={problems}
            path={[index]}
            onChange={(next) => set(replaced(root, index, next))}
            onRemove={() => set(replaced(root, index, null))}
          />
        ) : null,
      )}
      <ReachLine botIds={botIds} condition={value} categoryId={categoryId} isBroken={problems.length > 0} />
    </>
  );
}

interface GroupCardProps {
  header: string;
  group: Group;
  problems: readonly Problem[];
  path: readonly number[];
  vocabulary: Vocabulary;
  isFixed: boolean;
  isFull: boolean;
  onChange(group: Group): void;
  onAddGroup?: () => void;
  onRemove?: () => void;
}

/** What is wrong at a place, or anywhere below it when that is shown as one row. */
const problemAt = (problems: readonly Problem[], path: readonly number[], isWhole: boolean) =>
  problems.find(
    (one) => path.every((step, index) => one.path[index] === step) && (isWhole || one.path.length === path.length),
  );

function GroupCard({ header, group, problems, path, vocabulary, isFixed, isFull, ...on }: GroupCardProps): JSX.Element {
  const t = useT();
  const words = useSegmentWords();
  const isRoot = path.length === 0;
  const [isPicking, setPicking] = useState(false);
  /** The rule in the sheet, and its place: behind the last for one that is new. */
  const [open, setOpen] = useState<{ at: number; rule: Rule } | null>(null);
  const own = problemAt(problems, path, false);
  const close = () => setOpen(null);
  return (
    <Section
      header={header}
      footer={
        own ? (
          <span className={styles.problem}>{t(own.code)}</span>
        ) : isFull && !isFixed ? (
          t("app.seg.rules_full")
        ) : undefined
      }
    >
      {group.of.length > 0 || !isRoot || group.kind !== "all" ? (
        <Field
          kind="select"
          label={t("app.seg.kind")}
          value={group.kind}
          isDisabled={isFixed}
          choices={groupKinds.map((kind) => ({ value: kind, label: t(`app.seg.kind_${kind}`) }))}
          onChange={(kind) => on.onChange({ ...group, kind: groupKinds.find((known) => known === kind) ?? "all" })}
        />
      ) : (
        <Row before={<PeopleIcon />} title={t("app.seg.empty_root")} />
      )}
      {group.of.map((one, index) => {
        const problem = problemAt(problems, [...path, index], true);
        const note = problem && <span className={styles.problem}>{t(problem.code)}</span>;
        // Groups of the outermost one have a card of their own below.
        if (isGroup(one) && isRoot) return null;
        const isRule = !isGroup(one);
        return (
          <Row
            // biome-ignore lint/suspicious/noArrayIndexKey: rules have no identity but their place
            key={index}
            before={isRule && one.kind === "moment" ? <ClockIcon /> : <FilterIcon />}
            title={isRule ? words.rule(one) : words.sentence(one)}
            subtitle={note}
            isWrapped
            {...(isRule && !isFixed ? { onClick: () => setOpen({ at: index, rule: one }) } : {})}
          />
        );
      })}
      {!isFixed && !isFull && (
        <Row before={<PlusIcon />} tone="accent" title={t("app.seg.add_rule")} onClick={() => setPicking(true)} />
      )}
      {!isFixed && !isFull && on.onAddGroup && group.of.length > 0 && (
        <Row before={<PlusIcon />} tone="accent" title={t("app.seg.add_group")} onClick={on.onAddGroup} />
      )}
      {!isFixed && on.onRemove && (
        <Row before={<TrashIcon />} tone="danger" title={t("app.seg.remove_group")} onClick={on.onRemove} />
      )}
      {isPicking && (
        <TopicPicker
          vocabulary={vocabulary}
          onPick={(rule) => {
            // What can be used as it begins is there at once.
            if (checkCondition(rule).length === 0 && rule.kind !== "broadcast")
              on.onChange(replaced(group, group.of.length, rule));
            setOpen({ at: group.of.length, rule });
          }}
          onClose={() => setPicking(false)}
        />
      )}
      {open && !isPicking && (
        <Loading skeleton={null} isCompact>
          <LoadedWith
            name="segment-rule-sheet"
            load={loadSheet}
            props={{
              rule: open.rule,
              vocabulary,
              onChange: (rule) => on.onChange(replaced(group, open.at, rule)),
              onRemove:
                open.at < group.of.length
                  ? () => {
                      on.onChange(replaced(group, open.at, null));
                      close();
                    }
                  : null,
              onClose: close,
            }}
          />
        </Loading>
      )}
    </Section>
  );
}

function TopicPicker({
  vocabulary,
  onPick,
  onClose,
}: {
  vocabulary: Vocabulary;
  onPick(rule: Rule): void;
  onClose(): void;
}): JSX.Element {
  const t = useT();
  const topics = topicsOf(t, vocabulary);
  return (
    <PickerSheet
      title={t("app.seg.choose_topic")}
      value={null}
      options={topics.map(({ key, label, hint }) => ({ value: key, label, hint }))}
      onPick={(key) => {
        const topic = topics.find((one) => one.key === key);
        if (topic) onPick(topic.fresh());
      }}
      onClose={onClose}
    />
  );
}
