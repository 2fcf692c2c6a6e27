import { href } from "@miniapp/app/paths.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { ChatIcon, Row, Screen, Section } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import { AudienceViews } from "../audience/audience-views.tsx";

export default function BroadcastsScreen(): JSX.Element {
  const t = useT();
  return (
    <Screen title={t("app.broadcasts.title")}>
      <AudienceViews current="broadcasts" />
      <Section>
        <Row before={<ChatIcon />} title={t("app.mtemplates.title")} to={href("messageTemplates")} />
      </Section>
    </Screen>
  );
}
