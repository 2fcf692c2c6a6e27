import { href } from "@miniapp/app/paths.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { Avatar, Empty, LinkIcon, Loading, Row, Screen, Section, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { endpointsQuery } from "./api.ts";
import { EndpointBadge } from "./endpoint-badge.tsx";

export default function WebhooksScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  return (
    <Screen
      title={t("app.webhooks.title")}
      back={href("control")}
      main={{ text: t("app.webhooks.new"), onClick: () => go(href("newWebhook")) }}
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
  const query = useSuspenseQuery(endpointsQuery);
  const endpoints = query.data.items;
  if (endpoints.length === 0)
    return (
      <Empty
        icon={<LinkIcon size={30} />}
        title={t("app.webhooks.empty")}
        text={t("app.webhooks.text")}
        action={{ text: t("app.webhooks.new"), onClick: () => go(href("newWebhook")) }}
      />
    );
  return (
    <>
      <Freshness of={query} />
      <Section footer={t("app.webhooks.text")}>
        {endpoints.map((endpoint) => (
          <Row
            key={endpoint.id}
            before={<Avatar icon={<LinkIcon size={22} />} tone={endpoint.state === "disabled" ? "bad" : "accent"} />}
            title={endpoint.name}
            subtitle={new URL(endpoint.url).host}
            after={<EndpointBadge endpoint={endpoint} />}
            to={href("webhook", { endpointId: endpoint.id })}
          />
        ))}
      </Section>
    </>
  );
}
