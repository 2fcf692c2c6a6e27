import { useT } from "@miniapp/shared/i18n.ts";
import { Screen, Skeleton } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
export default function TrafficSection(): JSX.Element {
  const t = useT();
  return (
    <Screen title={t("app.tabs.traffic")}>
      <Skeleton />
    </Screen>
  );
}
