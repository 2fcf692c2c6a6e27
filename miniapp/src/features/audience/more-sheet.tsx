/** What else can be done with people, and where their tags, fields, kinds of messages and files are. */
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { type LoadCode, LoadedWith } from "@miniapp/shared/code.tsx";
import { useT, withWords } from "@miniapp/shared/i18n.ts";
import { DownloadIcon, Loading, Row, Section, SelectIcon, Sheet, SheetBody } from "@miniapp/shared/ui/index.ts";
import { type JSX, useState } from "react";
import type { SubscriberFilter } from "./api.ts";
import type { PeopleExportProps } from "./people-export.tsx";

const loadExport: LoadCode<PeopleExportProps> = withWords("reporting", () => import("./people-export.tsx"));

export interface MoreSheetProps {
  /** Of the list below it: the file has whom the list has. */
  filter: SubscriberFilter;
  onSelect(): void;
  onClose(): void;
}

export default function MoreSheet({ filter, onSelect, onClose }: MoreSheetProps): JSX.Element {
  const t = useT();
  const can = useCan();
  const [isExporting, setExporting] = useState(false);
  if (isExporting)
    return (
      <Loading skeleton={null}>
        <LoadedWith name="people-export" load={loadExport} props={{ filter, onClose }} />
      </Loading>
    );
  return (
    <Sheet title={t("app.audience.more")} onClose={onClose}>
      <SheetBody>
        {can("audience.manage") && (
          <Section>
            <Row
              before={<SelectIcon />}
              tone="accent"
              title={t("app.audience.select")}
              onClick={() => {
                onSelect();
                onClose();
              }}
            />
            <Row
              before={<DownloadIcon />}
              tone="accent"
              title={t("app.audience.export")}
              onClick={() => setExporting(true)}
            />
          </Section>
        )}
        <Section>
          {can("audience.manage") && <Row title={t("app.audience.files")} to={href("imports")} />}
          <Row title={t("app.tags.title")} to={href("tags")} />
          <Row title={t("app.fields.title")} to={href("fields")} />
          <Row title={t("app.categories.title")} to={href("categories")} />
        </Section>
      </SheetBody>
    </Sheet>
  );
}
