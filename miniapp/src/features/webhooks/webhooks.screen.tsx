import { href } from "@miniapp/app/paths.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Screen } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";

export default function WebhooksScreen(): JSX.Element {
  const t = useT();
  return (
    <Screen title={t("app.webhooks.title")} back={href("control")}>
      {null}
    </Screen>
  );
}
