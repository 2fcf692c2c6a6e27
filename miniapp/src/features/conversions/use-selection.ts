import { haptics } from "@miniapp/shared/telegram/index.ts";
import { useState } from "react";

/** As many as the server takes by id; more are chosen by a filter. */
export const selectedAtMost = 200;

export interface Selection {
  isOn: boolean;
  ids: readonly string[];
  /** Begins choosing, or ends it and forgets what was chosen. */
  switchMode(): void;
  /** What a row needs while some are being chosen. */
  choiceOf(id: string): { isChosen: boolean; toggle(): void } | undefined;
}

/** Choosing some of a list by tapping them. */
export function useSelection(): Selection {
  const [ids, setIds] = useState<readonly string[] | null>(null);
  const chosen = ids ?? [];
  return {
    isOn: ids !== null,
    ids: chosen,
    switchMode: () => {
      haptics.toggled();
      setIds(ids === null ? [] : null);
    },
    choiceOf: (id) =>
      ids === null
        ? undefined
        : {
            isChosen: chosen.includes(id),
            toggle: () => {
              haptics.selected();
              setIds(
                chosen.includes(id) ? chosen.filter((known) => known !== id) : [...chosen, id].slice(0, selectedAtMost),
              );
            },
          },
  };
}
