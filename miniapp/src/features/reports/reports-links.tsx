import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { GearIcon, PulseIcon, Row, Section, TodayIcon } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";

/** Doors to watches, summaries and the storage time, for those who may. Loaded with the words that it says. */
export default function ReportsLinks(): JSX.Element | null {
  const t = useT();
  const can = useCan();
  if (!can("reports.read") && !can("workspace.manage")) return null;
  return (
    <Section header={t("app.reporting.title")}>
      {can("reports.read") && (
        <>
          <Row
            before={<PulseIcon />}
            title={t("app.reporting.watches")}
            subtitle={t("app.reporting.watches_text")}
            isWrapped
            to={href("watches")}
          />
          <Row
            before={<TodayIcon />}
            title={t("app.reporting.summaries")}
            subtitle={t("app.reporting.summaries_text")}
            isWrapped
            to={href("summaries")}
          />
        </>
      )}
      {can("workspace.manage") && (
        <Row
          before={<GearIcon />}
          title={t("app.reporting.retention")}
          subtitle={t("app.reporting.retention_text")}
          isWrapped
          to={href("retention")}
        />
      )}
    </Section>
  );
}
