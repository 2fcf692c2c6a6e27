import { href } from "@miniapp/app/paths.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { Avatar, Badge, Empty, KeyIcon, Loading, Row, Screen, Section, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { apiKeysQuery } from "./api.ts";

export default function ApiKeysScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  return (
    <Screen
      title={t("app.control.keys")}
      back={href("control")}
      main={{ text: t("app.keys.new"), onClick: () => go(href("newApiKey")) }}
    >
      <Loading skeleton={<Skeleton rows={3} height={66} />}>
        <List />
      </Loading>
    </Screen>
  );
}

function List(): JSX.Element {
  const t = useT();
  const go = useGo();
  const format = useFormat();
  const query = useSuspenseQuery(apiKeysQuery);
  const keys = query.data.items;
  if (keys.length === 0)
    return (
      <Empty
        icon={<KeyIcon size={30} />}
        title={t("app.keys.empty")}
        text={t("app.keys.empty_text")}
        action={{ text: t("app.keys.new"), onClick: () => go(href("newApiKey")) }}
      />
    );
  return (
    <>
      <Freshness of={query} />
      <Section footer={t("app.keys.empty_text")}>
        {keys.map((key) => (
          <Row
            key={key.id}
            before={<Avatar icon={<KeyIcon size={22} />} tone={key.revokedAt ? "neutral" : "accent"} />}
            title={key.name}
            subtitle={key.lastUsedAt ? format.ago(key.lastUsedAt) : t("app.keys.never")}
            after={key.revokedAt ? <Badge>{t("app.state.revoked")}</Badge> : undefined}
            to={href("apiKey", { keyId: key.id })}
          />
        ))}
      </Section>
    </>
  );
}
