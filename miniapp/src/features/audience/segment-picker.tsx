import { useT } from "@miniapp/shared/i18n.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { ChoiceRow } from "../identity/components/choice-row.tsx";
import { segmentsQuery } from "./api.ts";
import type { Segment } from "./segment-api.ts";
import { useSegmentWords } from "./segment-words.ts";

export interface SegmentPickerProps {
  /** Id of a saved segment; null = everybody. */
  value: string | null;
  onChange(value: string | null, segment: Segment | null): void;
  isDisabled?: boolean;
}

/** To be put into a Section. */
export default function SegmentPicker({ value, onChange, isDisabled }: SegmentPickerProps): JSX.Element {
  const t = useT();
  const words = useSegmentWords();
  const { data: segments } = useSuspenseQuery(segmentsQuery);
  const [isOpen, setOpen] = useState(false);
  const chosen = segments.find(({ id }) => id === value);
  return (
    <>
      <ChoiceRow
        title={t("app.segment.choose")}
        {...(chosen ? { hint: words.sentence(chosen.condition) } : {})}
        value={value === null ? t("app.segment.everybody") : (chosen?.name ?? t("app.seg.say.gone"))}
        onClick={() => setOpen(true)}
        {...(isDisabled === undefined ? {} : { isDisabled })}
      />
      {isOpen && (
        <PickerSheet
          title={t("app.segment.choose")}
          value={value ?? ""}
          options={[
            {
              value: "",
              label: t("app.segment.everybody"),
              hint: segments.length === 0 ? t("app.segment.no_saved") : undefined,
            },
            ...segments.map(({ id, name, condition }) => ({ value: id, label: name, hint: words.sentence(condition) })),
          ]}
          onPick={(id) => onChange(id === "" ? null : id, segments.find((one) => one.id === id) ?? null)}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
