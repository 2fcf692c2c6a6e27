import { href } from "@miniapp/app/paths.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Row, Section } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";

/** Where no log is read yet: what it would be good for, and the way there. */
export function TruthOffer({ connectionId, header }: { connectionId: string; header?: string }): JSX.Element {
  const t = useT();
  return (
    <Section {...(header === undefined ? {} : { header })}>
      <Row
        title={t("app.truth.connect")}
        subtitle={t("app.truth.connect_text")}
        isWrapped
        to={href("truthSettings", { connectionId })}
      />
    </Section>
  );
}
