import { useT } from "@miniapp/shared/i18n.ts";
import { Screen } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import { AudienceViews } from "../audience/audience-views.tsx";

export default function SequencesScreen(): JSX.Element {
  const t = useT();
  return (
    <Screen title={t("app.sequences.title")}>
      <AudienceViews current="sequences" />
    </Screen>
  );
}
