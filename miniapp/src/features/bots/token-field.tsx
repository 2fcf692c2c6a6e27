/** Where a token is pasted. Never kept as a draft: storage can be read by whoever holds the device. */
import { useT } from "@miniapp/shared/i18n.ts";
import { openAddress } from "@miniapp/shared/telegram/index.ts";
import { Field, Row, Section, SendIcon } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import styles from "./bots.module.css";

export function TokenField({
  value,
  onChange,
  error,
  footer,
  onEnter,
}: {
  value: string;
  onChange(value: string): void;
  error: string | undefined;
  footer?: string | undefined;
  onEnter(): void;
}): JSX.Element {
  const t = useT();
  return (
    <Section footer={footer}>
      <Field
        label={t("app.bots.token")}
        value={value}
        onChange={onChange}
        error={error}
        placeholder="123456789:AAH…"
        isMono
        maxLength={4_096}
        onEnter={onEnter}
      />
    </Section>
  );
}

/** How one comes by a token, in three steps. */
export function TokenGuide(): JSX.Element {
  const t = useT();
  return (
    <Section header={t("app.bots.how")}>
      <ol className={styles.steps}>
        <li>{t("app.bots.how_1")}</li>
        <li>{t("app.bots.how_2")}</li>
        <li>{t("app.bots.how_3")}</li>
      </ol>
      <Row
        before={<SendIcon />}
        title={t("app.bots.botfather")}
        tone="accent"
        onClick={() => openAddress("https://t.me/BotFather")}
      />
    </Section>
  );
}
