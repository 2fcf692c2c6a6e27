/** Above the list: what of it is being read, what is old and why. */
import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Badge, Progress, Row, Section } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { TrackerMirror } from "./api.ts";
import { ageWords, isStale, progressWords, standingOf, standingTone } from "./tracker-words.ts";

export function TrackerNotes({ trackers }: { trackers: readonly TrackerMirror[] }): JSX.Element | null {
  const notes = trackers.filter((tracker) => standingOf(tracker) !== "on" || isStale(tracker, new Date()));
  if (notes.length === 0) return null;
  return (
    <Section>
      {notes.map((tracker) => (
        <Note key={tracker.connectionId} tracker={tracker} />
      ))}
    </Section>
  );
}

function Note({ tracker }: { tracker: TrackerMirror }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const standing = standingOf(tracker);
  const to = href("tracker", { connectionId: tracker.connectionId });
  if (standing === "running")
    return (
      <Row
        title={
          <Progress
            label={progressWords(tracker, t, format)}
            done={tracker.done}
            {...(tracker.total === null ? {} : { total: tracker.total })}
          />
        }
      />
    );
  const age = ageWords(tracker, t, format);
  return (
    <Row
      title={tracker.name}
      subtitle={tracker.problem === null ? age : `${tracker.problem} ${age}`}
      isWrapped
      note={standing !== "on" && <Badge tone={standingTone[standing]}>{t(`app.campaigns.tracker.${standing}`)}</Badge>}
      isNoteBelow
      to={to}
    />
  );
}
