/** One sequence, written or changed: what begins it, its messages in order, what ends it; and its switch. */
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { type LoadCode, LoadedWith } from "@miniapp/shared/code.tsx";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import {
  ask,
  Badge,
  Field,
  InboxIcon,
  Loading,
  type MainAction,
  PauseIcon,
  PeopleIcon,
  PlusIcon,
  ReplayIcon,
  Row,
  Screen,
  Section,
  Skeleton,
  Tabs,
  toast,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useParams } from "wouter";
import {
  activateSequence,
  archiveSequence,
  createSequence,
  deleteSequence,
  pauseSequence,
  type Sequence,
  type SequenceBody,
  sequenceChoicesQuery,
  sequenceQuery,
  unarchiveSequence,
} from "./api.ts";
import type { ReleasePartProps } from "./release-part.tsx";
import { bodyOf, emptyForm, emptyStep, type Form, formOf } from "./sequence-form.ts";
import { delayLine, excerptOf, figuresLine, stateTone, triggerLine } from "./sequence-words.ts";
import type { StepDraft, StepSheetProps } from "./step-sheet.tsx";
import { SettingsPart, StopsPart, TriggerPart } from "./trigger-part.tsx";
import { useSequenceDraft } from "./use-sequence-draft.ts";
import { useStart } from "./use-start.ts";

const loadRelease: LoadCode<ReleasePartProps> = () => import("./release-part.tsx");
const loadStepSheet: LoadCode<StepSheetProps> = () => import("./step-sheet.tsx");

export default function SequenceScreen(): JSX.Element {
  const { sequenceId } = useParams();
  return (
    <Loading
      skeleton={
        <Screen title={"\u00a0"} back={href("sequences")}>
          <Skeleton rows={2} />
          <Skeleton rows={4} />
        </Screen>
      }
    >
      {sequenceId === undefined ? <New /> : <Known sequenceId={sequenceId} />}
    </Loading>
  );
}

function New(): JSX.Element {
  const { locale } = useFormat();
  const [initial] = useState(() => emptyForm(locale));
  return <Editor sequence={null} initial={initial} />;
}

function Known({ sequenceId }: { sequenceId: string }): JSX.Element {
  const { data: sequence } = useSuspenseQuery(sequenceQuery(sequenceId));
  return <Editor key={sequenceId} sequence={sequence} initial={formOf(sequence)} />;
}

