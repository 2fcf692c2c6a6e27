/** The sequences that a subscriber is in or was in, for his page; and into one by hand. */
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Empty, PlusIcon, Row, Section } from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { addPerson, runsOfPersonQuery, sequencesQuery } from "./api.ts";
import { placeLine } from "./sequence-words.ts";

export default function SequencesOfPerson({ subscriberId }: { subscriberId: number }): JSX.Element | null {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const [isPicking, setPicking] = useState(false);
  const { data: runs } = useSuspenseQuery(runsOfPersonQuery(subscriberId));
  const { data: sequences = [] } = useQuery({ ...sequencesQuery, enabled: isPicking });
  const add = useAct(addPerson, { stale: ["sequences"], done: t("app.sequences.added") });
  if (runs.length === 0 && !can("broadcasts.send")) return null;
  return (
    <Section header={t("app.sequences.of_person")}>
      {runs.map((run) => (
        <Row
          key={run.id}
          title={run.sequenceName}
          subtitle={placeLine(t, format, run)}
          to={href("sequence", { sequenceId: run.sequenceId })}
        />
      ))}
      {can("broadcasts.send") && (
        <Row
          before={<PlusIcon />}
          tone="accent"
          title={t("app.sequences.add_person")}
          isDisabled={add.isOff}
          onClick={() => setPicking(true)}
        />
      )}
      {isPicking && (
        <PickerSheet
          title={t("app.sequences.add_person")}
          value={null}
          options={sequences
            .filter(({ state }) => state === "active")
            .map(({ id, name }) => ({ value: id, label: name }))}
          empty={<Empty title={t("app.sequences.none_running")} />}
          onPick={(sequenceId) => add.run({ sequenceId, subscriberId })}
          onClose={() => setPicking(false)}
        />
      )}
    </Section>
  );
}
