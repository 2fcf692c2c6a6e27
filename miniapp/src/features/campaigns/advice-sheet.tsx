/** Suggested shares of a flow's offers, as a sheet over the editor. Code and words come when it is opened. */
import { type LoadCode, LoadedWith } from "@miniapp/shared/code.tsx";
import { useT, withWords } from "@miniapp/shared/i18n.ts";
import { Loading, Sheet, SheetBody, Skeleton } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { AdvicePartProps, AdvisedShare } from "./components/advice-part.tsx";

export type { AdvisedShare };

const load: LoadCode<AdvicePartProps> = withWords(
  ["figures", "statistics"],
  () => import("./components/advice-part.tsx"),
);

const skeleton = <Skeleton rows={4} height={84} />;

export interface AdviceSheetProps extends AdvicePartProps {
  /** What is not saved yet the server cannot advise on: it is waited for here, so that no button blinks at every step. */
  isSaving: boolean;
  onClose(): void;
}

export function AdviceSheet({ isSaving, onClose, ...props }: AdviceSheetProps): JSX.Element {
  const t = useT();
  return (
    <Sheet title={t("app.campaign_reports.advice.title")} onClose={onClose} isFull>
      <SheetBody>
        {isSaving ? (
          skeleton
        ) : (
          <Loading skeleton={skeleton}>
            <LoadedWith name="shares-advice" load={load} props={props} />
          </Loading>
        )}
      </SheetBody>
    </Sheet>
  );
}
