/** One connection: how it is doing, its address, and everything that can be changed about it. */
import { defaultOverlapHours } from "@backend/modules/conversions/domain/connection-settings.ts";
import { kinds } from "@backend/modules/conversions/domain/tracker-kinds.ts";
import { href } from "@miniapp/app/paths.ts";
import { Loaded } from "@miniapp/shared/code.tsx";
import { useFormat } from "@miniapp/shared/format.ts";
import { isLocale, sentenceOf, useT, withWords } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import {
  ask,
  Badge,
  BoltIcon,
  CopyIcon,
  EyeIcon,
  Fact,
  Field,
  Loading,
  PauseIcon,
  PlayIcon,
  ReplayIcon,
  Row,
  Screen,
  Section,
  Skeleton,
  TrashIcon,
  toast,
  useCopy,
  WarningIcon,
} from "@miniapp/shared/ui/index.ts";
import { useMutation, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useParams } from "wouter";
import { useCan } from "../identity/me.ts";
import { Address, SetUpGuide } from "./address.tsx";
import {
  type Connection,
  type ConnectionChange,
  connectionQuery,
  type PostbackAddress,
  revealAddress,
  useChangeConnection,
  useDeleteConnection,
  useRotateSecret,
  useSendTest,
} from "./api.ts";
import { FirstPostback } from "./first-postback.tsx";
import { Guards, guardRefusals } from "./guards.tsx";
import { healthTone } from "./status.tsx";
import { TargetPicker } from "./target-picker.tsx";

const loadTruthPart = withWords("truth", () => import("./truth-part.tsx"));
/** A part that fails, or is slow, leaves the rest of the screen as it is. */
const TruthPart = () => (
  <Loading skeleton={<Skeleton rows={2} />}>
    <Loaded name="truth-part" load={loadTruthPart} />
  </Loading>
);

export default function ConnectionScreen(): JSX.Element {
  const { connectionId = "" } = useParams<{ connectionId: string }>();
  const { data: connection } = useSuspenseQuery(connectionQuery(connectionId));
  const { mayManage } = connection;
  return (
    <Screen title={connection.name} back={href("connections")}>
      <Health connection={connection} />
      {connection.kind === "keitaro" && <TruthPart />}
      {mayManage && <AddressPart connection={connection} />}
      <Settings connection={connection} mayManage={mayManage} />
      <Guards connection={connection} />
      <Links connection={connection} />
      {mayManage && <Ending connection={connection} />}
    </Screen>
  );
}

function Health({ connection }: { connection: Connection }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { health, lastEventAt, lastRefusal, lastRefusedAt } = connection;
  const text =
    health === "receiving"
      ? t("app.health.receiving_text", { when: format.ago(lastEventAt ?? connection.createdAt) })
      : t(`app.health.${health}_text`);
  const refusal = lastRefusal === null ? undefined : t.find(`app.refusal.${lastRefusal}`);
  // Turned away at the door: worth saying also while other calls come through.
  const isUnmapped =
    connection.kind === "generic" && lastRefusal === "nothing_resolved" && lastEventAt === null && connection.mayManage;
  const isTurnedAway = lastRefusal !== null && guardRefusals.has(lastRefusal) && lastRefusedAt !== null;
  return (
    <Section>
      <Row
        title={text}
        note={<Badge tone={healthTone[health]}>{t(`app.health.${health}`)}</Badge>}
        subtitle={
          health === "receiving" || isTurnedAway ? undefined : isUnmapped ? t("app.parameters.unknown") : refusal
        }
        isNoteBelow
        isWrapped
      />
      {isTurnedAway && (
        <Row
          before={<WarningIcon />}
          title={refusal}
          subtitle={t("app.guards.refused", { when: format.ago(lastRefusedAt) })}
          isWrapped
          {...(connection.mayManage
            ? {
                to: href(lastRefusal === "sender_not_allowed" ? "senders" : "signing", { connectionId: connection.id }),
              }
            : {})}
        />
      )}
      {isUnmapped && (
        <Row tone="accent" title={t("app.parameters.say")} to={href("parameters", { connectionId: connection.id })} />
      )}
      {health === "waiting" && <FirstPostback connectionId={connection.id} />}
      <Row title={t("app.connections.last_day", { count: connection.conversionsLastDay })} />
    </Section>
  );
}

