/** Everything that narrows the list, in one sheet; what is chosen applies at once. */
import { useT } from "@miniapp/shared/i18n.ts";
import { Failure, Field, Row, Section, Sheet, SheetBody, Skeleton, Switch } from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { choicesQuery, type TrackerMirror } from "./api.ts";
import type { ListFilter } from "./list-filter.ts";

type Change = (change: Partial<ListFilter>) => void;

export function FilterSheet({
  trackers,
  filter,
  onChange,
  onClose,
}: {
  trackers: readonly TrackerMirror[];
  filter: ListFilter;
  onChange: Change;
  onClose(): void;
}): JSX.Element {
  const t = useT();
  const [choosing, setChoosing] = useState<"tracker" | "group" | "source" | null>(null);
  const only = trackers.length === 1 ? trackers[0] : undefined;
  const tracker = only ?? trackers.find(({ connectionId }) => connectionId === filter.connectionId);
  const back = () => setChoosing(null);
  if (choosing === "tracker")
    return (
      <PickerSheet
        title={t("app.campaigns.filter.tracker")}
        value={filter.connectionId ?? ""}
        options={[
          { value: "", label: t("app.campaigns.filter.all_trackers") },
          ...trackers.map(({ connectionId, name, apiUrl }) => ({ value: connectionId, label: name, hint: apiUrl })),
        ]}
        // Ids of groups and sources mean something in their own tracker only.
        onPick={(id) => onChange({ connectionId: id || undefined, groupRef: undefined, sourceRef: undefined })}
        onClose={back}
      />
    );
  if (choosing && tracker)
    return (
      <ThingPicker
        kind={choosing}
        connectionId={tracker.connectionId}
        value={(choosing === "group" ? filter.groupRef : filter.sourceRef) ?? ""}
        onPick={(ref) => {
          const chosen = ref || undefined;
          onChange({
            connectionId: tracker.connectionId,
            ...(choosing === "group" ? { groupRef: chosen } : { sourceRef: chosen }),
          });
        }}
        onClose={back}
      />
    );
  const flag = (name: "isFavourite" | "hasDraft" | "isDrifted", label: string) => (
    <Switch
      label={label}
      isOn={filter[name] === "true"}
      onChange={(isOn) => onChange({ [name]: isOn ? "true" : undefined })}
    />
  );
  return (
    <Sheet title={t("app.campaigns.filters")} onClose={onClose}>
      <SheetBody>
        <Section footer={tracker ? undefined : t("app.campaigns.filter.of_tracker")}>
          {!only && (
            <Row
              title={t("app.campaigns.filter.tracker")}
              end={tracker?.name ?? t("app.campaigns.filter.all_trackers")}
              onClick={() => setChoosing("tracker")}
            />
          )}
          {tracker && (
            <>
              <ThingRow
                kind="group"
                connectionId={tracker.connectionId}
                value={filter.groupRef}
                onClick={() => setChoosing("group")}
              />
              <ThingRow
                kind="source"
                connectionId={tracker.connectionId}
                value={filter.sourceRef}
                onClick={() => setChoosing("source")}
              />
            </>
          )}
          <Field
            kind="select"
            label={t("app.campaigns.filter.state")}
            value={filter.state ?? ""}
            choices={[
              { value: "", label: t("app.campaigns.state.current") },
              { value: "active", label: t("app.campaigns.state.active") },
              { value: "disabled", label: t("app.campaigns.state.disabled") },
              { value: "deleted", label: t("app.campaigns.state.deleted") },
            ]}
            onChange={(state) => onChange({ state: state || undefined })}
          />
        </Section>
        <Section>
          {flag("isFavourite", t("app.campaigns.filter.favourites"))}
          {flag("hasDraft", t("app.campaigns.filter.drafts"))}
          {flag("isDrifted", t("app.campaigns.filter.drifted"))}
        </Section>
      </SheetBody>
    </Sheet>
  );
}

const allOf = { group: "app.campaigns.filter.all_groups", source: "app.campaigns.filter.all_sources" } as const;

function ThingRow({
  kind,
  connectionId,
  value,
  onClick,
}: {
  kind: "group" | "source";
  connectionId: string;
  value: string | undefined;
  onClick(): void;
}): JSX.Element {
  const t = useT();
  const { data: things = [] } = useQuery(choicesQuery(connectionId, kind));
  const chosen = value === undefined ? t(allOf[kind]) : (things.find(({ ref }) => ref === value)?.name ?? `#${value}`);
  return <Row title={t(`app.campaigns.filter.${kind}`)} end={chosen} onClick={onClick} />;
}

function ThingPicker({
  kind,
  connectionId,
  value,
  onPick,
  onClose,
}: {
  kind: "group" | "source";
  connectionId: string;
  value: string;
  onPick(ref: string): void;
  onClose(): void;
}): JSX.Element {
  const t = useT();
  const { data: things, error, refetch } = useQuery(choicesQuery(connectionId, kind));
  const title = t(`app.campaigns.filter.${kind}`);
  // "All groups" alone would say that there are none.
  if (!things)
    return (
      <Sheet title={title} onClose={onClose}>
        <SheetBody>
          {error ? (
            <Failure error={error} onRetry={() => void refetch()} />
          ) : (
            <Skeleton rows={4} height={56} isSingle />
          )}
        </SheetBody>
      </Sheet>
    );
  return (
    <PickerSheet
      title={title}
      value={value}
      options={[{ value: "", label: t(allOf[kind]) }, ...things.map(({ ref, name }) => ({ value: ref, label: name }))]}
      onPick={onPick}
      onClose={onClose}
    />
  );
}
