import { href } from "@miniapp/app/paths.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { Avatar, Badge, LinkIcon, Loading, Row, Screen, Section, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { invitationsQuery, type Member } from "./api.ts";
import { useCan } from "./me.ts";
import { membersQuery } from "./members-api.ts";

export default function MembersScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const mayManage = can("members.manage");
  return (
    <Screen
      title={t("app.control.members")}
      back={href("control")}
      main={mayManage ? { text: t("app.invites.new"), onClick: () => go(href("newInvitation")) } : undefined}
    >
      {mayManage && <Invitations />}
      <Loading skeleton={<Skeleton rows={5} height={66} />}>
        <List />
      </Loading>
    </Screen>
  );
}

function Invitations(): JSX.Element {
  const t = useT();
  const format = useFormat();
  const invitations = useQuery(invitationsQuery).data?.items ?? [];
  const open = invitations.filter((one) => one.state === "open").length;
  return (
    <Section>
      <Row
        before={<LinkIcon />}
        title={t("app.control.invitations")}
        end={open > 0 ? format.number(open) : undefined}
        to={href("invitations")}
      />
    </Section>
  );
}

function List(): JSX.Element {
  const t = useT();
  const query = useSuspenseQuery(membersQuery);
  return (
    <>
      <Freshness of={query} />
      <Section>
        {query.data.items.map((member) => (
          <Row
            key={member.id}
            before={<Avatar name={member.person.name} tone={member.isBlocked ? "bad" : "accent"} />}
            title={member.person.name || t("app.people.nameless")}
            subtitle={<Seen member={member} />}
            note={<Badge>{t(member.isYou ? "app.members.you" : `app.roles.${member.role}`)}</Badge>}
            to={href("member", { memberId: member.id })}
          />
        ))}
      </Section>
    </>
  );
}

function Seen({ member }: { member: Member }): JSX.Element {
  const t = useT();
  const format = useFormat();
  if (member.isBlocked) return <>{t("app.state.blocked")}</>;
  if (member.isYou) return <>{t(`app.roles.${member.role}`)}</>;
  return <>{member.lastSeenAt ? format.ago(member.lastSeenAt) : t("app.members.never")}</>;
}
