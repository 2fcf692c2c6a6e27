/** The tracker's address and key, and how it is compared. Nothing is stored before the tracker has answered. */
import { href } from "@miniapp/app/paths.ts";
import { ApiError } from "@miniapp/shared/api-client.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { type AppTranslator, sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { haptics, useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import { ask, Field, Row, Screen, Section, Switch, TrashIcon, toast, useIsOffline } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { Redirect, useParams } from "wouter";
import styles from "./address.module.css";
import { connectionQuery } from "./api.ts";
import { type ConnectPull, pullQuery, type TrackerPull, useConnectPull, useDisconnectPull } from "./truth-api.ts";

const intervals = [1, 5, 10, 30, 60, 180, 720, 1_440];
type Scope = TrackerPull["scope"];

export default function TruthSettingsScreen(): JSX.Element {
  const { connectionId = "" } = useParams<{ connectionId: string }>();
  const { pull } = useSuspenseQuery(pullQuery(connectionId)).data;
  const { mayManage } = useSuspenseQuery(connectionQuery(connectionId)).data;
  if (!mayManage) return <Redirect to={href("connection", { connectionId })} replace />;
  return <Form connectionId={connectionId} pull={pull} />;
}

/** Which field a refusal belongs to. */
const isOfKey = (code: string) =>
  /^conversions\.(tracker_key_missing|tracker\.(key_refused|no_api|not_allowed))$/.test(code);
const isOfAddress = (code: string) => !isOfKey(code) && /^conversions\.tracker[._]/.test(code);

function Form({ connectionId, pull }: { connectionId: string; pull: TrackerPull | null }): JSX.Element {
  const t = useT();
  const go = useGo();
  const isOffline = useIsOffline();
  const connect = useConnectPull(connectionId);
  const draft = useDraft<{ apiUrl: string; scope: Scope; every: number }>("truth", {
    apiUrl: pull?.apiUrl ?? "",
    scope: pull?.scope ?? "seen",
    every: pull?.everyMinutes ?? 10,
  });
  // Never in the draft: session storage can be read by whoever holds the device.
  const [apiKey, setApiKey] = useState("");
  const isDirty = draft.isDirty || apiKey !== "";
  useClosingConfirmation(isDirty);
  const { apiUrl, scope, every } = draft.value;
  const isFilled = apiUrl.trim() !== "" && (apiKey.trim() !== "" || pull !== null);
  const refusal = connect.error instanceof ApiError ? connect.error : null;

  const body = (more: Partial<ConnectPull> = {}): ConnectPull => ({
    apiUrl,
    scope,
    everyMinutes: every,
    ...(apiKey.trim() === "" ? {} : { apiKey }),
    ...more,
  });
  const save = () =>
    connect.mutate(body(), {
      onSuccess: () => {
        haptics.succeeded();
        draft.clear();
        setApiKey("");
        toast(t(pull ? "app.saved" : "app.truth.connected"));
        if (!pull) go(href("truth", { connectionId }), { replace: true });
      },
      onError: (error) => {
        haptics.failed();
        const { code = "" } = error as Partial<ApiError>;
        if (!isOfKey(code) && !isOfAddress(code)) toast(sentenceOf(t, error));
      },
    });
  const hint = connect.isPending ? t("app.truth.checking") : isFilled ? undefined : t("app.truth.missing");
  return (
    <Screen
      title={t("app.truth.settings_title")}
      back={pull ? href("truth", { connectionId }) : href("connection", { connectionId })}
      main={
        isDirty || !pull
          ? {
              text: t(pull ? "app.action.save" : "app.truth.connect_action"),
              onClick: save,
              isBusy: connect.isPending,
              isDisabled: !isFilled || isOffline,
            }
          : undefined
      }
    >
      {pull && <OnOff connectionId={connectionId} pull={pull} />}
      <Section footer={hint && <span role="status">{hint}</span>}>
        <Field
          kind="url"
          inputMode="url"
          label={t("app.truth.address")}
          value={apiUrl}
          onChange={(value) => draft.change({ apiUrl: value })}
          placeholder="https://tracker.example/admin"
          hint={t("app.truth.address_hint")}
          error={refusal && isOfAddress(refusal.code) ? sentenceOf(t, refusal) : undefined}
          maxLength={500}
        />
        <Field
          kind="password"
          label={t("app.truth.key")}
          value={apiKey}
          onChange={setApiKey}
          placeholder={pull ? t("app.truth.key_stored") : ""}
          hint={t(pull ? "app.truth.key_new_hint" : "app.truth.key_hint")}
          error={refusal && isOfKey(refusal.code) ? sentenceOf(t, refusal) : undefined}
          autoComplete="new-password"
          maxLength={500}
          isMono
          onEnter={() => isFilled && !connect.isPending && save()}
        />
      </Section>
      <Section header={t("app.truth.how")}>
        <Field
          kind="select"
          label={t("app.truth.scope")}
          hint={t("app.truth.scope_hint")}
          value={scope}
          choices={[
            { value: "seen", label: t("app.truth.scope_seen") },
            { value: "all", label: t("app.truth.scope_all") },
          ]}
          onChange={(value) => draft.change({ scope: value === "all" ? "all" : "seen" })}
        />
        <Field
          kind="select"
          label={t("app.truth.every")}
          value={String(every)}
          choices={[...new Set([...intervals, every])]
            .sort((left, right) => left - right)
            .map((minutes) => ({ value: String(minutes), label: intervalWords(minutes, t) }))}
          onChange={(value) => draft.change({ every: Number(value) })}
        />
      </Section>
      {!pull && (
        <Section header={t("app.truth.guide")}>
          <ol className={styles.guide}>
            <li>{t("app.truth.guide_1")}</li>
            <li>{t("app.truth.guide_2")}</li>
            <li>{t("app.truth.guide_3")}</li>
          </ol>
        </Section>
      )}
      {pull && <Ending connectionId={connectionId} />}
    </Screen>
  );
}

