/** On the page of a sequence: what waits to be let go, and what two people wrote at once. */
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { ask, Row, Section } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import { dropChange, type Sequence } from "./api.ts";
import type { Field } from "./two-writers.ts";
import type { SequenceDraft } from "./use-sequence-draft.ts";

export interface ReleasePartProps {
  sequence: Sequence;
  mayWrite: boolean;
  /** What both have written. */
  torn: readonly Field[];
  choose: SequenceDraft["choose"];
  /** Something is being saved, or cannot be. */
  isOff: boolean;
}

export default function ReleasePart({ sequence, mayWrite, ...two }: ReleasePartProps): JSX.Element {
  return (
    <>
      {two.torn.length > 0 && <TwoWrite sequence={sequence} {...two} />}
      <Released sequence={sequence} mayWrite={mayWrite} />
    </>
  );
}

const fieldWords = {
  name: "app.sequences.name",
  trigger: "app.sequences.begins",
  steps: "app.sequences.steps",
  stops: "app.sequences.ends",
  botIds: "app.sequences.more",
  categoryId: "app.sequences.more",
  isUrgent: "app.sequences.more",
  isRepeatable: "app.sequences.more",
} as const satisfies Record<Exclude<Field, "isSingle">, string>;

/** Both have written the same part: who the other is, what it is, and whose stays. */
function TwoWrite({ sequence, torn, choose, isOff }: Omit<ReleasePartProps, "mayWrite">): JSX.Element {
  const t = useT();
  const parts = [...new Set(torn.flatMap((field) => (field === "isSingle" ? [] : [t(fieldWords[field])])))].join(", ");
  const person = sequence.changedBy?.name;
  return (
    <Section
      header={person ? t("app.sequences.changed_by", { person }) : t("app.broadcast.two_write")}
      footer={t("app.sequences.torn_text", { parts })}
    >
      <Row tone="accent" title={t("app.broadcast.keep_mine")} isDisabled={isOff} onClick={() => choose("mine")} />
      <Row tone="accent" title={t("app.broadcast.take_theirs")} isDisabled={isOff} onClick={() => choose("theirs")} />
    </Section>
  );
}

/** What has been asked for, and what is written here and not in force yet. */
function Released({ sequence, mayWrite }: Pick<ReleasePartProps, "sequence" | "mayWrite">): JSX.Element | null {
  const t = useT();
  const drop = useAct(dropChange, { stale: ["sequences"], done: t("app.sequences.dropped") });
  const { waiting, requestedBy } = sequence;
  if (waiting === null && requestedBy === null) return null;
  const askToDrop = async () => {
    const words = {
      title: t("app.sequences.drop"),
      message: t("app.sequences.drop_ask"),
      confirm: t("app.sequences.drop_yes"),
    };
    if (await ask({ ...words, cancel: t("app.action.cancel"), isDestructive: true })) drop.run(sequence);
  };
  return (
    <Section
      {...(waiting && { header: t("app.sequences.waits") })}
      footer={t(waiting ? "app.sequences.waits_text" : "app.broadcast.change_takes_back")}
    >
      {requestedBy && <Row title={t("app.broadcast.requested_by", { person: requestedBy.name })} isWrapped />}
      {waiting && mayWrite && (
        <Row tone="danger" title={t("app.sequences.drop")} isDisabled={drop.isOff} onClick={() => void askToDrop()} />
      )}
    </Section>
  );
}
