/** The addresses and networks that may call a connection. */
import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { CloseIcon, Field, IconButton, PlusIcon, Row, Screen, Section } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useParams } from "wouter";
import { connectionQuery } from "./api.ts";
import { useSettings } from "./use-settings.ts";

export default function SendersScreen(): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { connectionId = "" } = useParams<{ connectionId: string }>();
  const { data: connection } = useSuspenseQuery(connectionQuery(connectionId));
  const { apply, isPending } = useSettings(connectionId);
  const [typed, setTyped] = useState("");
  const before = connection.allowedSenders;
  const senders = before ?? [];
  const { lastRefusedSender: refused, lastRefusedAt } = connection;
  const isWaiting = refused !== null && !senders.includes(refused);

  const add = (address: string, onDone?: () => void) =>
    apply(
      { allowedSenders: [...senders, address] },
      { allowedSenders: before },
      t("app.senders.added", { address }),
      onDone,
    );
  const remove = (address: string) => {
    const rest = senders.filter((sender) => sender !== address);
    apply(
      { allowedSenders: rest.length === 0 ? null : rest },
      { allowedSenders: before },
      rest.length === 0 ? t("app.senders.open") : t("app.senders.removed", { address }),
    );
  };
  const addTyped = () => {
    if (typed.trim() !== "" && !isPending) add(typed.trim(), () => setTyped(""));
  };

  return (
    <Screen title={t("app.senders.title")} subtitle={connection.name} back={href("connection", { connectionId })}>
      <Section footer={t("app.senders.about")}>
        {senders.length === 0 && <Row title={t("app.senders.none")} />}
        {senders.map((address) => (
          <Row
            key={address}
            title={address}
            after={
              <IconButton
                icon={<CloseIcon size={20} />}
                label={t("app.senders.remove", { address })}
                onClick={() => remove(address)}
              />
            }
          />
        ))}
      </Section>
      {isWaiting && (
        <Section header={t("app.senders.refused")}>
          <Row
            before={<PlusIcon />}
            tone="accent"
            title={t("app.senders.add_refused", { address: refused })}
            {...(lastRefusedAt ? { subtitle: format.ago(lastRefusedAt) } : {})}
            isDisabled={isPending}
            onClick={() => add(refused)}
          />
        </Section>
      )}
      <Section header={t("app.senders.add")}>
        <Field
          label={t("app.senders.field")}
          hint={t("app.senders.field_hint")}
          value={typed}
          onChange={setTyped}
          placeholder="203.0.113.7"
          maxLength={60}
          isMono
          onEnter={addTyped}
        />
        <Row
          before={<PlusIcon />}
          tone="accent"
          title={t("app.senders.add")}
          isDisabled={typed.trim() === "" || isPending}
          onClick={addTyped}
        />
      </Section>
    </Screen>
  );
}
