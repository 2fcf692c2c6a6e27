import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useFilters } from "@miniapp/features/operations/use-filters.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import {
  Badge,
  Chips,
  ClockIcon,
  Empty,
  IconButton,
  InboxIcon,
  Loading,
  PlusIcon,
  Row,
  Screen,
  Section,
  Skeleton,
} from "@miniapp/shared/ui/index.ts";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { AudienceViews } from "../audience/audience-views.tsx";
import { archivedSequencesQuery, sequenceChoicesQuery, sequencesQuery } from "./api.ts";
import { stateTone, triggerLine } from "./sequence-words.ts";

export default function SequencesScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const filters = useFilters();
  const isArchive = filters.get("show") === "archive";
  return (
    <Screen
      title={t("app.sequences.title")}
      action={
        can("broadcasts.write") && (
          <IconButton icon={<PlusIcon />} label={t("app.sequences.new")} onClick={() => go(href("newSequence"))} />
        )
      }
    >
      <AudienceViews current="sequences" />
      <Chips
        label={t("app.sequences.title")}
        choices={[{ value: "archive", label: t("app.sequences.archive") }]}
        value={isArchive ? "archive" : undefined}
        onChange={(shown) => filters.set({ show: shown })}
      />
      <Loading skeleton={<Skeleton rows={3} height={86} />}>
        <Sequences key={String(isArchive)} isArchive={isArchive} />
      </Loading>
    </Screen>
  );
}

function Sequences({ isArchive }: { isArchive: boolean }): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const { data: sequences } = useSuspenseQuery(isArchive ? archivedSequencesQuery : sequencesQuery);
  const { data: choices } = useQuery(sequenceChoicesQuery);
  if (sequences.length === 0 && isArchive)
    return (
      <Empty
        icon={<InboxIcon size={30} />}
        title={t("app.sequences.archive_empty")}
        text={t("app.sequences.archive_empty_text")}
      />
    );
  if (sequences.length === 0)
    return (
      <Empty
        icon={<ClockIcon size={30} />}
        title={t("app.sequences.empty")}
        text={t("app.sequences.empty_text")}
        {...(can("broadcasts.write")
          ? { action: { text: t("app.sequences.new"), onClick: () => go(href("newSequence")) } }
          : {})}
      />
    );
  return (
    <Section>
      {sequences.map((sequence) => (
        <Row
          key={sequence.id}
          to={href("sequence", { sequenceId: sequence.id })}
          title={sequence.name}
          subtitle={[
            triggerLine(t, sequence.trigger, choices),
            t("app.sequences.step_count", { count: sequence.stepCount }),
            sequence.active > 0 ? t("app.sequences.people_in", { count: sequence.active }) : null,
            sequence.requestedAt ? t("app.broadcast.waits_for_release") : null,
          ]
            .filter(Boolean)
            .join(" · ")}
          isWrapped
          {...(isArchive
            ? {}
            : {
                note: <Badge tone={stateTone[sequence.state]}>{t(`app.sequences.state_${sequence.state}`)}</Badge>,
                isNoteBelow: true,
              })}
        />
      ))}
    </Section>
  );
}
