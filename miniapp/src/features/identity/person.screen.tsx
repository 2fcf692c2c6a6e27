import { href } from "@miniapp/app/paths.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { type LoadCode, LoadedWith } from "@miniapp/shared/code.tsx";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT, withWords } from "@miniapp/shared/i18n.ts";
import { openAddress } from "@miniapp/shared/telegram/index.ts";
import {
  Avatar,
  ask,
  Badge,
  Button,
  Fact,
  Field,
  Loading,
  Row,
  Screen,
  Section,
  Sheet,
  SheetBody,
  Skeleton,
  toast,
} from "@miniapp/shared/ui/index.ts";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useParams } from "wouter";
import { blockPerson, erasePerson, exportPerson, type Person, personQuery, unblockPerson } from "./api.ts";
import { ExportRow } from "./components/export-row.tsx";
import { useCan, useMe } from "./me.ts";

const loadAccess: LoadCode<{ personId: string }> = withWords("access", () => import("../sales/person-access.tsx"));

export default function PersonScreen(): JSX.Element {
  const t = useT();
  const { personId = "" } = useParams<{ personId: string }>();
  const person = useQuery(personQuery(personId)).data;
  return (
    <Screen title={person?.name || t("app.audit.person")} back={href("persons")}>
      <Loading
        skeleton={
          <>
            <Skeleton rows={1} height={66} />
            <Skeleton rows={5} />
          </>
        }
      >
        <Page personId={personId} />
      </Loading>
    </Screen>
  );
}

function Page({ personId }: { personId: string }): JSX.Element {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const query = useSuspenseQuery(personQuery(personId));
  const person = query.data;
  const { username } = person;
  return (
    <>
      <Freshness of={query} />
      <Section>
        <Row
          before={
            <Avatar name={person.name} tone={person.blockedAt ? "bad" : person.erasedAt ? "neutral" : "accent"} />
          }
          title={person.name || t(person.erasedAt ? "app.people.erased" : "app.people.nameless")}
          subtitle={username ? `@${username}` : undefined}
          after={person.role ? <Badge>{t(`app.roles.${person.role}`)}</Badge> : undefined}
          {...(username ? { onClick: () => openAddress(`https://t.me/${username}`) } : {})}
        />
        {person.blockedAt && (
          <Row
            title={t("app.state.blocked")}
            subtitle={person.blockedReason}
            isWrapped
            end={format.moment(person.blockedAt)}
          />
        )}
      </Section>
      <Section>
        <Fact name={t("app.fact.telegram_id")} value={person.telegramId?.toString()} canCopy isMono />
        <Row title={t("app.fact.language")} end={t(`app.languages.${person.locale}`)} />
        <Row title={t("app.fact.time_zone")} end={person.timeZone} />
        <Row title={t("app.fact.created")} end={format.dateTime(person.createdAt)} />
        {person.lastSeenAt && <Row title={t("app.fact.seen")} end={format.dateTime(person.lastSeenAt)} />}
      </Section>
      {can("orders.read") && (
        <Loading skeleton={null} isCompact>
          <LoadedWith name="access-of-person" load={loadAccess} props={{ personId }} />
        </Loading>
      )}
      {can("persons.manage") && <Measures person={person} />}
    </>
  );
}

function Measures({ person }: { person: Person }): JSX.Element {
  const t = useT();
  const me = useMe();
  const [isBlocking, setBlocking] = useState(false);
  // Closed chats are gone through by jobs, which the live stream tells of when they are done.
  const block = useAct(blockPerson, { stale: ["persons", "members", "access"], done: t("app.state.blocked") });
  const unblock = useAct(unblockPerson, {
    stale: ["persons", "members", "access"],
    onDone: () =>
      toast(t("app.saved"), {
        undo: () => block.run({ personId: person.id, reason: person.blockedReason ?? "" }),
      }),
  });
  const erase = useAct(erasePerson, { stale: ["persons"], done: t("app.people.erased") });
  const onErase = async () => {
    const isSure = await ask({
      title: t("app.people.erase"),
      message: t("app.people.erase_text"),
      confirm: t("app.people.erase"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (isSure) erase.run(person.id);
  };
  const isMember = person.role !== null;
  return (
    <>
      <Section footer={person.blockedAt ? undefined : t("app.people.block_text")}>
        {person.blockedAt ? (
          <Row
            title={t("app.people.unblock")}
            tone="accent"
            onClick={() => unblock.run(person.id)}
            isDisabled={unblock.isOff}
          />
        ) : (
          <Row
            title={t("app.people.block")}
            tone="danger"
            onClick={() => setBlocking(true)}
            isDisabled={block.isOff || person.id === me.person.id}
          />
        )}
      </Section>
      <Section footer={isMember && person.erasedAt === null ? t("app.people.member_first") : undefined}>
        <ExportRow load={() => exportPerson(person.id)} name={`person-${person.id}.json`} />
        {person.erasedAt === null && (
          <Row
            title={t("app.people.erase")}
            tone="danger"
            onClick={() => void onErase()}
            isDisabled={erase.isOff || isMember}
          />
        )}
      </Section>
      {isBlocking && (
        <BlockSheet
          onBlock={(reason) => block.run({ personId: person.id, reason })}
          onClose={() => setBlocking(false)}
        />
      )}
    </>
  );
}

function BlockSheet({ onBlock, onClose }: { onBlock(reason: string): void; onClose(): void }): JSX.Element {
  const t = useT();
  const [reason, setReason] = useState("");
  return (
    <Sheet title={t("app.people.block")} onClose={onClose}>
      <SheetBody>
        <Section footer={t("app.people.block_text")}>
          <Field label={t("app.fact.reason")} value={reason} onChange={setReason} maxLength={200} />
        </Section>
        <Button
          kind="danger"
          isWide
          onClick={() => {
            onBlock(reason);
            onClose();
          }}
        >
          {t("app.people.block")}
        </Button>
      </SheetBody>
    </Sheet>
  );
}
