import { useT } from "@miniapp/shared/i18n.ts";
import { Fact, Screen, Section, useCopy } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";

/** A signing secret, the only time that it can be seen. */
export function SecretShown({ secret, back }: { secret: string; back: string }): JSX.Element {
  const t = useT();
  const copy = useCopy();
  return (
    <Screen
      title={t("app.webhooks.secret")}
      subtitle={t("app.webhooks.once")}
      back={back}
      main={{ text: t("app.action.copy"), onClick: () => copy(secret) }}
    >
      <Section footer={t("app.webhooks.verify_text")}>
        <Fact name={t("app.webhooks.secret")} value={secret} canCopy isMono />
      </Section>
    </Screen>
  );
}
