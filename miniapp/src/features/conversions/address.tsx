/** The postback address: to copy, and what to do with it. */
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

export function SetUpGuide({ header }: { header: string }): JSX.Element {
  const t = useT();
  return (
    <Section header={header}>
      <ol className={styles.guide}>
        <li>{t("app.new_connection.guide_1")}</li>
        <li>{t("app.new_connection.guide_2")}</li>
        <li>{t("app.new_connection.guide_3")}</li>
        <li>{t("app.new_connection.guide_4")}</li>
      </ol>
    </Section>
  );
}
