import { useT } from "@miniapp/shared/i18n.ts";
import { Screen } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import { AudienceViews } from "./audience-views.tsx";

export default function AudienceScreen(): JSX.Element {
  const t = useT();
  return (
    <Screen title={t("app.audience.title")}>
      <AudienceViews current="audience" />
    </Screen>
  );
}
