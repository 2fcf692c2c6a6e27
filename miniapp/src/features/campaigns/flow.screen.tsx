/** The editor of a flow's shares: a draft that the team has in common, seen beside what the tracker has, until it is pushed. */
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { type LoadCode, LoadedWith } from "@miniapp/shared/code.tsx";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useOwnVerticalSwipes } from "@miniapp/shared/telegram/index.ts";
import {
  ask,
  IconButton,
  type MainAction,
  RedoIcon,
  Row,
  Screen,
  Section,
  Tabs,
  toast,
  UndoIcon,
  useIsOffline,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useParams } from "wouter";
import { FlowAbout } from "./flow-about.tsx";
import {
  actOnDraft,
  type DraftDeed,
  type Flow,
  flowQuery,
  isPushing,
  markSeen,
  type PartName,
  resolveFlow,
} from "./flow-api.ts";
import type { FlowConflictProps } from "./flow-conflict.tsx";
import { FlowNotes } from "./flow-notes.tsx";
import { partNames, pushProblemOf } from "./flow-rows.ts";
import { useOfferFigures } from "./offer-figures.tsx";
import { SharePart } from "./share-part.tsx";
import styles from "./shares.module.css";
import { useFlowWrites } from "./use-flow-writes.ts";
import { usePushNews } from "./use-push-news.ts";

/** Two versions are seldom compared: their code comes when they are. */
const loadConflict: LoadCode<FlowConflictProps> = () => import("./flow-conflict.tsx");

export default function FlowScreen(): JSX.Element {
  const { flowId = "" } = useParams();
  const { data: flow } = useSuspenseQuery(flowQuery(flowId));
  return <Editor key={flow.id} flow={flow} />;
}

function Editor({ flow }: { flow: Flow }): JSX.Element {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const isOffline = useIsOffline();
  const writes = useFlowWrites(flow);
  const { rows, write, writing } = writes;
  const figures = useOfferFigures(flow.id, rows.offers.length > 0);
  const [part, setPart] = useState<PartName>("offers");
  const [isComparing, setComparing] = useState(false);
  const isAllowed = can("campaigns.edit") && flow.readOnly === null;
  const mayEdit = isAllowed && !isPushing(flow);
  useOwnVerticalSwipes(mayEdit);
  usePushNews(flow, isAllowed, write);
  const { draft } = flow;
  const act = (deed: DraftDeed) => write(deed, (version) => actOnDraft(flow.id, deed, version));

  if (isAllowed && draft && (flow.push?.state === "conflict" || isComparing))
    return (
      <LoadedWith
        name="flow-conflict"
        load={loadConflict}
        props={{
          flow,
          isBusy: writing === "rebase",
          onLeave: flow.push?.state === "conflict" ? undefined : () => setComparing(false),
          onDone: (ours) =>
            void write("rebase", (version) => resolveFlow({ flowId: flow.id, version, ours })).then((answer) => {
              if (answer) setComparing(false);
            }),
        }}
      />
    );

  const problem = pushProblemOf(rows, flow.theirs);
  const reason = !mayEdit
    ? null
    : isOffline
      ? t("app.state.offline")
      : problem
        ? t(`app.shares.reason.${problem.problem}`, {
            part: t(`app.shares.${problem.part}`),
            total: format.percent(problem.total / 100),
          })
        : draft || writes.isSaving
          ? null
          : t("app.shares.nothing_to_push");
  const pushing: MainAction = {
    text: t("app.shares.push"),
    isBusy: writing === "push" || isPushing(flow),
    isDisabled: reason !== null || writing !== null,
    onClick: () => void act("push"),
  };
  // A push would stop there: the way goes through the comparison.
  const comparing: MainAction = {
    text: t("app.shares.compare"),
    onClick: () => setComparing(true),
    isDisabled: writing !== null,
  };
  const discard = async () => {
    const words = { title: t("app.shares.discard"), message: t("app.shares.discard_ask") };
    if (!(await ask({ ...words, confirm: t("app.shares.discard_yes"), cancel: t("app.action.cancel") }))) return;
    if (await act("cancel")) toast(t("app.shares.discarded"));
  };
  return (
    <Screen
      title={flow.name}
      subtitle={`${flow.campaign.name} · ${t("app.state.updated", { when: format.ago(flow.readAt) })}`}
      back={href("campaign", { campaignId: flow.campaign.id })}
      main={isAllowed ? (mayEdit && draft?.isOutdated ? comparing : pushing) : undefined}
    >
      <FlowNotes
        flow={flow}
        mayEdit={isAllowed}
        isBusy={writing !== null || isOffline}
        onSeen={() =>
          void write("seen", () => markSeen(flow.id, { theirs: flow.theirs, pushId: flow.push?.id ?? null }))
        }
        onPush={() => void act("push")}
      />
      <Tabs<PartName>
        label={t("app.shares.parts")}
        value={part}
        onChange={setPart}
        choices={partNames.map((value) => ({
          value,
          label: t("app.shares.tab", { name: t(`app.shares.${value}`), number: rows[value].length }),
        }))}
      />
      {mayEdit && (
        <div className={styles.tools}>
          <IconButton
            icon={<UndoIcon />}
            label={t("app.action.undo")}
            isDisabled={!draft?.canUndo || writing !== null}
            onClick={() => void act("undo")}
          />
          <IconButton
            icon={<RedoIcon />}
            label={t("app.shares.redo")}
            isDisabled={!draft?.canRedo || writing !== null}
            onClick={() => void act("redo")}
          />
          <span className={styles.note}>
            {!draft
              ? t("app.shares.as_in_tracker")
              : draft.changedBy
                ? t("app.shares.draft_by", { name: draft.changedBy, when: format.ago(draft.changedAt) })
                : t("app.shares.draft_of", { when: format.ago(draft.changedAt) })}
          </span>
        </div>
      )}
      <SharePart
        key={part}
        flow={flow}
        part={part}
        writes={writes}
        mayEdit={mayEdit}
        figures={part === "offers" ? figures : null}
      />
      {reason !== null && (
        <p className={styles.reason} role="status">
          {reason}
        </p>
      )}
      {mayEdit && draft && (
        <Section>
          <Row
            tone="danger"
            title={t("app.shares.discard")}
            isDisabled={writing !== null || isOffline}
            onClick={() => void discard()}
          />
        </Section>
      )}
      <FlowAbout flow={flow} />
    </Screen>
  );
}
