/** Whom the list shows: a saved segment, or rules of one's own that are kept nowhere. */
import { type Condition, checkCondition } from "@backend/modules/audience/domain/segment.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Button, Section, Sheet, SheetBody } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import { ConditionEditor, SegmentPicker } from "./condition-editor.tsx";
import { useBots } from "./use-bots.ts";
import type { Whom } from "./whom.ts";

export interface WhomSheetProps {
  value: Whom;
  onChange(whom: Whom): void;
  onClose(): void;
}

interface Form {
  segmentId: string | null;
  condition: Condition | null;
}

export default function WhomSheet({ value, onChange, onClose }: WhomSheetProps): JSX.Element {
  const t = useT();
  const bots = useBots();
  const draft = useDraft<Form>("whom", { segmentId: value.segmentId ?? null, condition: value.condition ?? null });
  const { segmentId, condition } = draft.value;
  const isBroken = segmentId === null && condition !== null && checkCondition(condition).length > 0;
  const show = (whom: Whom) => {
    draft.clear();
    onChange(whom);
    onClose();
  };
  return (
    <Sheet title={t("app.audience.whom")} onClose={onClose} isFull>
      <SheetBody>
        <Section footer={segmentId === null ? t("app.audience.whom_text") : undefined}>
          <SegmentPicker value={segmentId} onChange={(id) => draft.change({ segmentId: id })} />
        </Section>
        {segmentId === null && (
          <ConditionEditor
            value={condition}
            onChange={(next) => draft.change({ condition: next })}
            botIds={bots.map(({ id }) => id)}
          />
        )}
        <Button
          isWide
          isDisabled={isBroken}
          onClick={() => show(segmentId === null ? { condition: condition ?? undefined } : { segmentId })}
        >
          {t("app.audience.show")}
        </Button>
      </SheetBody>
    </Sheet>
  );
}
