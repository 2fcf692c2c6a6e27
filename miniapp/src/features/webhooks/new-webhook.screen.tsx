import type { CreateEndpoint } from "@backend/modules/webhooks/contracts.ts";
import { href } from "@miniapp/app/paths.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import { Field, Screen, Section } from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { createEndpoint, endpointsQuery } from "./api.ts";
import { EventChoice } from "./event-choice.tsx";
import { SecretShown } from "./secret-shown.tsx";

export default function NewWebhookScreen(): JSX.Element {
  // The secret is shown once: it stays in this screen's memory and in no draft.
  const [made, setMade] = useState<{ endpointId: string; secret: string } | null>(null);
  return made === null ? (
    <Form onCreated={setMade} />
  ) : (
    <SecretShown secret={made.secret} back={href("webhook", { endpointId: made.endpointId })} />
  );
}

function Form({ onCreated }: { onCreated(made: { endpointId: string; secret: string }): void }): JSX.Element {
  const t = useT();
  const known = useQuery(endpointsQuery).data?.events ?? [];
  const draft = useDraft("webhook", { name: "", url: "", events: [] as CreateEndpoint["events"] });
  useClosingConfirmation(draft.isDirty);
  const create = useAct(createEndpoint, {
    stale: ["webhooks"],
    onDone: ({ endpoint, secret }) => {
      draft.clear();
      onCreated({ endpointId: endpoint.id, secret });
    },
  });
  const { name, url, events } = draft.value;
  const problem =
    name.trim() === "" || url.trim() === ""
      ? t("app.webhooks.fill")
      : /^https:\/\/\S+$/.test(url.trim())
        ? undefined
        : t("app.webhooks.https");
  return (
    <Screen
      title={t("app.webhooks.new")}
      back={href("webhooks")}
      main={{
        text: t("app.action.create"),
        onClick: () => create.run({ name: name.trim(), url: url.trim(), events }),
        isBusy: create.isBusy,
        isDisabled: create.isOff || problem !== undefined,
      }}
    >
      <Section footer={problem ?? t("app.webhooks.address_text")}>
        <Field
          label={t("app.fact.name")}
          value={name}
          onChange={(value) => draft.change({ name: value })}
          maxLength={60}
        />
        <Field
          label={t("app.webhooks.address")}
          value={url}
          onChange={(value) => draft.change({ url: value })}
          kind="url"
          inputMode="url"
          maxLength={2000}
        />
      </Section>
      <EventChoice known={known} value={events} onChange={(value) => draft.change({ events: value })} />
    </Screen>
  );
}
