import { href } from "@miniapp/app/paths.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useT } from "@miniapp/shared/i18n.ts";
import { Avatar, Loading, Row, Screen, Section, Skeleton, WalletIcon } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { connectionsQuery } from "./api.ts";
import { ConnectionBadge } from "./badges.tsx";

export default function ProvidersScreen(): JSX.Element {
  const t = useT();
  return (
    <Screen title={t("app.payments.providers")} back={href("payments")}>
      <Loading skeleton={<Skeleton rows={3} height={66} />}>
        <List />
      </Loading>
    </Screen>
  );
}

function List(): JSX.Element {
  const t = useT();
  const query = useSuspenseQuery(connectionsQuery);
  const { items, providers } = query.data;
  return (
    <>
      <Freshness of={query} />
      <Section footer={t("app.payments.providers_text")}>
        {providers.map((provider) => {
          const connection = items.find((one) => one.provider === provider);
          return (
            <Row
              key={provider}
              before={<Avatar icon={<WalletIcon size={22} />} tone={connection?.problem ? "bad" : "accent"} />}
              title={t(`app.payments.provider.${provider}`)}
              subtitle={connection?.name ?? t(`app.payments.about.${provider}`)}
              note={<ConnectionBadge connection={connection} />}
              isNoteBelow
              to={href("paymentConnection", { provider })}
            />
          );
        })}
      </Section>
    </>
  );
}
