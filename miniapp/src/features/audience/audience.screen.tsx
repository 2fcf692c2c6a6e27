import { href } from "@miniapp/app/paths.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { DownloadIcon, IconButton, Screen } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import { useCan } from "../identity/me.ts";
import { AudienceViews } from "./audience-views.tsx";

export default function AudienceScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  return (
    <Screen
      title={t("app.audience.title")}
      action={
        can("audience.manage") && (
          <IconButton icon={<DownloadIcon />} label={t("app.audience.files")} onClick={() => go(href("imports"))} />
        )
      }
    >
      <AudienceViews current="audience" />
    </Screen>
  );
}
