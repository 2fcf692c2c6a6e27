/** Names of what stands behind the ids of a flow: "Offer #101" where the key may not see it. */
import { type AppTranslator, useT } from "@miniapp/shared/i18n.ts";
import { useMemo } from "react";
import type { PartName, ThingName } from "./flow-api.ts";

export interface ThingNames {
  label(id: string): string;
  /** Countries, if the tracker says any. */
  note(id: string): string;
  isArchived(id: string): boolean;
}

export function thingNames(t: AppTranslator, part: PartName, things: readonly ThingName[]): ThingNames {
  const known = new Map(things.map((thing) => [thing.id, thing]));
  return {
    label: (id) => known.get(id)?.name ?? t(`app.shares.number_${part}`, { number: id }),
    note: (id) => known.get(id)?.countries.join(", ") ?? "",
    isArchived: (id) => known.get(id)?.state === "deleted",
  };
}

export function useThingNames(part: PartName, things: readonly ThingName[]): ThingNames {
  const t = useT();
  return useMemo(() => thingNames(t, part, things), [t, part, things]);
}