const intervalWords = (minutes: number, t: AppTranslator): string =>
  minutes % 60 === 0
    ? t("app.truth.every_hours", { count: minutes / 60 })
    : t("app.truth.every_minutes", { count: minutes });

/** Acts at once, as switches do; the stored address and key stay. */
function OnOff({ connectionId, pull }: { connectionId: string; pull: TrackerPull }): JSX.Element {
  const t = useT();
  const isOffline = useIsOffline();
  const connect = useConnectPull(connectionId);
  const turn = (isOn: boolean) =>
    connect.mutate({ apiUrl: pull.apiUrl, isOn }, { onError: (error) => toast(sentenceOf(t, error)) });
  return (
    <Section>
      <Switch
        label={t("app.truth.on")}
        isOn={pull.isOn}
        isDisabled={connect.isPending || isOffline}
        onChange={(isOn) => {
          turn(isOn);
          toast(t("app.saved"), { undo: () => turn(!isOn) });
        }}
      />
    </Section>
  );
}

function Ending({ connectionId }: { connectionId: string }): JSX.Element {
  const t = useT();
  const go = useGo();
  const disconnect = useDisconnectPull(connectionId);
  const end = async () => {
    const isSure = await ask({
      title: t("app.truth.disconnect_title"),
      message: t("app.truth.disconnect_text"),
      confirm: t("app.truth.disconnect_confirm"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (!isSure) return;
    disconnect.mutate(undefined, {
      onSuccess: () => {
        haptics.succeeded();
        toast(t("app.truth.disconnected"));
        go(href("connection", { connectionId }), { replace: true });
      },
      onError: (error) => {
        haptics.failed();
        toast(sentenceOf(t, error));
      },
    });
  };
  return (
    <Section>
      <Row
        before={<TrashIcon />}
        tone="danger"
        title={t("app.truth.disconnect")}
        isDisabled={disconnect.isPending}
        onClick={() => void end()}
      />
    </Section>
  );
}
