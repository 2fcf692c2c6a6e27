import { href } from "@miniapp/app/paths.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import {
  Avatar,
  ask,
  Badge,
  Empty,
  Fact,
  Loading,
  Row,
  Screen,
  Section,
  Skeleton,
  toast,
} from "@miniapp/shared/ui/index.ts";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useParams } from "wouter";
import { changeRole, type Member, removeMember } from "./api.ts";
import { ChoiceRow } from "./components/choice-row.tsx";
import { RolePicker } from "./components/role-picker.tsx";
import { useCan } from "./me.ts";
import { membersQuery } from "./members-api.ts";

export default function MemberScreen(): JSX.Element {
  const t = useT();
  const { memberId = "" } = useParams<{ memberId: string }>();
  const member = useQuery(membersQuery).data?.items.find((one) => one.id === memberId);
  return (
    <Screen title={member?.person.name || t("app.audit.member")} back={href("members")}>
      <Loading
        skeleton={
          <>
            <Skeleton rows={1} height={66} />
            <Skeleton rows={4} />
          </>
        }
      >
        <Page memberId={memberId} />
      </Loading>
    </Screen>
  );
}

function Page({ memberId }: { memberId: string }): JSX.Element {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const query = useSuspenseQuery(membersQuery);
  const member = query.data.items.find((one) => one.id === memberId);
  if (!member) return <Empty text={t("app.lost.text")} />;
  const { person } = member;
  return (
    <>
      <Freshness of={query} />
      <Section>
        <Row
          before={<Avatar name={person.name} tone={member.isBlocked ? "bad" : "accent"} />}
          title={person.name || t("app.people.nameless")}
          subtitle={person.username ? `@${person.username}` : undefined}
          after={
            member.isBlocked ? (
              <Badge tone="bad">{t("app.state.blocked")}</Badge>
            ) : member.isYou ? (
              <Badge>{t("app.members.you")}</Badge>
            ) : undefined
          }
          {...(can("persons.read") ? { to: href("person", { personId: person.id }) } : {})}
        />
      </Section>
      <Role member={member} />
      <Section>
        <Fact name={t("app.fact.telegram_id")} value={member.telegramId?.toString()} canCopy isMono />
        <Row
          title={t("app.fact.seen")}
          end={member.lastSeenAt ? format.dateTime(member.lastSeenAt) : t("app.members.never")}
        />
        <Row title={t("app.fact.joined")} end={format.day(member.joinedAt)} />
      </Section>
      {member.canManage && !member.isYou && <Removal member={member} />}
    </>
  );
}

function Role({ member }: { member: Member }): JSX.Element {
  const t = useT();
  const [isChoosing, setChoosing] = useState(false);
  const name = member.person.name || t("app.people.nameless");
  const undo = useAct(changeRole, { stale: ["members", "me"], done: t("app.saved") });
  const change = useAct(changeRole, {
    stale: ["members", "me"],
    onDone: (_, { memberId, role }) =>
      toast(t("app.members.role_now", { name, role: t(`app.roles.${role}`) }), {
        undo: () => undo.run({ memberId, role: member.role }),
      }),
  });
  return (
    <Section footer={member.canManage ? t(`app.role_hint.${member.role}`) : t("app.members.above")}>
      {member.canManage ? (
        <ChoiceRow
          title={t("app.fact.role")}
          value={t(`app.roles.${member.role}`)}
          onClick={() => setChoosing(true)}
          isDisabled={change.isOff}
        />
      ) : (
        <Row title={t("app.fact.role")} end={t(`app.roles.${member.role}`)} />
      )}
      {isChoosing && (
        <RolePicker
          value={member.role}
          onPick={(role) => {
            if (role !== member.role) change.run({ memberId: member.id, role });
          }}
          onClose={() => setChoosing(false)}
        />
      )}
    </Section>
  );
}

function Removal({ member }: { member: Member }): JSX.Element {
  const t = useT();
  const go = useGo();
  const remove = useAct(removeMember, {
    stale: ["members", "persons"],
    onDone: () => go(href("members"), { replace: true }),
  });
  const onClick = async () => {
    const isSure = await ask({
      title: t("app.members.remove"),
      message: t("app.members.remove_text", { name: member.person.name || t("app.people.nameless") }),
      confirm: t("app.action.remove"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (isSure) remove.run(member.id);
  };
  return (
    <Section>
      <Row title={t("app.members.remove")} tone="danger" onClick={() => void onClick()} isDisabled={remove.isOff} />
    </Section>
  );
}