function AddressPart({ connection }: { connection: Connection }): JSX.Element {
  const t = useT();
  const copy = useCopy();
  const tracker = kinds[connection.kind].title;
  const [address, setAddress] = useState<PostbackAddress | null>(null);
  const reveal = useMutation({ mutationFn: () => revealAddress(connection.id) });
  const rotate = useRotateSecret(connection.id);
  const test = useSendTest(connection.id);
  const onError = (error: unknown) => {
    haptics.failed();
    toast(sentenceOf(t, error));
  };

  const renew = async () => {
    const isSure = await ask({
      title: t("app.connection.rotate_title"),
      message: t("app.connection.rotate_text", { hours: defaultOverlapHours }),
      confirm: t("app.connection.rotate_confirm"),
      cancel: t("app.action.cancel"),
    });
    if (!isSure) return;
    rotate.mutate(defaultOverlapHours, {
      onSuccess: (fresh) => {
        haptics.succeeded();
        setAddress(fresh);
        toast(t("app.connection.rotated"));
      },
      onError,
    });
  };

  return (
    <>
      {address ? (
        <>
          <Address address={address} header={t("app.connection.address")} />
          {connection.firstEventAt === null && (
            <SetUpGuide
              kind={connection.kind}
              header={tracker === null ? t("app.tracker.guide_generic") : t("app.tracker.guide", { tracker })}
            />
          )}
        </>
      ) : null}
      <Section {...(address ? {} : { header: t("app.connection.address"), footer: t("app.connection.address_hint") })}>
        {address ? (
          <Row
            before={<CopyIcon />}
            tone="accent"
            title={t("app.connection.copy_curl")}
            onClick={() => copy(address.sampleCurl)}
          />
        ) : (
          <Row
            before={<EyeIcon />}
            tone="accent"
            title={t("app.connection.reveal")}
            isDisabled={reveal.isPending}
            onClick={() => reveal.mutate(undefined, { onSuccess: setAddress, onError })}
          />
        )}
        {connection.target && connection.state === "active" && (
          <Row
            before={<BoltIcon />}
            tone="accent"
            title={t("app.connection.test")}
            isDisabled={test.isPending}
            onClick={() =>
              test.mutate(undefined, {
                onSuccess: () => {
                  haptics.succeeded();
                  toast(t("app.connection.test_sent"));
                },
                onError,
              })
            }
          />
        )}
        <Row
          before={<ReplayIcon />}
          tone="accent"
          title={t("app.connection.rotate")}
          isDisabled={rotate.isPending}
          onClick={() => void renew()}
        />
      </Section>
    </>
  );
}

/** Settings act at once; each leaves a toast that takes it back. */
function Settings({ connection, mayManage }: { connection: Connection; mayManage: boolean }): JSX.Element {
  const t = useT();
  const change = useChangeConnection(connection.id);
  const [isPicking, setPicking] = useState(false);
  const [name, setName] = useState(connection.name);
  const [currency, setCurrency] = useState(connection.defaultCurrency ?? "");
  const words = Object.keys(connection.statusMap).length;

  const apply = (next: ConnectionChange, back: ConnectionChange, said: string = t("app.saved")) =>
    change.mutate(next, {
      onSuccess: () => toast(said, { undo: () => change.mutate(back) }),
      onError: (error) => {
        haptics.failed();
        toast(sentenceOf(t, error));
        setName(connection.name);
        setCurrency(connection.defaultCurrency ?? "");
      },
    });
  const settings = (body: Extract<ConnectionChange, { kind: "settings" }>["body"]): ConnectionChange => ({
    kind: "settings",
    body,
  });

  if (!mayManage)
    return (
      <Section header={t("app.connection.settings")} footer={t("app.guards.not_yours")}>
        <Fact name={t("app.tracker.title")} value={kinds[connection.kind].title ?? t("app.tracker.generic")} />
        <Row title={t("app.connection.target")} end={connection.target?.name ?? t("app.health.no_target")} />
        <Row title={t("app.connection.language")} end={t(`app.languages.${connection.locale}`)} />
        <Fact name={t("app.connection.currency")} value={connection.defaultCurrency} />
      </Section>
    );
  return (
    <Section header={t("app.connection.settings")}>
      <Row title={t("app.tracker.title")} end={kinds[connection.kind].title ?? t("app.tracker.generic")} />
      <Field
        label={t("app.new_connection.name")}
        value={name}
        onChange={setName}
        maxLength={80}
        onBlur={() => {
          if (name.trim() !== connection.name) apply(settings({ name }), settings({ name: connection.name }));
        }}
      />
      <Row
        title={t("app.connection.target")}
        end={connection.target?.name ?? t("app.new_connection.target_none")}
        onClick={() => setPicking(true)}
      />
      <Row
        title={t("app.connection.statuses")}
        end={words === 0 ? t("app.connection.statuses_default") : t("app.connection.statuses_count", { count: words })}
        to={href("statusMap", { connectionId: connection.id })}
      />
      <Field
        kind="select"
        label={t("app.connection.language")}
        value={connection.locale}
        choices={(["en", "ru", "uk"] as const).map((value) => ({ value, label: t(`app.languages.${value}`) }))}
        onChange={(value) => {
          if (isLocale(value)) apply(settings({ locale: value }), settings({ locale: connection.locale }));
        }}
      />
      <Field
        label={t("app.connection.currency")}
        hint={t("app.connection.currency_hint")}
        value={currency}
        onChange={(value) => setCurrency(value.toUpperCase())}
        maxLength={5}
        onBlur={() => {
          if (currency !== (connection.defaultCurrency ?? ""))
            apply(
              settings({ defaultCurrency: currency || null }),
              settings({ defaultCurrency: connection.defaultCurrency }),
            );
        }}
      />
      {isPicking && (
        <TargetPicker
          chatId={connection.target?.chatId ?? null}
          onClose={() => setPicking(false)}
          onPick={(target) =>
            apply(
              { kind: "target", body: { chatId: target.chatId, threadId: target.threadId } },
              {
                kind: "target",
                body: { chatId: connection.target?.chatId ?? null, threadId: connection.target?.threadId ?? null },
              },
              t("app.connection.target_changed", { name: target.name }),
            )
          }
        />
      )}
    </Section>
  );
}

