/** The postback address: to copy, and what to do with it. */
import type { KindName } from "@backend/modules/conversions/domain/tracker-kinds.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { CopyIcon, Row, Section, useCopy } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import styles from "./address.module.css";
import type { PostbackAddress } from "./api.ts";

export function Address({ address, header }: { address: PostbackAddress; header: string }): JSX.Element {
  const t = useT();
  const copy = useCopy();
  const format = useFormat();
  return (
    <Section
      header={header}
      footer={
        address.previousAddressUntil
          ? t("app.connection.previous_until", { when: format.dateTime(address.previousAddressUntil) })
          : t("app.connection.address_hint")
      }
    >
      <button type="button" className={styles.address} onClick={() => copy(address.url)}>
        <span>{address.url}</span>
      </button>
      <Row
        before={<CopyIcon />}
        tone="accent"
        title={t("app.connection.copy_address")}
        onClick={() => copy(address.url)}
      />
    </Section>
  );
}

/** What to do in the tracker, step by step. */
export function SetUpGuide({ header, kind }: { header: string; kind: KindName }): JSX.Element {
  const t = useT();
  const steps =
    kind === "generic"
      ? [t("app.tracker.generic.1"), t("app.tracker.generic.2")]
      : [
          kind === "keitaro" ? t("app.new_connection.guide_1") : t(`app.tracker.${kind}.1`),
          kind === "keitaro" ? t("app.new_connection.guide_2") : t(`app.tracker.${kind}.2`),
          t("app.new_connection.guide_3"),
          t("app.new_connection.guide_4"),
        ];
  return (
    <Section header={header}>
      <ol className={styles.guide}>
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </Section>
  );
}
