import { href } from "@miniapp/app/paths.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { oneOf } from "@miniapp/features/operations/use-filters.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import {
  ask,
  Fact,
  Field,
  Loading,
  Row,
  Screen,
  Section,
  Skeleton,
  Switch,
  TrashIcon,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import { Fragment, type JSX, useState } from "react";
import { Redirect, useParams } from "wouter";
import { useCan } from "../identity/me.ts";
import {
  checkConnection,
  connectionsQuery,
  connectProvider,
  disconnect,
  type FormerConnection,
  forgetKey,
  type PaymentConnection,
  reconcile,
  switchConnection,
} from "./api.ts";
import { ConnectionBadge } from "./badges.tsx";

const known = ["crypto_pay", "yookassa", "stars"] as const;
type Provider = (typeof known)[number];

export default function ProviderScreen(): JSX.Element {
  const t = useT();
  const params = useParams<{ provider: string }>();
  const provider = oneOf(known, params.provider);
  if (!provider) return <Redirect to={href("paymentConnections")} replace />;
  return (
    <Screen title={t(`app.payments.provider.${provider}`)} back={href("paymentConnections")}>
      <Loading
        skeleton={
          <>
            <Skeleton rows={3} />
            <Skeleton rows={4} />
          </>
        }
      >
        <Page provider={provider} />
      </Loading>
    </Screen>
  );
}

function Page({ provider }: { provider: Provider }): JSX.Element {
  const can = useCan();
  const query = useSuspenseQuery(connectionsQuery);
  const connection = query.data.items.find((one) => one.provider === provider);
  const former = query.data.former.filter((one) => one.provider === provider);
  const mayManage = can("payments.manage");
  return (
    <>
      <Freshness of={query} />
      {connection && <Health connection={connection} />}
      {mayManage && <Keys provider={provider} isConnected={connection !== undefined} />}
      {connection && mayManage && <Deeds connection={connection} />}
      {former.length > 0 && <Former accounts={former} mayManage={mayManage} />}
    </>
  );
}

function Health({ connection }: { connection: PaymentConnection }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { problem, problemSince, refused, reconciled } = connection;
  const sentence = problem && (t.find(`payments.provider.${problem}`) ?? problem);
  return (
    <>
      <Section
        footer={
          sentence &&
          (problemSince ? `${sentence} ${t("app.payments.since", { when: format.ago(problemSince) })}` : sentence)
        }
      >
        <Row
          title={connection.name}
          subtitle={connection.account}
          after={<ConnectionBadge connection={connection} />}
        />
        {connection.isFromEnvironment && <Row title={t("app.payments.from_environment")} isWrapped />}
        <Row title={t("app.payments.currencies")} end={connection.currencies.join(", ")} />
        {connection.heardAt && <Row title={t("app.payments.heard")} end={format.ago(connection.heardAt)} />}
        {refused.count > 0 && (
          <Row
            title={t("app.payments.refused")}
            end={format.number(refused.count)}
            subtitle={refused.why && (t.find(`app.payments.refused.${refused.why}`) ?? refused.why)}
            note={refused.at && format.moment(refused.at)}
          />
        )}
      </Section>
      {connection.webhookUrl && (
        <Section footer={t(`app.payments.webhook_text.${connection.provider}`)}>
          <Fact name={t("app.payments.webhook")} value={connection.webhookUrl} canCopy isMono />
        </Section>
      )}
      {reconciled && (
        <Section
          header={t("app.payments.reconciled")}
          footer={
            connection.reconciledUntil
              ? t("app.payments.reconciled_until", { when: format.dateTime(connection.reconciledUntil) })
              : undefined
          }
        >
          <Row title={t("app.payments.reconciled.seen")} end={format.number(reconciled.seen)} />
          <Row title={t("app.payments.reconciled.found")} end={format.number(reconciled.found)} />
          <Row title={t("app.payments.reconciled.refunds")} end={format.number(reconciled.refunds)} />
          <Row title={t("app.payments.reconciled.missing")} end={format.number(reconciled.missing)} />
        </Section>
      )}
    </>
  );
}

/** Keys live in this screen's memory until they are sent, and in no draft. Stars need none: the bot has them. */
function Keys({ provider, isConnected }: { provider: Provider; isConnected: boolean }): JSX.Element | null {
  const t = useT();
  const [token, setToken] = useState("");
  const [shopId, setShopId] = useState("");
  const [secretKey, setSecretKey] = useState("");
  const connect = useAct(connectProvider, {
    stale: ["payments", "shop"],
    done: t("app.payments.connected"),
    onDone: () => {
      setToken("");
      setShopId("");
      setSecretKey("");
    },
  });
  if (provider === "stars" && isConnected) return null;
  const body =
    provider === "crypto_pay"
      ? token.trim() !== "" && { provider, token: token.trim() }
      : provider === "yookassa"
        ? shopId.trim() !== "" &&
          secretKey.trim() !== "" && { provider, shopId: shopId.trim(), secretKey: secretKey.trim() }
        : { provider };
  return (
    <Section
      header={t(isConnected ? "app.payments.new_keys" : "app.payments.connect")}
      footer={t(`app.payments.how.${provider}`)}
    >
      {provider === "crypto_pay" && (
        <Field
          label={t("app.payments.token")}
          value={token}
          onChange={setToken}
          kind="password"
          maxLength={200}
          isMono
        />
      )}
      {provider === "yookassa" && (
        <>
          <Field
            label={t("app.payments.shop_id")}
            value={shopId}
            onChange={setShopId}
            inputMode="numeric"
            maxLength={40}
          />
          <Field
            label={t("app.payments.secret_key")}
            value={secretKey}
            onChange={setSecretKey}
            kind="password"
            maxLength={200}
            isMono
          />
        </>
      )}
      <Row
        title={t(isConnected ? "app.payments.replace_keys" : "app.payments.connect")}
        tone="accent"
        onClick={() => body && connect.run(body)}
        isDisabled={connect.isOff || body === false}
      />
    </Section>
  );
}

function Deeds({ connection }: { connection: PaymentConnection }): JSX.Element {
  const t = useT();
  const go = useGo();
  const { id, isOn } = connection;
  const change = useAct(switchConnection, { stale: ["payments", "shop"] });
  const check = useAct(checkConnection, {
    stale: ["payments"],
    done: t("app.payments.was_checked"),
  });
  const compare = useAct(reconcile, { stale: ["payments"], done: t("app.payments.comparing") });
  const remove = useAct(disconnect, {
    stale: ["payments", "shop"],
    done: t("app.payments.disconnected"),
    onDone: () => go(href("paymentConnections"), { replace: true }),
  });
  const onRemove = async () => {
    const isSure = await ask({
      title: t(`app.payments.provider.${connection.provider}`),
      message: t("app.payments.disconnect_text"),
      confirm: t("app.payments.disconnect"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (isSure) remove.run(id);
  };
  return (
    <>
      <Section footer={t("app.payments.on_text")}>
        <Switch
          label={t("app.payments.takes_money")}
          isOn={isOn}
          isDisabled={change.isOff}
          onChange={(next) => change.run({ id, isOn: next })}
        />
        <Row title={t("app.payments.check_key")} tone="accent" onClick={() => check.run(id)} isDisabled={check.isOff} />
        <Row
          title={t("app.payments.compare")}
          tone="accent"
          onClick={() => compare.run(id)}
          isDisabled={compare.isOff}
        />
      </Section>
      <Section>
        <Row
          before={<TrashIcon />}
          title={t("app.payments.disconnect")}
          tone="danger"
          onClick={() => void onRemove()}
          isDisabled={remove.isOff}
        />
      </Section>
    </>
  );
}

/** Accounts that were given up and still have their key, for money that came by them. */
function Former({ accounts, mayManage }: { accounts: FormerConnection[]; mayManage: boolean }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const forget = useAct(forgetKey, { stale: ["payments"], done: t("app.payments.key_forgotten") });
  const onForget = async ({ id, name }: FormerConnection) => {
    const isSure = await ask({
      title: name,
      message: t("app.payments.former_text"),
      confirm: t("app.payments.forget_key"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (isSure) forget.run(id);
  };
  return (
    <Section header={t("app.payments.former")} footer={t("app.payments.former_text")}>
      {accounts.map((one) => (
        <Fragment key={one.id}>
          <Row
            title={one.name}
            subtitle={one.account}
            note={t("app.payments.former_since", { when: format.moment(one.disconnectedAt) })}
            isNoteBelow
          />
          {mayManage && (
            <Row
              before={<TrashIcon />}
              title={t("app.payments.forget_key")}
              tone="danger"
              onClick={() => void onForget(one)}
              isDisabled={forget.isOff}
            />
          )}
        </Fragment>
      ))}
    </Section>
  );
}
