/** Signatures of a connection's calls: switching them on, where they stand, the key, and how to make one. */
import { defaultOverlapHours } from "@backend/modules/conversions/domain/connection-settings.ts";
import { signedCurl } from "@backend/modules/conversions/domain/postback-url.ts";
import { defaultSigning } from "@backend/modules/conversions/domain/signing.ts";
import { href } from "@miniapp/app/paths.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { type AppTranslator, useT } from "@miniapp/shared/i18n.ts";
import { haptics, useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import {
  ask,
  CopyIcon,
  Field,
  KeyIcon,
  ReplayIcon,
  Row,
  Screen,
  Section,
  TrashIcon,
  toast,
  useCopy,
  useIsOffline,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useParams } from "wouter";
import styles from "./address.module.css";
import {
  type ChangedSigning,
  type Connection,
  connectionQuery,
  type SigningContract,
  useChangeConnection,
  useChangeSigning,
} from "./api.ts";
import codeStyles from "./raw-call.module.css";
import { useComplaint } from "./use-settings.ts";

/** Seconds for which a signature may be accepted; 0 = any time. */
const windows = [60, 300, 3_600, 86_400, 0] as const;
const sample = "subid=s1&status=sale&payout=120.50&currency=USD";

function windowText(t: AppTranslator, seconds: number): string {
  if (seconds === 0) return t("app.signing.window_any");
  return seconds < 3_600
    ? t("app.signing.window_minutes", { count: Math.round(seconds / 60) })
    : t("app.signing.window_hours", { count: Math.round(seconds / 3_600) });
}

export default function SigningScreen(): JSX.Element {
  const t = useT();
  const isOffline = useIsOffline();
  const { connectionId = "" } = useParams<{ connectionId: string }>();
  const { data: connection } = useSuspenseQuery(connectionQuery(connectionId));
  const [made, setMade] = useState<ChangedSigning | null>(null);
  const change = useChangeSigning(connectionId);
  const onError = useComplaint();
  const back = href("connection", { connectionId });
  const { signing } = connection;
  const draft = useDraft<SigningContract>("signing", signing ?? defaultSigning);
  const isChanged = signing !== null && draft.isDirty;
  useClosingConfirmation(isChanged);

  const set = (settings: SigningContract) =>
    change.mutate(
      { set: settings },
      {
        onSuccess: (answer) => {
          haptics.succeeded();
          draft.clear();
          if (answer.key !== null) setMade(answer);
          else toast(t("app.saved"));
        },
        onError,
      },
    );
  return (
    <Screen
      title={t("app.signing.title")}
      subtitle={connection.name}
      back={back}
      main={
        isChanged
          ? {
              text: t("app.action.save"),
              onClick: () => set(draft.value),
              isBusy: change.isPending,
              isDisabled: draft.value.name.trim() === "" || isOffline,
            }
          : undefined
      }
    >
      {signing === null ? (
        <Section footer={t("app.signing.about")}>
          <Row
            before={<KeyIcon />}
            tone="accent"
            title={t("app.signing.switch_on")}
            isDisabled={change.isPending}
            onClick={() => set(defaultSigning)}
          />
        </Section>
      ) : (
        <>
          {made?.key && <Key made={made} />}
          <Place signing={draft.value} onChange={draft.change} />
          <Recipe signing={draft.value} />
          <Ending connection={connection} onRotated={setMade} onOff={() => setMade(null)} />
        </>
      )}
    </Screen>
  );
}

/** The one time that the key is shown. */
function Key({ made: { key, previousKeyUntil } }: { made: ChangedSigning }): JSX.Element {
  const t = useT();
  const copy = useCopy();
  const format = useFormat();
  return (
    <Section
      header={t("app.signing.key")}
      footer={
        previousKeyUntil
          ? t("app.signing.key_previous", { when: format.dateTime(previousKeyUntil) })
          : t("app.signing.key_once")
      }
    >
      <button type="button" className={styles.address} onClick={() => copy(key ?? "")}>
        <span>{key}</span>
      </button>
      <Row before={<CopyIcon />} tone="accent" title={t("app.signing.copy_key")} onClick={() => copy(key ?? "")} />
    </Section>
  );
}

function Place({
  signing,
  onChange,
}: {
  signing: SigningContract;
  onChange(part: Partial<SigningContract>): void;
}): JSX.Element {
  const t = useT();
  return (
    <Section header={t("app.signing.how")}>
      <Field
        kind="select"
        label={t("app.signing.in")}
        value={signing.in}
        choices={(["header", "parameter"] as const).map((value) => ({ value, label: t(`app.signing.${value}`) }))}
        onChange={(value) => onChange({ in: value === "parameter" ? "parameter" : "header" })}
      />
      <Field
        label={t("app.signing.name")}
        value={signing.name}
        onChange={(name) => onChange({ name })}
        maxLength={64}
        isMono
      />
      <Field
        label={t("app.signing.timestamp")}
        hint={t("app.signing.timestamp_hint")}
        value={signing.timestampName ?? ""}
        onChange={(name) => onChange({ timestampName: name === "" ? null : name })}
        maxLength={64}
        isMono
      />
      {signing.timestampName !== null && (
        <Field
          kind="select"
          label={t("app.signing.window")}
          value={String(signing.windowSec)}
          choices={[...new Set([...windows, signing.windowSec])].map((value) => ({
            value: String(value),
            label: windowText(t, value),
          }))}
          onChange={(value) => onChange({ windowSec: Number(value) })}
        />
      )}
    </Section>
  );
}

function Recipe({ signing }: { signing: SigningContract }): JSX.Element {
  const t = useT();
  const copy = useCopy();
  const example = signedCurl("https://…/in/…", sample, signing);
  return (
    <Section header={t("app.signing.recipe")} footer={t("app.signing.recipe_body")}>
      <p className={styles.note}>{t("app.signing.recipe_text")}</p>
      <pre className={codeStyles.code}>{example}</pre>
      <Row before={<CopyIcon />} tone="accent" title={t("app.signing.copy_example")} onClick={() => copy(example)} />
    </Section>
  );
}

function Ending({
  connection,
  onRotated,
  onOff,
}: {
  connection: Connection;
  onRotated(made: ChangedSigning): void;
  onOff(): void;
}): JSX.Element {
  const t = useT();
  const rotate = useChangeSigning(connection.id);
  const change = useChangeConnection(connection.id);
  const onError = useComplaint();
  const renew = async () => {
    const isSure = await ask({
      title: t("app.signing.rotate_title"),
      message: t("app.signing.rotate_text", { hours: defaultOverlapHours }),
      confirm: t("app.signing.rotate_confirm"),
      cancel: t("app.action.cancel"),
    });
    if (!isSure) return;
    rotate.mutate(
      { overlapHours: defaultOverlapHours },
      {
        onSuccess: (made) => {
          haptics.succeeded();
          onRotated(made);
          window.scrollTo({ top: 0 });
        },
        onError,
      },
    );
  };
  const switchOff = async () => {
    const isSure = await ask({
      title: t("app.signing.off_title"),
      message: t("app.signing.off_text"),
      confirm: t("app.signing.off_confirm"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (!isSure) return;
    change.mutate(
      { kind: "unsigned" },
      {
        onSuccess: () => {
          haptics.succeeded();
          onOff();
          toast(t("app.saved"));
        },
        onError,
      },
    );
  };
  return (
    <Section>
      <Row
        before={<ReplayIcon />}
        tone="accent"
        title={t("app.signing.rotate")}
        isDisabled={rotate.isPending}
        onClick={() => void renew()}
      />
      <Row
        before={<TrashIcon />}
        tone="danger"
        title={t("app.signing.switch_off")}
        isDisabled={change.isPending}
        onClick={() => void switchOff()}
      />
    </Section>
  );
}
