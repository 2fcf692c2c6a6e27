/** Who gets it: everybody, a saved segment or a condition of its own; of what kind it is, for those who refuse some; and groups beside. */

import { nameIn } from "@backend/modules/audience/domain/refusal.ts";
import type { Condition } from "@backend/modules/audience/domain/segment.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Field, Section } from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { categoriesQuery } from "../audience/api.ts";
import { ConditionEditor, ReachLine, SegmentPicker } from "../audience/condition-editor.tsx";
import type { Broadcast, CreateBroadcast } from "./api.ts";
import { ChatsRow } from "./bots-part.tsx";

const ways = ["everybody", "segment", "own"] as const;
type Way = (typeof ways)[number];

type Audience = Pick<Broadcast, "segmentId" | "botIds" | "chatIds" | "categoryId"> & { condition: Condition | null };

const wayOf = ({ segmentId, condition }: Audience): Way =>
  segmentId !== null ? "segment" : condition !== null ? "own" : "everybody";

export function AudiencePart({
  value,
  onChange,
}: {
  value: Audience;
  onChange(part: CreateBroadcast): void;
}): JSX.Element {
  const t = useT();
  // A way whose segment or condition is still to be chosen means everybody until it is.
  const [way, setWay] = useState<Way>(wayOf(value));
  const { botIds, categoryId, condition, segmentId } = value;
  const choose = (next: Way) => {
    setWay(next);
    if (segmentId !== null || condition !== null) onChange({ segmentId: null, condition: null });
  };
  return (
    <>
      <Section header={t("app.broadcast.audience")} footer={t("app.broadcast.audience_hint")}>
        <Field
          kind="select"
          label={t("app.broadcast.who")}
          value={way}
          choices={ways.map((one) => ({ value: one, label: t(`app.broadcast.who_${one}`) }))}
          onChange={(next) => choose(ways.find((one) => one === next) ?? "everybody")}
        />
        {way === "segment" && (
          <SegmentPicker value={segmentId} onChange={(id) => onChange({ segmentId: id, condition: null })} />
        )}
        <Category value={categoryId} onChange={(id) => onChange({ categoryId: id })} />
        <ChatsRow chosen={value.chatIds} onChange={(chatIds) => onChange({ chatIds })} />
      </Section>
      {way === "own" ? (
        // It counts whom it reaches by itself.
        <ConditionEditor
          value={condition}
          onChange={(next) => onChange({ segmentId: null, condition: next })}
          botIds={botIds}
          categoryId={categoryId}
        />
      ) : (
        <ReachLine botIds={botIds} segmentId={segmentId} categoryId={categoryId} />
      )}
    </>
  );
}

/** Which kind of messages it is; shown where the workspace has kinds. */
function Category({
  value,
  onChange,
}: {
  value: number | null;
  onChange(categoryId: number | null): void;
}): JSX.Element | null {
  const t = useT();
  const categories = useQuery(categoriesQuery).data ?? [];
  // One that was put away since stays visible where it is chosen.
  const shown = categories.filter(({ id, isArchived }) => !isArchived || id === value);
  if (shown.length === 0) return null;
  return (
    <Field
      kind="select"
      label={t("app.broadcast.category")}
      hint={t("app.broadcast.category_hint")}
      value={value === null ? "" : String(value)}
      choices={[
        { value: "", label: t("app.broadcast.category_none") },
        ...shown.map(({ id, names }) => ({ value: String(id), label: nameIn(names, t.locale) })),
      ]}
      onChange={(id) => onChange(id === "" ? null : Number(id))}
    />
  );
}