function Links({ connection }: { connection: Connection }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const can = useCan();
  const only = `?connectionId=${connection.id}`;
  return (
    <Section>
      {can("conversions.read") && <Row title={t("app.connection.conversions")} to={`${href("conversions")}${only}`} />}
      <Row title={t("app.connection.routes")} to={`${href("routes")}${only}`} />
      {can("inbox.read") && <Row title={t("app.connection.calls")} to={`${href("inbox")}${only}`} />}
      {connection.lastEventAt && (
        <Row title={t("app.connection.last_event")} end={format.dateTime(connection.lastEventAt)} />
      )}
      {connection.firstEventAt && (
        <Row title={t("app.connection.first_event")} end={format.dateTime(connection.firstEventAt)} />
      )}
      <Row title={t("app.connection.created")} end={format.dateTime(connection.createdAt)} />
    </Section>
  );
}

function Ending({ connection }: { connection: Connection }): JSX.Element {
  const t = useT();
  const go = useGo();
  const change = useChangeConnection(connection.id);
  const remove = useDeleteConnection(connection.id);
  const isPaused = connection.state === "paused";
  const onError = (error: unknown) => {
    haptics.failed();
    toast(sentenceOf(t, error));
  };
  const toggle = () => {
    haptics.toggled();
    const [next, back] = isPaused ? (["resume", "pause"] as const) : (["pause", "resume"] as const);
    change.mutate(
      { kind: next },
      {
        onSuccess: () =>
          toast(t(isPaused ? "app.connection.resumed" : "app.connection.paused"), {
            undo: () => change.mutate({ kind: back }),
          }),
        onError,
      },
    );
  };
  const end = async () => {
    const isSure = await ask({
      title: t("app.connection.delete_title", { name: connection.name }),
      message: t("app.connection.delete_text"),
      confirm: t("app.action.delete"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (!isSure) return;
    remove.mutate(undefined, {
      onSuccess: () => {
        haptics.succeeded();
        toast(t("app.connection.deleted"));
        go(href("connections"), { replace: true });
      },
      onError,
    });
  };
  return (
    <Section>
      <Row
        before={isPaused ? <PlayIcon /> : <PauseIcon />}
        tone="accent"
        title={t(isPaused ? "app.connection.resume" : "app.connection.pause")}
        isDisabled={change.isPending}
        onClick={toggle}
      />
      <Row
        before={<TrashIcon />}
        tone="danger"
        title={t("app.connection.delete")}
        isDisabled={remove.isPending}
        onClick={() => void end()}
      />
    </Section>
  );
}