function Editor({ sequence, initial }: { sequence: Sequence | null; initial: Form }): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const { data: choices } = useSuspenseQuery(sequenceChoicesQuery);
  const draft = useSequenceDraft(sequence?.id ?? "new", initial);
  const { form, isDirty, torn } = draft;
  const mayWrite = can("broadcasts.write") && !sequence?.isArchived;
  const body = bodyOf(t, form);
  const isTorn = torn.length > 0;
  useClosingConfirmation(isDirty);
  const save = useAct(
    (next: SequenceBody) => (sequence === null ? createSequence(next) : draft.save(sequence, (met) => bodyOf(t, met))),
    {
      stale: ["sequences"],
      done: t("app.saved"),
      onDone: ({ id }) => {
        draft.clear();
        if (sequence === null) go(href("sequence", { sequenceId: id }), { replace: true });
      },
    },
  );
  const saving: MainAction = {
    text: t("app.action.save"),
    onClick: () => {
      if (isTorn) toast(t("app.broadcast.two_write"));
      else if (body !== null) save.run(body);
    },
    isBusy: save.isBusy,
    isDisabled: body === null || save.isOff,
  };
  const starting = useStart(sequence);
  const isUnsaved = isDirty || sequence === null;
  return (
    <Screen
      title={sequence === null ? t("app.sequences.new") : form.name || sequence.name}
      back={href("sequences")}
      subtitle={
        sequence &&
        (sequence.isArchived ? (
          <Badge>{t("app.sequences.state_archived")}</Badge>
        ) : (
          <Badge tone={stateTone[sequence.state]}>{t(`app.sequences.state_${sequence.state}`)}</Badge>
        ))
      }
      main={mayWrite && isUnsaved ? saving : starting}
    >
      {sequence && (isTorn || sequence.waiting || sequence.requestedBy) && (
        <Loading skeleton={<Skeleton rows={2} />} isCompact>
          <LoadedWith
            name="sequence-release"
            load={loadRelease}
            props={{
              sequence,
              mayWrite,
              torn,
              isOff: save.isOff,
              choose: (whose) => {
                draft.choose(whose);
                if (whose === "mine" && body !== null) save.run(body);
              },
            }}
          />
        </Loading>
      )}
      <fieldset disabled={!mayWrite} style={{ display: "contents" }}>
        {sequence === null && (
          <Tabs
            label={t("app.sequences.kind")}
            value={form.isSingle ? "single" : "many"}
            choices={[
              { value: "many", label: t("app.sequences.many") },
              { value: "single", label: t("app.sequences.single") },
            ]}
            onChange={(kind) => draft.change({ isSingle: kind === "single" })}
          />
        )}
        <Section
          footer={
            body === null ? t("app.sequences.to_save") : form.isSingle ? t("app.sequences.single_text") : undefined
          }
        >
          <Field
            label={t("app.sequences.name")}
            value={form.name}
            maxLength={80}
            onChange={(name) => draft.change({ name })}
          />
        </Section>
        <TriggerPart value={form.trigger} onChange={(trigger) => draft.change({ trigger })} choices={choices} />
      </fieldset>
      <Steps sequence={sequence} form={form} mayWrite={mayWrite} onChange={(steps) => draft.change({ steps })} />
      <fieldset disabled={!mayWrite} style={{ display: "contents" }}>
        {!form.isSingle && (
          <StopsPart value={form.stops} onChange={(stops) => draft.change({ stops })} choices={choices} />
        )}
        <SettingsPart {...form} onChange={draft.change} choices={choices} />
      </fieldset>
      {sequence && <Management sequence={sequence} isUnsaved={isUnsaved} onDeleted={draft.clear} />}
    </Screen>
  );
}

/** What is before it in time, and what it says; figures of those that are running. Each is opened by whoever may read it. */
function Steps({
  sequence,
  form,
  mayWrite,
  onChange,
}: {
  sequence: Sequence | null;
  form: Form;
  mayWrite: boolean;
  onChange(steps: StepDraft[]): void;
}): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { locale } = format;
  const [openKey, setOpenKey] = useState<string | null>(null);
  const steps = form.isSingle ? form.steps.slice(0, 1) : form.steps;
  const openAt = steps.findIndex(({ key }) => key === openKey);
  const open = steps[openAt];
  const swap = (from: number, to: number) => {
    const next = [...form.steps];
    const [step] = next.splice(from, 1);
    if (step) next.splice(to, 0, step);
    onChange(next);
  };
  const add = () => {
    const step = emptyStep(1_440, locale);
    onChange([...form.steps, step]);
    setOpenKey(step.key);
  };
  return (
    <Section header={t("app.sequences.steps")}>
      {steps.map((step, at) => {
        const stored = sequence?.steps.find(({ id }) => id === step.id);
        const figures = stored && sequence?.state !== "draft" ? figuresLine(t, format, stored) : undefined;
        return (
          <Row
            key={step.key}
            title={delayLine(t, step)}
            subtitle={excerptOf(t, step.letter) ?? t("app.sequences.no_text")}
            note={figures}
            isNoteBelow
            onClick={() => setOpenKey(step.key)}
            before={<Badge>{String(at + 1)}</Badge>}
          />
        );
      })}
      {mayWrite && !form.isSingle && steps.length < 30 && (
        <Row before={<PlusIcon />} tone="accent" title={t("app.sequences.add_step")} onClick={add} />
      )}
      {open && (
        <Loading skeleton={null}>
          <LoadedWith
            name="step-sheet"
            load={loadStepSheet}
            props={{
              step: open,
              number: openAt + 1,
              botIds: form.botIds,
              categoryId: form.categoryId,
              isReadOnly: !mayWrite,
              onChange: (part) =>
                onChange(form.steps.map((step) => (step.key === open.key ? { ...step, ...part } : step))),
              onEarlier: openAt > 0 ? () => swap(openAt, openAt - 1) : undefined,
              onLater: openAt < steps.length - 1 ? () => swap(openAt, openAt + 1) : undefined,
              onRemove:
                steps.length > 1
                  ? () => {
                      setOpenKey(null);
                      onChange(form.steps.filter(({ key }) => key !== open.key));
                    }
                  : undefined,
              onClose: () => setOpenKey(null),
            }}
          />
        </Loading>
      )}
    </Section>
  );
}

