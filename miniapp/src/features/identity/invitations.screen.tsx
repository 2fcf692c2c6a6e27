import { href } from "@miniapp/app/paths.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import {
  ask,
  Badge,
  Empty,
  Fact,
  LinkIcon,
  Loading,
  Row,
  Screen,
  Section,
  Sheet,
  SheetBody,
  Skeleton,
  type Tone,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { type Invitation, invitationsQuery, revokeInvitation } from "./api.ts";

const tones: Readonly<Record<Invitation["state"], Tone>> = {
  open: "good",
  used: "neutral",
  revoked: "bad",
  expired: "warn",
};

export default function InvitationsScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  return (
    <Screen
      title={t("app.control.invitations")}
      back={href("members")}
      main={{ text: t("app.invites.new"), onClick: () => go(href("newInvitation")) }}
    >
      <Loading skeleton={<Skeleton rows={4} height={66} />}>
        <List />
      </Loading>
    </Screen>
  );
}

function List(): JSX.Element {
  const t = useT();
  const go = useGo();
  const format = useFormat();
  const query = useSuspenseQuery(invitationsQuery);
  const [opened, setOpened] = useState<Invitation | null>(null);
  const invitations = query.data.items;
  if (invitations.length === 0)
    return (
      <Empty
        icon={<LinkIcon size={30} />}
        title={t("app.invites.empty")}
        text={t("app.invites.empty_text")}
        action={{ text: t("app.invites.new"), onClick: () => go(href("newInvitation")) }}
      />
    );
  return (
    <>
      <Freshness of={query} />
      <Section>
        {invitations.map((one) => (
          <Row
            key={one.id}
            title={one.note ?? one.usedBy?.name ?? t(`app.roles.${one.role}`)}
            subtitle={[
              (one.note || one.usedBy) && t(`app.roles.${one.role}`),
              one.createdBy?.name,
              format.moment(one.usedAt ?? one.createdAt),
            ]
              .filter(Boolean)
              .join(" · ")}
            note={<Badge tone={tones[one.state]}>{t(`app.state.${one.state}`)}</Badge>}
            onClick={() => setOpened(one)}
          />
        ))}
      </Section>
      {opened && <Details invitation={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

function Details({ invitation, onClose }: { invitation: Invitation; onClose(): void }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const revoke = useAct(revokeInvitation, { stale: ["members"], onDone: onClose });
  const onRevoke = async () => {
    const isSure = await ask({
      title: t("app.join.title"),
      message: t("app.invites.revoke_text"),
      confirm: t("app.action.revoke"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (isSure) revoke.run(invitation.id);
  };
  return (
    <Sheet title={t("app.join.title")} onClose={onClose}>
      <SheetBody>
        <Section>
          <Row
            title={t("app.fact.state")}
            after={<Badge tone={tones[invitation.state]}>{t(`app.state.${invitation.state}`)}</Badge>}
          />
          <Row title={t("app.fact.role")} end={t(`app.roles.${invitation.role}`)} />
          <Row title={t("app.fact.until")} end={format.dateTime(invitation.expiresAt)} />
          <Fact name={t("app.invites.note")} value={invitation.note} />
          <Fact name={t("app.join.by")} value={invitation.createdBy?.name} />
          <Fact name={t("app.state.used")} value={invitation.usedBy?.name} />
          <Fact name={t("app.invites.telegram")} value={invitation.forTelegramId?.toString()} canCopy isMono />
        </Section>
        {invitation.state === "open" && (
          <Section>
            <Row
              title={t("app.action.revoke")}
              tone="danger"
              onClick={() => void onRevoke()}
              isDisabled={revoke.isOff}
            />
          </Section>
        )}
      </SheetBody>
    </Sheet>
  );
}
