import { href } from "@miniapp/app/paths.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { ask, Badge, Empty, Fact, Loading, Row, Screen, Section, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useParams } from "wouter";
import { apiKeysQuery, revokeApiKey } from "./api.ts";
import { areaNames, areas, levelIn, programs } from "./scopes.ts";

export default function ApiKeyScreen(): JSX.Element {
  const t = useT();
  const { keyId = "" } = useParams<{ keyId: string }>();
  const key = useQuery(apiKeysQuery).data?.items.find((one) => one.id === keyId);
  return (
    <Screen title={key?.name ?? t("app.audit.api_key")} back={href("apiKeys")}>
      <Loading
        skeleton={
          <>
            <Skeleton rows={3} />
            <Skeleton rows={4} height={48} isSingle />
          </>
        }
      >
        <Page keyId={keyId} />
      </Loading>
    </Screen>
  );
}

function Page({ keyId }: { keyId: string }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const query = useSuspenseQuery(apiKeysQuery);
  const key = query.data.items.find((one) => one.id === keyId);
  if (!key) return <Empty text={t("app.lost.text")} />;
  return (
    <>
      <Freshness of={query} />
      <Section>
        <Row
          title={<code>{`${key.prefix}…`}</code>}
          after={
            key.revokedAt ? (
              <Badge tone="bad">{t("app.state.revoked")}</Badge>
            ) : (
              <Badge tone="good">{t("app.state.works")}</Badge>
            )
          }
        />
        <Row title={t("app.keys.used")} end={key.lastUsedAt ? format.dateTime(key.lastUsedAt) : t("app.keys.never")} />
        <Row title={t("app.fact.created")} end={format.dateTime(key.createdAt)} />
        <Fact name={t("app.audit.member")} value={key.createdBy?.name} />
      </Section>
      <Section header={t("app.keys.rights")}>
        {areas
          .map((area) => ({ area, level: levelIn(area, key.scopes) }))
          .map(
            ({ area, level }) =>
              level !== "none" && <Row key={area} title={t(areaNames[area])} end={t(`app.keys.${level}`)} />,
          )}
        {programs.map(
          (program) =>
            key.scopes.includes(program) && <Row key={program} title={t(`app.keys.${program}`)} end={program} />,
        )}
      </Section>
      {!key.revokedAt && <Revocation keyId={key.id} name={key.name} />}
    </>
  );
}

function Revocation({ keyId, name }: { keyId: string; name: string }): JSX.Element {
  const t = useT();
  const go = useGo();
  const revoke = useAct(revokeApiKey, {
    stale: ["api-keys"],
    done: t("app.state.revoked"),
    onDone: () => go(href("apiKeys"), { replace: true }),
  });
  const onClick = async () => {
    const isSure = await ask({
      title: name,
      message: t("app.keys.revoke_text"),
      confirm: t("app.action.revoke"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (isSure) revoke.run(keyId);
  };
  return (
    <Section footer={t("app.keys.revoke_text")}>
      <Row title={t("app.action.revoke")} tone="danger" onClick={() => void onClick()} isDisabled={revoke.isOff} />
    </Section>
  );
}
