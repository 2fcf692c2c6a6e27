import { href } from "@miniapp/app/paths.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { Fact, Loading, Row, Screen, Section, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useParams } from "wouter";
import { acceptInvitation, invitationQuery } from "./api.ts";

export default function JoinScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  const { token = "" } = useParams<{ token: string }>();
  const isUsable = useQuery(invitationQuery(token)).isSuccess;
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
        isUsable
          ? {
              text: t("app.join.accept"),
              onClick: () => accept.run(token),
              isBusy: accept.isBusy,
              isDisabled: accept.isOff,
            }
          : undefined
      }
    >
      <Loading skeleton={<Skeleton rows={4} />}>
        <Preview token={token} />
      </Loading>
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
