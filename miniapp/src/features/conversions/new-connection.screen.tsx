/** From a name to the first postback: one form, then three steps with the ready address. */
import { readConnectionName } from "@backend/modules/conversions/domain/connection-settings.ts";
import { type KindName, kindNames, kinds } from "@backend/modules/conversions/domain/tracker-kinds.ts";
import { href } from "@miniapp/app/paths.ts";
import { ApiError } from "@miniapp/shared/api-client.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { haptics, useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import {
  BoltIcon,
  CopyIcon,
  Field,
  Row,
  Screen,
  Section,
  toast,
  useCopy,
  useIsOffline,
} from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { type JSX, useState } from "react";
import styles from "./address.module.css";
import { Address, SetUpGuide } from "./address.tsx";
import { useCreateConnection, useSendTest } from "./api.ts";
import { FirstPostback } from "./first-postback.tsx";
import { type ChosenTarget, TargetPicker } from "./target-picker.tsx";

type Created = NonNullable<ReturnType<typeof useCreateConnection>["data"]>;

export default function NewConnectionScreen(): JSX.Element {
  const [created, setCreated] = useState<Created | null>(null);
  return created ? <NextSteps created={created} /> : <Form onCreated={setCreated} />;
}

function Form({ onCreated }: { onCreated(created: Created): void }): JSX.Element {
  const t = useT();
  const isOffline = useIsOffline();
  const draft = useDraft<{ kind: KindName; name: string; currency: string; target: ChosenTarget | null }>(
    "new-connection",
    { kind: "keitaro", name: "", currency: "", target: null },
  );
  const create = useCreateConnection();
  const [isPicking, setPicking] = useState(false);
  const [isChoosing, setChoosing] = useState(false);
  useClosingConfirmation(draft.isDirty);
  const { kind, name, currency, target } = draft.value;
  const { title, sendsCurrency } = kinds[kind];
  const isNamed = readConnectionName(name) !== undefined;
  const nameError =
    create.error instanceof ApiError && /^conversions\.name_/.test(create.error.code)
      ? sentenceOf(t, create.error)
      : undefined;

  const submit = () =>
    create.mutate(
      {
        name,
        kind,
        chatId: target?.chatId ?? null,
        threadId: target?.threadId ?? null,
        ...(sendsCurrency || currency === "" ? {} : { defaultCurrency: currency }),
      },
      {
        onSuccess: (answer) => {
          haptics.succeeded();
          draft.clear();
          onCreated(answer);
        },
        onError: (error) => {
          haptics.failed();
          if (!(error instanceof ApiError && /^conversions\.name_/.test(error.code))) toast(sentenceOf(t, error));
        },
      },
    );

  return (
    <Screen
      title={t("app.new_connection.title")}
      back={href("connections")}
      main={{
        text: t("app.new_connection.create"),
        onClick: submit,
        isBusy: create.isPending,
        isDisabled: !isNamed || isOffline,
      }}
    >
      <Section>
        <Row
          title={t("app.tracker.title")}
          end={<span className={styles.choice}>{title ?? t("app.tracker.generic")}</span>}
          onClick={() => setChoosing(true)}
        />
      </Section>
      <Section footer={isNamed ? undefined : t("app.new_connection.name_missing")}>
        <Field
          label={t("app.new_connection.name")}
          value={name}
          onChange={(value) => draft.change({ name: value })}
          placeholder={t("app.new_connection.name_placeholder")}
          hint={t("app.new_connection.name_hint")}
          error={nameError}
          maxLength={80}
          onEnter={() => isNamed && !create.isPending && submit()}
        />
        {!sendsCurrency && (
          <Field
            label={t("app.connection.currency")}
            hint={t("app.tracker.currency_hint", { tracker: title ?? "" })}
            value={currency}
            onChange={(value) => draft.change({ currency: value.toUpperCase() })}
            placeholder="USD"
            maxLength={5}
          />
        )}
      </Section>
      <Section header={t("app.new_connection.target")} footer={t("app.new_connection.target_hint")}>
        <Row
          title={target?.name ?? t("app.new_connection.target_none")}
          {...(target ? {} : { tone: "accent" as const })}
          onClick={() => setPicking(true)}
        />
      </Section>
      {isChoosing && (
        <PickerSheet
          title={t("app.tracker.title")}
          value={kind}
          options={kindNames.map((value) => ({
            value,
            label: kinds[value].title ?? t("app.tracker.generic"),
            hint: value === "generic" ? t("app.tracker.generic_hint") : undefined,
          }))}
          onPick={(value) => draft.change({ kind: value })}
          onClose={() => setChoosing(false)}
        />
      )}
      {isPicking && (
        <TargetPicker
          chatId={target?.chatId ?? null}
          onPick={(chosen) => draft.change({ target: chosen })}
          onClose={() => setPicking(false)}
        />
      )}
    </Screen>
  );
}

function NextSteps({ created: { connection, address } }: { created: Created }): JSX.Element {
  const t = useT();
  const go = useGo();
  const copy = useCopy();
  const test = useSendTest(connection.id);
  const tracker = kinds[connection.kind].title;
  return (
    <Screen
      title={connection.name}
      back={href("connections")}
      main={{
        text: t("app.new_connection.done"),
        onClick: () => go(href("connection", { connectionId: connection.id }), { replace: true }),
      }}
    >
      <Address address={address} header={t("app.new_connection.step_address")} />
      <SetUpGuide
        kind={connection.kind}
        header={tracker === null ? t("app.tracker.step_generic") : t("app.tracker.step", { tracker })}
      />
      <Section header={t("app.new_connection.step_test")}>
        <FirstPostback connectionId={connection.id} />
        <Row
          before={<CopyIcon />}
          tone="accent"
          title={t("app.connection.copy_curl")}
          onClick={() => copy(address.sampleCurl)}
        />
        {connection.target && (
          <Row
            before={<BoltIcon />}
            tone="accent"
            title={t("app.connection.test")}
            isDisabled={test.isPending}
            onClick={() =>
              test.mutate(undefined, {
                onSuccess: () => toast(t("app.connection.test_sent")),
                onError: (error) => toast(sentenceOf(t, error)),
              })
            }
          />
        )}
      </Section>
    </Screen>
  );
}
