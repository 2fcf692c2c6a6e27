import { useT } from "@miniapp/shared/i18n.ts";
import { Screen, Skeleton } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
export default function TodayScreen(): JSX.Element {
  const t = useT();
  return (
    <Screen title={t("app.tabs.today")}>
      <Skeleton />
    </Screen>
  );
}
