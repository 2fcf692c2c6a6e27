/** People as files: what came in, a new import, and everybody as a file. */
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { PagedList } from "@miniapp/features/operations/components/paged-list.tsx";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import {
  Badge,
  DownloadIcon,
  Empty,
  IconButton,
  Loading,
  PeopleIcon,
  PlusIcon,
  Row,
  Screen,
  Section,
  Skeleton,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseInfiniteQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { Redirect } from "wouter";
import { ExportSheet } from "../reports/export-sheet.tsx";
import { type ImportSummary, importsQuery } from "./import-api.ts";
import { stateTone } from "./import-states.ts";

const rowHeight = 86;

export default function ImportsScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const [isExporting, setExporting] = useState(false);
  if (!can("audience.manage")) return <Redirect to={href("audience")} replace />;
  return (
    <Screen
      title={t("app.import.title")}
      back={href("audience")}
      action={<IconButton icon={<PlusIcon />} label={t("app.import.add")} onClick={() => go(href("newImport"))} />}
    >
      <Section>
        <Row
          before={<DownloadIcon />}
          tone="accent"
          title={t("app.import.export")}
          onClick={() => setExporting(true)}
        />
      </Section>
      <Loading skeleton={<Skeleton rows={4} height={rowHeight} />}>
        <Imports />
      </Loading>
      {isExporting && (
        <ExportSheet
          name={`audience-${new Date().toISOString().slice(0, 10)}`}
          pathOf={(choice) => `/audience/export?${new URLSearchParams({ ...choice })}`}
          onClose={() => setExporting(false)}
        />
      )}
    </Screen>
  );
}

function Imports(): JSX.Element {
  const t = useT();
  const go = useGo();
  const list = useSuspenseInfiniteQuery(importsQuery);
  return (
    <PagedList
      label={t("app.import.list")}
      list={list}
      keyOf={({ id }) => id}
      rowHeight={rowHeight}
      render={(one) => <ImportRow one={one} />}
      empty={
        <Empty
          icon={<PeopleIcon size={30} />}
          title={t("app.import.empty")}
          text={t("app.import.empty_text")}
          action={{ text: t("app.import.add"), onClick: () => go(href("newImport")) }}
        />
      }
    />
  );
}

function ImportRow({ one }: { one: ImportSummary }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { state, added, updated, refused } = one;
  return (
    <Row
      to={href("import", { importId: one.id })}
      title={one.fileName}
      end={format.moment(one.createdAt)}
      subtitle={
        state === "mapping"
          ? undefined
          : t("app.import.line", {
              added: format.number(added),
              updated: format.number(updated),
              refused: format.number(refused),
            })
      }
      note={<Badge tone={stateTone[state]}>{t(`app.import.state.${state}`)}</Badge>}
      isNoteBelow
      isWrapped
    />
  );
}
