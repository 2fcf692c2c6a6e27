/** One segment: its name, its rules with their reach, and where it is used. */
import { type Condition, checkCondition, segmentLimits } from "@backend/modules/audience/domain/segment.ts";
import { href } from "@miniapp/app/paths.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import {
  CopyIcon,
  Empty,
  Field,
  Loading,
  PeopleIcon,
  Row,
  Screen,
  Section,
  Skeleton,
  TrashIcon,
  toast,
} from "@miniapp/shared/ui/index.ts";
import { useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useParams } from "wouter";
import { useCan } from "../identity/me.ts";
import { useAct } from "../operations/use-act.ts";
import { useEditing } from "../reports/use-editing.ts";
import { segmentsQuery } from "./api.ts";
import {
  type CreateSegment,
  changeSegment,
  copySegment,
  createSegment,
  deleteSegment,
  type Segment,
  segmentUsesQuery,
  vocabularyQuery,
} from "./segment-api.ts";
import Builder from "./segment-builder.tsx";
import { listOf } from "./whom.ts";

interface Form {
  name: string;
  condition: Condition | null;
}

export default function SegmentScreen(): JSX.Element {
  const { segmentId } = useParams();
  return (
    <Loading
      skeleton={
        <Screen title={"\u00a0"} back={href("segments")}>
          <Skeleton rows={1} />
          <Skeleton rows={4} />
        </Screen>
      }
    >
      {segmentId === undefined ? <Editor segment={null} /> : <Known key={segmentId} segmentId={segmentId} />}
    </Loading>
  );
}

function Known({ segmentId }: { segmentId: string }): JSX.Element {
  const t = useT();
  const { data: segments } = useSuspenseQuery(segmentsQuery);
  const segment = segments.find(({ id }) => id === segmentId);
  if (segment) return <Editor segment={segment} />;
  return (
    <Screen title={t("app.segment.title")} back={href("segments")}>
      <Empty text={t("app.state.nothing_found")} />
    </Screen>
  );
}

/** What is stored for everybody: a group without rules. */
const everybody: Condition = { kind: "all", of: [] };

const bodyOf = ({ name, condition }: Form): CreateSegment => ({
  name: name.trim(),
  condition: condition ?? everybody,
});

function Editor({ segment }: { segment: Segment | null }): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const mayManage = can("audience.manage");
  const { data: vocabulary } = useSuspenseQuery(vocabularyQuery);
  const initial: Form = { name: segment?.name ?? "", condition: segment?.condition ?? null };
  const draft = useDraft<Form>(segment?.id ?? "new", initial);
  const form = draft.value;
  const queries = useQueryClient();
  // The list that is shown next must not ask for the reach of what is gone.
  const remove = async (segmentId: string) => {
    await deleteSegment(segmentId);
    queries.setQueryData(segmentsQuery.queryKey, (known) => known?.filter(({ id }) => id !== segmentId));
  };
  const isSound = form.condition === null || checkCondition(form.condition).length === 0;
  const isReady = form.name.trim() !== "" && isSound;
  const editing = useEditing<Form, CreateSegment>({
    topic: "segments",
    list: href("segments"),
    id: segment?.id ?? null,
    draft,
    stored: segment && { name: segment.name, condition: segment.condition },
    body: isReady ? bodyOf(form) : null,
    create: createSegment,
    change: (segmentId, body) => changeSegment({ segmentId, ...body }),
    remove,
    deleted: t("app.segment.deleted"),
  });
  const forget = useAct(remove, { stale: ["segments"], onDone: () => go(href("segments"), { replace: true }) });
  const copy = useAct(copySegment, {
    stale: ["segments"],
    onDone: ({ id }) => {
      toast(t("app.segment.copied"), { undo: () => forget.run(id) });
      go(href("segment", { segmentId: id }));
    },
  });
  return (
    <Screen
      title={t(segment ? "app.segment.title" : "app.segments.add")}
      back={href("segments")}
      main={mayManage ? editing.main : undefined}
    >
      <Section>
        <Field
          label={t("app.segment.name")}
          value={form.name}
          onChange={(name) => draft.change({ name })}
          placeholder={t("app.segment.name_placeholder")}
          hint={form.name.trim() === "" ? t("app.segment.name_needed") : undefined}
          maxLength={segmentLimits.name}
          isDisabled={!mayManage}
        />
      </Section>
      <Builder
        value={form.condition}
        onChange={(condition) => draft.change({ condition })}
        botIds={vocabulary.bots.map(({ id }) => id)}
        isFixed={!mayManage}
      />
      {form.condition !== null && isSound && !segment?.problems.length && (
        <Section>
          <Row
            before={<PeopleIcon />}
            title={t("app.segment.see_people")}
            to={listOf(
              segment && JSON.stringify(form.condition) === JSON.stringify(segment.condition)
                ? { segmentId: segment.id }
                : { condition: form.condition },
            )}
          />
        </Section>
      )}
      {segment && <Uses segmentId={segment.id} />}
      {segment && mayManage && (
        <Section>
          <Row
            before={<CopyIcon />}
            tone="accent"
            title={t("app.segment.copy")}
            isDisabled={copy.isOff}
            onClick={() => copy.run(segment.id)}
          />
          <Row
            before={<TrashIcon />}
            tone="danger"
            title={t("app.segment.delete")}
            isDisabled={editing.isOff}
            onClick={editing.remove}
          />
        </Section>
      )}
    </Screen>
  );
}

/** Where it would be missed; nothing while that is not known. */
function Uses({ segmentId }: { segmentId: string }): JSX.Element | null {
  const t = useT();
  const can = useCan();
  const { data: uses = [] } = useQuery(segmentUsesQuery(segmentId));
  if (uses.length === 0) return null;
  return (
    <Section header={t("app.segment.uses")}>
      {uses.map(({ kind, id, name }) => (
        <Row
          key={id}
          title={name}
          subtitle={t(`app.segment.use_${kind}`)}
          {...(kind === "broadcast" && can("broadcasts.read") ? { to: href("broadcast", { broadcastId: id }) } : {})}
        />
      ))}
    </Section>
  );
}