interface Moved {
  id: string;
  wasRunning: boolean;
}

function Management({
  sequence,
  isUnsaved,
  onDeleted,
}: {
  sequence: Sequence;
  isUnsaved: boolean;
  onDeleted(): void;
}): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const { data: choices } = useSuspenseQuery(sequenceChoicesQuery);
  const pause = useAct(pauseSequence, { stale: ["sequences"], done: t("app.sequences.is_paused") });
  const remove = useAct(deleteSequence, {
    stale: ["sequences"],
    done: t("app.sequences.deleted"),
    onDone: () => {
      onDeleted();
      go(href("sequences"), { replace: true });
    },
  });
  const askToDelete = async () => {
    const words = { title: sequence.name, message: t("app.sequences.delete_ask"), confirm: t("app.action.delete") };
    if (await ask({ ...words, cancel: t("app.action.cancel"), isDestructive: true })) remove.run(sequence.id);
  };
  const isRunning = sequence.state === "active";
  const { isArchived } = sequence;
  const start = useAct(activateSequence, { stale: ["sequences"], done: t("app.sequences.started") });
  // Whether it ran is asked before it is put away: by the time of the toast it does not.
  const takeOut = useAct((of: Moved) => unarchiveSequence(of.id), {
    stale: ["sequences"],
    onDone: (back, { wasRunning }) => {
      // A change that waits would be put into force with it.
      if (wasRunning && back.mayStart && back.waiting === null) start.run(back);
      else toast(t("app.sequences.is_back"));
    },
  });
  const putAway = useAct((of: Moved) => archiveSequence(of.id), {
    stale: ["sequences"],
    onDone: (_, of) => toast(t("app.sequences.is_archived"), { undo: () => takeOut.run(of) }),
  });
  const will = [
    triggerLine(t, (sequence.waiting ?? sequence).trigger, choices),
    t("app.sequences.will", {
      messages: t("app.sequences.step_count", { count: (sequence.waiting ?? sequence).steps.length }),
    }),
    ...(can("broadcasts.send") ? [] : [t("app.sequences.may_not_start")]),
  ];
  return (
    <>
      <Section footer={isRunning || isUnsaved || isArchived ? undefined : `${will[0]}. ${will.slice(1).join(" ")}`}>
        <Row
          before={<PeopleIcon />}
          title={t("app.sequences.people")}
          end={String(sequence.active)}
          to={href("sequencePeople", { sequenceId: sequence.id })}
        />
      </Section>
      {can("broadcasts.write") && isRunning && (
        <Section footer={t("app.sequences.pause_text")}>
          <Row
            before={<PauseIcon />}
            tone="accent"
            title={t("app.sequences.pause")}
            isDisabled={pause.isOff}
            onClick={() => pause.run(sequence.id)}
          />
        </Section>
      )}
      {can("broadcasts.write") && (
        <Section footer={isArchived ? undefined : t("app.sequences.put_away_text")}>
          <Row
            before={isArchived ? <ReplayIcon /> : <InboxIcon />}
            tone="accent"
            title={t(isArchived ? "app.sequences.take_back" : "app.sequences.put_away")}
            isDisabled={putAway.isOff || takeOut.isOff}
            onClick={() => (isArchived ? takeOut : putAway).run({ id: sequence.id, wasRunning: isRunning })}
          />
          {sequence.isDeletable && (
            <Row
              tone="danger"
              title={t("app.action.delete")}
              isDisabled={remove.isOff}
              onClick={() => void askToDelete()}
            />
          )}
        </Section>
      )}
    </>
  );
}
