/** What a connection's parameters mean: chosen by a tap on a call that it has received, and tried on its last calls at once. */
import { isMeaning, type Meaning, meanings, withMeaning } from "@backend/modules/conversions/domain/parameter-map.ts";
import type { CallFact } from "@backend/modules/conversions/domain/tracker-kinds.ts";
import { href } from "@miniapp/app/paths.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { type AppKey, type AppTranslator, useT } from "@miniapp/shared/i18n.ts";
import { useGoUp } from "@miniapp/shared/navigation.tsx";
import { haptics, useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import { Badge, Empty, InboxIcon, Row, Screen, Section, toast, useIsOffline } from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { keepPreviousData, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useParams } from "wouter";
import styles from "./address.module.css";
import { type CallReadings, connectionQuery, readingsQuery, useChangeConnection } from "./api.ts";
import { StatusAvatar, statusKey } from "./status.tsx";
import { useComplaint } from "./use-settings.ts";

type Map = Record<string, string>;
type Call = CallReadings["calls"][number];
type Parameter = Call["parameters"][number];

/** While nothing has come, somebody is about to make a call. */
const pollMs = 3_000;
/** Stands for no meaning of its own. */
const unmap = "";

const names = {
  subid: "app.meaning.subid",
  tid: "app.meaning.tid",
  rawStatus: "app.meaning.raw_status",
  amount: "app.meaning.amount",
  currency: "app.meaning.currency",
  campaignId: "app.meaning.campaign_id",
  campaignName: "app.meaning.campaign_name",
  offerId: "app.meaning.offer_id",
  offerName: "app.meaning.offer_name",
  flowId: "app.meaning.flow_id",
  landingId: "app.meaning.landing_id",
  landingName: "app.meaning.landing_name",
  creativeId: "app.meaning.creative_id",
  creativeName: "app.meaning.creative_name",
  source: "app.meaning.source",
  trafficSource: "app.meaning.traffic_source",
  externalId: "app.meaning.external_id",
  country: "app.meaning.country",
  reportedAt: "app.meaning.reported_at",
} as const satisfies Readonly<Record<CallFact, AppKey>>;

const isFact = (meaning: Meaning): meaning is CallFact => Object.hasOwn(names, meaning);
const nameOf = (t: AppTranslator, meaning: Meaning): string =>
  isFact(meaning) ? t(names[meaning]) : t("app.meaning.sub", { number: meaning.slice("sub_".length) });

/** Parameters of the last calls, each once, with its newest value. */
function parametersOf(calls: readonly Call[]): Parameter[] {
  const found = new globalThis.Map<string, Parameter>();
  for (const call of calls)
    for (const parameter of call.parameters) {
      const known = found.get(parameter.name);
      if (!known || (!known.isResolved && parameter.isResolved)) found.set(parameter.name, parameter);
    }
  return [...found.values()];
}

export default function ParametersScreen(): JSX.Element {
  const t = useT();
  const isOffline = useIsOffline();
  const { connectionId = "" } = useParams<{ connectionId: string }>();
  const { data: connection } = useSuspenseQuery(connectionQuery(connectionId));
  const back = href("connection", { connectionId });
  const goUp = useGoUp(back);
  const change = useChangeConnection(connectionId);
  const onError = useComplaint();
  const draft = useDraft<{ map: Map }>("parameters", { map: connection.parameterMap });
  const { map } = draft.value;
  useClosingConfirmation(draft.isDirty);
  const [choosing, setChoosing] = useState<string | null>(null);
  const { data } = useSuspenseQuery({
    ...readingsQuery(connectionId),
    refetchInterval: (query) => (query.state.data?.calls.length === 0 ? pollMs : false),
  });

  const save = () =>
    change.mutate(
      { kind: "settings", body: { parameterMap: map } },
      {
        onSuccess: () => {
          haptics.succeeded();
          draft.clear();
          toast(t("app.saved"), {
            undo: () => change.mutate({ kind: "settings", body: { parameterMap: connection.parameterMap } }),
          });
          goUp();
        },
        onError,
      },
    );
  const choose = (meaning: string) => {
    if (choosing === null) return;
    draft.change({ map: withMeaning(map, choosing, isMeaning(meaning) ? meaning : null) });
  };
  const chosen = Object.entries(map).find(([, name]) => name === choosing)?.[0] ?? null;

  return (
    <Screen
      title={t("app.parameters.title")}
      subtitle={connection.name}
      back={back}
      main={
        draft.isDirty
          ? { text: t("app.action.save"), onClick: save, isBusy: change.isPending, isDisabled: isOffline }
          : undefined
      }
    >
      {data.calls.length === 0 ? (
        <Empty icon={<InboxIcon size={30} />} title={t("app.parameters.empty")} text={t("app.parameters.empty_text")} />
      ) : (
        <Readings connectionId={connectionId} received={data} map={map} onChoose={setChoosing} />
      )}
      {choosing !== null && (
        <PickerSheet
          title={t("app.parameters.choose", { name: choosing })}
          value={chosen ?? unmap}
          options={[
            { value: unmap, label: t("app.parameters.unmap"), hint: t("app.parameters.unmap_hint") },
            ...meanings.map((meaning) => ({
              value: meaning as string,
              label: nameOf(t, meaning),
              hint: map[meaning] !== undefined && map[meaning] !== choosing ? map[meaning] : undefined,
            })),
          ]}
          onPick={choose}
          onClose={() => setChoosing(null)}
        />
      )}
    </Screen>
  );
}

/** The last calls by the map as it stands on the screen, saved or not. */
function Readings({
  connectionId,
  received,
  map,
  onChoose,
}: {
  connectionId: string;
  received: CallReadings;
  map: Map;
  onChoose(name: string): void;
}): JSX.Element {
  const t = useT();
  // What was shown stays until the new reading is there: a tap must not blank the screen.
  const { data = received } = useQuery({ ...readingsQuery(connectionId, map), placeholderData: keepPreviousData });
  const parameters = parametersOf(data.calls);
  const seen = new Set(parameters.map(({ name }) => name));
  const absent = Object.entries(map).filter(([, name]) => !seen.has(name));
  const own = new Set(Object.values(map));
  const meaningOf = (readAs: string | null) =>
    readAs !== null && isMeaning(readAs) ? nameOf(t, readAs) : t("app.parameters.nothing");
  return (
    <>
      <Section header={t("app.parameters.received")} footer={t("app.parameters.hint")}>
        {parameters.map(({ name, sample, readAs, isResolved }) => (
          <Row
            key={name}
            title={<span className={styles.parameter}>{name}</span>}
            subtitle={isResolved ? sample : t("app.parameters.no_value")}
            note={own.has(name) ? <Badge>{t("app.parameters.own")}</Badge> : undefined}
            end={<span className={readAs === null ? undefined : styles.choice}>{meaningOf(readAs)}</span>}
            onClick={() => onChoose(name)}
          />
        ))}
      </Section>
      {absent.length > 0 && (
        <Section header={t("app.parameters.absent")}>
          {absent.map(([fact, name]) => (
            <Row
              key={name}
              title={<span className={styles.parameter}>{name}</span>}
              end={<span className={styles.choice}>{meaningOf(fact)}</span>}
              onClick={() => onChoose(name)}
            />
          ))}
        </Section>
      )}
      <Section header={t("app.parameters.preview")}>
        {data.calls.slice(0, 5).map((call) => (
          <Reading key={call.id} call={call} />
        ))}
      </Section>
    </>
  );
}

function Reading({ call }: { call: Call }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { facts, reason } = call;
  const when = format.moment(call.receivedAt);
  if (facts === null)
    return (
      <Row
        title={t("app.parameters.not_read")}
        subtitle={reason === "nothing_resolved" ? t("app.parameters.unknown") : t.find(`app.refusal.${reason}`)}
        end={when}
        isWrapped
      />
    );
  const details = [facts.subid, facts.tid, facts.campaign, facts.country].filter(Boolean).join(" · ");
  const amount = facts.amount === null ? "" : ` · ${format.money(facts.amount, facts.currency)}`;
  return (
    <Row
      before={<StatusAvatar status={facts.status} />}
      title={`${t(statusKey(facts.status))}${amount}`}
      subtitle={details || undefined}
      end={when}
    />
  );
}
