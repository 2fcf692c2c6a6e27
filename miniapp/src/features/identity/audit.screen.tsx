import { href } from "@miniapp/app/paths.ts";
import { PagedList } from "@miniapp/features/operations/components/paged-list.tsx";
import { oneOf, useFilters } from "@miniapp/features/operations/use-filters.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { type AppTranslator, useT } from "@miniapp/shared/i18n.ts";
import {
  Chips,
  Empty,
  Fact,
  FilterIcon,
  HistoryIcon,
  IconButton,
  Loading,
  Row,
  Screen,
  Section,
  Sheet,
  SheetBody,
  Skeleton,
} from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { useQuery, useSuspenseInfiniteQuery } from "@tanstack/react-query";
import { type JSX, useDeferredValue, useState } from "react";
import { type AuditEntry, type AuditFilter, auditQuery } from "./api.ts";
import { Changes } from "./components/changes.tsx";
import { useCan } from "./me.ts";
import { membersQuery } from "./members-api.ts";

const kinds = [
  "member",
  "invitation",
  "person",
  "api_key",
  "workspace",
  "settings",
  "chat",
  "delivery",
  "connection",
  "inbox",
  "bot",
] as const;

export default function AuditScreen(): JSX.Element {
  const t = useT();
  const can = useCan();
  const filters = useFilters();
  const [isChoosing, setChoosing] = useState(false);
  const kind = oneOf(kinds, filters.get("kind"));
  const actorId = filters.get("actor");
  const members = useQuery({ ...membersQuery, enabled: can("members.read") }).data?.items ?? [];
  const actor = members.find((member) => member.person.id === actorId);
  return (
    <Screen
      title={t("app.control.audit")}
      subtitle={actor?.person.name}
      back={href("control")}
      action={
        can("members.read") && (
          <IconButton icon={<FilterIcon />} label={t("app.control.members")} onClick={() => setChoosing(true)} />
        )
      }
    >
      <Chips
        label={t("app.audit.object")}
        choices={kinds.map((value) => ({ value, label: t(`app.audit.${value}`) }))}
        value={kind}
        onChange={(value) => filters.set({ kind: value })}
      />
      <Loading skeleton={<Skeleton rows={8} height={64} />}>
        <List filter={{ kind, actorId }} onClear={filters.clear} />
      </Loading>
      {isChoosing && (
        <PickerSheet
          title={t("app.control.members")}
          options={[
            { value: "", label: t("app.audit.everybody") },
            ...members.map(({ person, role }) => ({
              value: person.id,
              label: person.name || t("app.people.nameless"),
              hint: t(`app.roles.${role}`),
            })),
          ]}
          value={actorId ?? ""}
          onPick={(value) => filters.set({ actor: value || undefined })}
          onClose={() => setChoosing(false)}
        />
      )}
    </Screen>
  );
}

/** "Member: new role". An action without words of ours is shown by its own name. */
function lineOf(t: AppTranslator, entry: AuditEntry): string {
  const [kind = "", ...rest] = entry.action.split(".");
  const what = t.find(`app.audit.${kind}`);
  const done = t.find(`app.done.${rest.join(".")}`);
  return what && done ? t("app.audit.line", { what, done }) : entry.action;
}

const actorOf = (entry: AuditEntry): string =>
  entry.actor.name ?? (entry.actor.kind === "system" ? "Switchboard" : entry.actor.kind);

function List({ filter, onClear }: { filter: AuditFilter; onClear(): void }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const kind = useDeferredValue(filter.kind);
  const actorId = useDeferredValue(filter.actorId);
  const list = useSuspenseInfiniteQuery(auditQuery({ kind, actorId }));
  const [opened, setOpened] = useState<AuditEntry | null>(null);
  return (
    <>
      <PagedList
        label={t("app.control.audit")}
        list={list}
        keyOf={(entry) => entry.id}
        rowHeight={62}
        render={(entry) => (
          <Row
            title={lineOf(t, entry)}
            subtitle={actorOf(entry)}
            end={format.moment(entry.at)}
            onClick={() => setOpened(entry)}
          />
        )}
        empty={
          filter.kind || filter.actorId ? (
            <Empty title={t("app.state.nothing_found")} action={{ text: t("app.action.reset"), onClick: onClear }} />
          ) : (
            <Empty icon={<HistoryIcon size={30} />} title={t("app.state.nothing")} text={t("app.audit.empty")} />
          )
        }
      />
      {opened && <Details entry={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

function Details({ entry, onClose }: { entry: AuditEntry; onClose(): void }): JSX.Element {
  const t = useT();
  const format = useFormat();
  return (
    <Sheet title={lineOf(t, entry)} onClose={onClose}>
      <SheetBody>
        <Section>
          <Row title={actorOf(entry)} subtitle={format.dateTime(entry.at)} />
          <Fact name={t("app.audit.object")} value={entry.subject.id} canCopy isMono />
          <Fact name={t("app.audit.request")} value={entry.requestId} canCopy isMono />
        </Section>
        <Changes before={entry.before} after={entry.after} />
      </SheetBody>
    </Sheet>
  );
}
