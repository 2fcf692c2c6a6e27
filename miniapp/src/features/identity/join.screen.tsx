import { href } from "@miniapp/app/paths.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { ApiError } from "@miniapp/shared/api-client.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { Empty, Fact, LinkIcon, Loading, Row, Screen, Section, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useParams } from "wouter";
import { acceptInvitation, invitationQuery } from "./api.ts";

export default function JoinScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  const { token = "" } = useParams<{ token: string }>();
  const preview = useQuery(invitationQuery(token));
  const isRefused = preview.error instanceof ApiError && preview.error.code.startsWith("identity.");
  const accept = useAct(acceptInvitation, {
    stale: ["me", "members"],
    done: t("app.join.done"),
    onDone: () => go(href("today"), { replace: true }),
  });
  return (
    <Screen
      title={t("app.join.title")}
      back={href("today")}
      main={
        preview.isSuccess
          ? {
              text: t("app.join.accept"),
              onClick: () => accept.run(token),
              isBusy: accept.isBusy,
              isDisabled: accept.isOff,
            }
          : undefined
      }
    >
      {isRefused ? (
        // Trying again would change nothing: used, expired and revoked links stay so.
        <Empty
          icon={<LinkIcon size={30} />}
          text={sentenceOf(t, preview.error)}
          action={{ text: t("app.lost.home"), onClick: () => go(href("today"), { replace: true }) }}
        />
      ) : (
        <Loading skeleton={<Skeleton rows={4} />}>
          <Preview token={token} />
        </Loading>
      )}
    </Screen>
  );
}

function Preview({ token }: { token: string }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { workspaceName, role, invitedBy, expiresAt } = useSuspenseQuery(invitationQuery(token)).data;
  return (
    <Section header={t("app.join.text", { workspace: workspaceName })} footer={t(`app.role_hint.${role}`)}>
      <Row title={t("app.fact.role")} end={t(`app.roles.${role}`)} />
      <Fact name={t("app.join.by")} value={invitedBy} />
      <Row title={t("app.fact.until")} end={format.dateTime(expiresAt)} />
    </Section>
  );
}
