import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import type { MainAction } from "@miniapp/shared/ui/index.ts";
import { activateSequence, type Sequence } from "./api.ts";

/** What it takes to let go what stands there: a tap, or a look and a second person. */
export function useStart(sequence: Sequence | null): MainAction | undefined {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const isRunning = sequence?.state === "active";
  const start = useAct(activateSequence, {
    stale: ["sequences"],
    done: t(isRunning ? "app.sequences.change_done" : "app.sequences.started"),
  });
  if (sequence === null || sequence.isArchived || (isRunning && sequence.waiting === null)) return undefined;
  const isDisabled = start.isOff || (sequence.waiting ?? sequence).steps.length === 0;
  if (sequence.needsTwo || !can("broadcasts.send"))
    return {
      text: t("app.sequences.review"),
      onClick: () => go(href("sequenceLaunch", { sequenceId: sequence.id })),
      isDisabled,
    };
  const text = t(isRunning ? "app.sequences.do_change" : "app.sequences.start");
  return { text, onClick: () => start.run(sequence), isBusy: start.isBusy, isDisabled };
}
