/** Other words for what was delivered, written where everything else about it is seen. */
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Button, Sheet, SheetBody, Tabs } from "@miniapp/shared/ui/index.ts";
import { type JSX, useState } from "react";
import type { Broadcast } from "./api.ts";
import styles from "./letter.module.css";
import { emptyLetter } from "./letter-draft.ts";
import { LetterEditor } from "./letter-editor.tsx";
import { useLetterProblems } from "./letter-problems.ts";
import type { Letter } from "./letters-api.ts";
import { editSent } from "./sent-api.ts";

export interface SentEditSheetProps {
  broadcast: Broadcast;
  /** Delivered messages of all variants. */
  sent: number;
  onClose(): void;
}

export function SentEditSheet({ broadcast, sent, onClose }: SentEditSheetProps): JSX.Element {
  const t = useT();
  const { variants } = broadcast;
  const [key, setKey] = useState(variants[0]?.key ?? "A");
  const chosen = variants.find((variant) => variant.key === key);
  // By variant, so that what was begun of one is still there after a look at another.
  const draft = useDraft<Partial<Record<typeof key, Letter>>>("sent", {});
  const letter = draft.value[key] ?? chosen?.letter ?? emptyLetter(t.locale);
  const problems = useLetterProblems(letter);
  const edit = useAct(editSent, {
    stale: ["broadcasts"],
    onDone: () => {
      draft.clear();
      onClose();
    },
  });
  const isBroken = problems === null || problems.some(({ isWarning }) => !isWarning);
  const isSame = JSON.stringify(letter) === JSON.stringify(chosen?.letter);
  const isSeveral = variants.length > 1;
  return (
    <Sheet title={t("app.sent.edit")} onClose={onClose} isFull>
      <SheetBody>
        {isSeveral && (
          <Tabs<typeof key>
            label={t("app.experiment.title")}
            value={key}
            choices={variants.map((one) => ({ value: one.key, label: t("app.experiment.variant", { key: one.key }) }))}
            onChange={setKey}
          />
        )}
        <LetterEditor key={key} value={letter} onChange={(next) => draft.change({ [key]: next })} />
        <p className={styles.reason}>{t("app.sent.edit_hint")}</p>
        <Button
          isWide
          isBusy={edit.isBusy}
          isDisabled={edit.isOff || isBroken || isSame}
          onClick={() => edit.run({ broadcastId: broadcast.id, ...(isSeveral ? { variant: key } : {}), letter })}
        >
          {isSeveral ? t("app.sent.replace_variant", { key }) : t("app.sent.replace", { count: sent })}
        </Button>
      </SheetBody>
    </Sheet>
  );
}
