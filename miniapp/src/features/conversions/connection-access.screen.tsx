/** Whose a connection is, and which roles see it. */
import { type SharableRole, sharableRoles } from "@backend/modules/conversions/domain/visibility.ts";
import { href } from "@miniapp/app/paths.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import { Avatar, PeopleIcon, PersonIcon, Row, Screen, Section, Switch, toast } from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useParams } from "wouter";
import { useCan } from "../identity/me.ts";
import { membersQuery } from "../identity/members-api.ts";
import { type Connection, connectionQuery, useChangeConnection } from "./api.ts";
import { useComplaint, useSettings } from "./use-settings.ts";

export default function ConnectionAccessScreen(): JSX.Element {
  const t = useT();
  const { connectionId = "" } = useParams<{ connectionId: string }>();
  const { data: connection } = useSuspenseQuery(connectionQuery(connectionId));
  return (
    <Screen title={t("app.access.title")} subtitle={connection.name} back={href("connection", { connectionId })}>
      <Owner connection={connection} />
      <Sharing connection={connection} />
    </Screen>
  );
}

function Owner({ connection }: { connection: Connection }): JSX.Element {
  const t = useT();
  const can = useCan();
  const [isPicking, setPicking] = useState(false);
  const mayHandOver = can("connections.manage") && can("members.read");
  return (
    <Section header={t("app.guards.owner")}>
      <Row
        before={connection.owner ? <Avatar name={connection.owner.name} /> : <Avatar icon={<PersonIcon />} />}
        title={connection.owner?.name || t("app.guards.nobody")}
        {...(connection.owner?.username ? { subtitle: `@${connection.owner.username}` } : {})}
      />
      {mayHandOver && (
        <Row before={<PeopleIcon />} tone="accent" title={t("app.access.hand_over")} onClick={() => setPicking(true)} />
      )}
      {isPicking && <OwnerPicker connection={connection} onClose={() => setPicking(false)} />}
    </Section>
  );
}

function OwnerPicker({ connection, onClose }: { connection: Connection; onClose(): void }): JSX.Element {
  const t = useT();
  const change = useChangeConnection(connection.id);
  const onError = useComplaint();
  const { data } = useQuery(membersQuery);
  const members = data?.items ?? [];
  const before = connection.owner;
  const handOver = (person: { id: string; name: string }) =>
    change.mutate(
      { kind: "owner", personId: person.id },
      {
        onSuccess: () => {
          haptics.succeeded();
          toast(
            t("app.access.handed_over", { name: person.name }),
            before ? { undo: () => change.mutate({ kind: "owner", personId: before.id }) } : undefined,
          );
        },
        onError,
      },
    );
  return (
    <PickerSheet
      title={t("app.guards.owner")}
      value={before?.id ?? null}
      options={members.map(({ person, role }) => ({
        value: person.id,
        label: person.name,
        hint: t(`app.roles.${role}`),
        before: <Avatar name={person.name} />,
      }))}
      onPick={(personId) => {
        const person = members.find((member) => member.person.id === personId)?.person;
        if (person && personId !== before?.id) handOver(person);
      }}
      onClose={onClose}
    />
  );
}

function Sharing({ connection }: { connection: Connection }): JSX.Element {
  const t = useT();
  const { apply } = useSettings(connection.id);
  const { sharedWith } = connection;
  const share = (roles: SharableRole[] | null) => apply({ sharedWith: roles }, { sharedWith });
  return (
    <Section header={t("app.access.sharing")} footer={t("app.access.hint")}>
      <Switch
        label={t("app.access.everybody")}
        isOn={sharedWith === null}
        onChange={(isOn) => share(isOn ? null : ["manager"])}
      />
      {sharedWith !== null &&
        sharableRoles.map((role) => (
          <Switch
            key={role}
            label={t(`app.roles.${role}`)}
            isOn={sharedWith.includes(role)}
            onChange={(isOn) => share(isOn ? [...sharedWith, role] : sharedWith.filter((other) => other !== role))}
          />
        ))}
    </Section>
  );
}
