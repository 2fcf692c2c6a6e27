/** One import: a draft to be mapped, a run to be watched, a result with the report of what was refused. */
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Loading, Screen, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { Redirect, useParams } from "wouter";
import { importQuery } from "./import-api.ts";
import { ImportDraft } from "./import-draft.tsx";
import { ImportResult, ImportRunning } from "./import-run.tsx";

export default function ImportScreen(): JSX.Element {
  const { importId = "" } = useParams();
  const t = useT();
  const can = useCan();
  if (!can("audience.manage")) return <Redirect to={href("audience")} replace />;
  return (
    <Loading
      skeleton={
        <Screen title={t("app.import.one")} back={href("imports")}>
          <Skeleton rows={5} />
        </Screen>
      }
    >
      <Known importId={importId} />
    </Loading>
  );
}

function Known({ importId }: { importId: string }): JSX.Element {
  const { data: one } = useSuspenseQuery(importQuery(importId));
  if (one.state === "mapping") return <ImportDraft one={one} />;
  return one.state === "running" ? <ImportRunning one={one} /> : <ImportResult one={one} />;
}
