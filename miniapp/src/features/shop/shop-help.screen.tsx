import { useT } from "@miniapp/shared/i18n.ts";
import { openAddress } from "@miniapp/shared/telegram/index.ts";
import { ChatIcon, DownIcon, Empty, Loading, Row, Screen, Section, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { Freshness } from "../operations/components/freshness.tsx";
import { shopQuery } from "./api.ts";
import styles from "./shop.module.css";
import { ShopViews, useWayOut } from "./shop-views.tsx";
import { contactIn } from "./support-contact.ts";

/** Questions that were answered before, and how to reach a human. */
export default function ShopHelpScreen(): JSX.Element {
  const t = useT();
  return (
    <Screen title={t("app.shop.view.shopHelp")} {...useWayOut()}>
      <ShopViews current="shopHelp" />
      <Loading skeleton={<Skeleton rows={4} />}>
        <Help />
      </Loading>
    </Screen>
  );
}

function Help(): JSX.Element {
  const t = useT();
  const query = useSuspenseQuery(shopQuery);
  const { faq, support } = query.data;
  const contact = contactIn(support);
  if (faq.length === 0 && support === "")
    return <Empty icon={<ChatIcon size={30} />} title={t("app.help.empty")} text={t("app.help.empty_text")} />;
  return (
    <>
      <Freshness of={query} />
      {faq.length > 0 && (
        <Section header={t("app.help.faq")}>
          {faq.map(({ id, question, answer }) => (
            <details key={id} className={styles.question}>
              <summary>
                <span>{question}</span>
                <DownIcon size={20} />
              </summary>
              <p>{answer}</p>
            </details>
          ))}
        </Section>
      )}
      {support !== "" && (
        <Section header={t("app.help.support")}>
          <p className={styles.text}>{support}</p>
          {contact !== null && (
            <Row before={<ChatIcon />} title={t("app.help.write")} tone="accent" onClick={() => openAddress(contact)} />
          )}
        </Section>
      )}
    </>
  );
}
