/** What will go out, before it is let go: a sequence that begins, or what a change does to one that runs. */
import type { Condition } from "@backend/modules/audience/domain/segment.ts";
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGoUp } from "@miniapp/shared/navigation.tsx";
import { Fact, type MainAction, Row, Screen, Section, toast } from "@miniapp/shared/ui/index.ts";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { Redirect, useParams } from "wouter";
import { useSegmentWords } from "../audience/segment-words.ts";
import { LetterSight } from "../broadcasts/letter-sight.tsx";
import {
  activateSequence,
  requestSequence,
  type Sequence,
  type SequenceChoices,
  sequenceChoicesQuery,
  sequenceQuery,
} from "./api.ts";
import { changesOf, stopsLine } from "./sequence-changes.ts";
import { delayLine, triggerLine } from "./sequence-words.ts";

export default function SequenceLaunchScreen(): JSX.Element {
  const { sequenceId = "" } = useParams();
  const { data: sequence } = useSuspenseQuery(sequenceQuery(sequenceId));
  const isOver = sequence.isArchived || (sequence.state === "active" && sequence.waiting === null);
  if (isOver) return <Redirect to={href("sequence", { sequenceId })} replace />;
  return <Launch sequence={sequence} />;
}

function Launch({ sequence }: { sequence: Sequence }): JSX.Element {
  const t = useT();
  const can = useCan();
  const { data: choices } = useSuspenseQuery(sequenceChoicesQuery);
  const main = useMainAction(sequence);
  const { steps, name } = sequence.waiting ?? sequence;
  const changes = changesOf(t, sequence, choices);
  return (
    <Screen
      title={name}
      subtitle={t("app.broadcast.check")}
      back={href("sequence", { sequenceId: sequence.id })}
      main={main}
    >
      {sequence.requestedBy && (
        <Section>
          <Row title={t("app.broadcast.requested_by", { person: sequence.requestedBy.name })} isWrapped />
        </Section>
      )}
      {changes.length > 0 && (
        <Section header={t("app.sequences.changes")} footer={t("app.sequences.changes_text")}>
          {changes.map(({ key, what, was }) => (
            <Row
              key={key}
              title={what}
              subtitle={was === undefined ? undefined : t("app.sequences.was", { was })}
              isWrapped
            />
          ))}
        </Section>
      )}
      <Particulars sequence={sequence} choices={choices} />
      {steps.map((step, at) => (
        <div key={step.id} style={{ display: "contents" }}>
          <LetterSight letter={step.letter} header={`${at + 1}. ${delayLine(t, step)}`} />
          {step.condition && can("audience.read") && <Whom condition={step.condition as Condition} />}
        </div>
      ))}
    </Screen>
  );
}

/** Letting it go, or asking somebody else to. */
function useMainAction(sequence: Sequence): MainAction | undefined {
  const t = useT();
  const can = useCan();
  const goUp = useGoUp(href("sequence", { sequenceId: sequence.id }));
  const queries = useQueryClient();
  const readAnew = (failure: unknown): never => {
    // Somebody may have changed it: it is read again before the next press.
    void queries.invalidateQueries({ queryKey: ["sequences"] });
    throw failure;
  };
  const isRunning = sequence.state === "active";
  const start = useAct((read: Sequence) => activateSequence(read).catch(readAnew), {
    stale: ["sequences"],
    done: t(isRunning ? "app.sequences.change_done" : "app.sequences.started"),
    onDone: goUp,
  });
  const request = useAct((read: Sequence) => requestSequence(read).catch(readAnew), {
    stale: ["sequences"],
    onDone: ({ told }) =>
      toast(told > 0 ? t("app.broadcast.requested", { count: told }) : t("app.broadcast.requested_nobody")),
  });
  if (sequence.mayStart)
    return {
      text: t(isRunning ? "app.sequences.do_change" : "app.sequences.start"),
      onClick: () => start.run(sequence),
      isBusy: start.isBusy,
      isDisabled: start.isOff,
    };
  if (!can("broadcasts.write")) return undefined;
  return {
    text: t(sequence.requestedAt ? "app.broadcast.request_again" : "app.broadcast.request"),
    onClick: () => request.run(sequence),
    isBusy: request.isBusy,
    isDisabled: request.isOff,
  };
}

/** What begins and ends it, for whom and how. */
function Particulars({ sequence, choices }: { sequence: Sequence; choices: SequenceChoices }): JSX.Element {
  const t = useT();
  const { trigger, stops, botIds, categoryId, isUrgent, isRepeatable } = sequence.waiting ?? sequence;
  const names = botIds.map((id) => choices.bots.find((bot) => bot.id === id)?.name ?? t("app.sequences.gone"));
  const category = choices.categories.find(({ id }) => id === categoryId);
  return (
    <Section>
      <Fact name={t("app.sequences.begins")} value={triggerLine(t, trigger, choices)} />
      <Fact name={t("app.sequences.ends")} value={stopsLine(t, stops, choices)} />
      <Fact name={t("app.broadcast.bots")} value={names.join(", ") || t("app.sequences.bots")} />
      <Fact name={t("app.sequences.category")} value={category?.name ?? t("app.sequences.no_category")} />
      {isUrgent && <Row title={t("app.sequences.urgent")} isWrapped />}
      {isRepeatable && (
        <Row title={t("app.sequences.repeatable")} subtitle={t("app.sequences.repeatable_text")} isWrapped />
      )}
      {sequence.active > 0 && <Fact name={t("app.sequences.people")} value={String(sequence.active)} />}
    </Section>
  );
}

function Whom({ condition }: { condition: Condition }): JSX.Element {
  const t = useT();
  const words = useSegmentWords();
  return (
    <Section>
      <Fact name={t("app.sequences.only_those")} value={words.sentence(condition)} />
    </Section>
  );
}
