import { type ShareMeasure, shareMeasures } from "@backend/modules/campaigns/domain/advice.ts";
import { isSame, type ShareRow } from "@backend/modules/campaigns/domain/shares.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Button, Chips, Empty, Failure, Row, Section, Skeleton, Tabs, WarningIcon } from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import Big from "big.js";
import { type JSX, useState } from "react";
import { type Advice, adviceQuery } from "../figures-api.ts";
import styles from "./advice-part.module.css";

/** A row as it could be; the share of each active row, so that they sum to 100. */
export interface AdvisedShare {
  id: string;
  share: number;
}

export interface AdvicePartProps {
  flowId: string;
  /** As they are on the screen and with the server: of the draft, or of the tracker where there is none. */
  rows: readonly ShareRow[];
  isDraft: boolean;
  /** The person took the suggestion: every active row with its share. Nothing has been changed yet. */
  onApply(rows: AdvisedShare[]): void;
}

const periods = ["7", "30"] as const;

/** The suggestion with what it rests on. It is asked for anew with another measure or period, and for rows that have changed. */
export default function AdvicePart({ flowId, rows, isDraft, onApply }: AdvicePartProps): JSX.Element {
  const t = useT();
  const [by, setBy] = useState<ShareMeasure>("epc");
  const [period, setPeriod] = useState<(typeof periods)[number]>("7");
  const found = useQuery(adviceQuery(flowId, { by, period }, rows));
  return (
    <>
      <Tabs<ShareMeasure>
        label={t("app.campaign_reports.advice.by")}
        choices={shareMeasures.map((value) => ({ value, label: t(`app.campaign_reports.advice.by.${value}`) }))}
        value={by}
        onChange={setBy}
      />
      <Chips
        label={t("app.statistics.period")}
        choices={periods.map((value) => ({ value, label: t(`app.statistics.period.${value}`) }))}
        value={period}
        onChange={(next) => setPeriod(next ?? period)}
      />
      {found.data ? (
        <Suggestion
          advice={found.data}
          isOfRows={isSame(found.data.offers, rows)}
          isDraft={isDraft}
          onApply={onApply}
        />
      ) : found.isError ? (
        <Failure error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <Skeleton rows={4} height={84} />
      )}
    </>
  );
}

interface SuggestionProps extends Pick<AdvicePartProps, "isDraft" | "onApply"> {
  advice: Advice;
  /** False: the flow has changed on its way here, and the screen behind is about to. */
  isOfRows: boolean;
}

function Suggestion({ advice, isOfRows, isDraft, onApply }: SuggestionProps): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { obstacle, offers, rule } = advice;
  const least = { clicks: format.number(rule.clicks), conversions: format.number(rule.conversions) };
  const changes = offers.some(({ suggested, share }) => suggested !== null && suggested !== share);
  const taken = offers.flatMap(({ id, suggested }) => (suggested === null ? [] : [{ id, share: suggested }]));
  if (offers.length === 0) return <Empty title={t("app.campaign_reports.advice.no_offers")} />;
  return (
    <>
      {obstacle !== null && (
        <Empty
          title={t(`app.campaign_reports.advice.${obstacle}`)}
          text={t(`app.campaign_reports.advice.${obstacle}_text`, least)}
        />
      )}
      {advice.problem !== null && (
        <div role="status">
          <Section>
            <Row
              before={<WarningIcon />}
              title={t("app.campaign_reports.last_known", { moment: format.moment(advice.readAt) })}
              subtitle={advice.problem}
              isWrapped
            />
          </Section>
        </div>
      )}
      <Section
        footer={
          <>
            {t(isDraft ? "app.campaign_reports.advice.of_draft" : "app.campaign_reports.advice.of_tracker")}{" "}
            {advice.mayBeChance && <b>{t("app.campaign_reports.advice.chance")} </b>}
            {t("app.campaign_reports.advice.rule", {
              ...least,
              alone: format.number(rule.clicksAlone),
              confidence: format.percent(rule.confidence),
            })}{" "}
            {t("app.campaign_reports.read", { time: format.moment(advice.readAt), zone: advice.timeZone })}
            {advice.by === "epc" && advice.currency === null && <> {t("app.campaign_reports.currency_unknown")}</>}
          </>
        }
      >
        {offers.map((offer) => (
          <Offer key={offer.id} offer={offer} by={advice.by} currency={advice.currency} />
        ))}
      </Section>
      {obstacle === null && (
        <div className={styles.use}>
          {!isOfRows && <p role="status">{t("app.campaign_reports.advice.changed")}</p>}
          <Button onClick={() => onApply(taken)} isDisabled={!changes || !isOfRows} isWide>
            {t(changes ? "app.campaign_reports.advice.use" : "app.campaign_reports.advice.unchanged")}
          </Button>
        </div>
      )}
    </>
  );
}

interface OfferProps {
  offer: Advice["offers"][number];
  by: ShareMeasure;
  currency: string | null;
}

const shortDigits = 4;

function Offer({ offer, by, currency }: OfferProps): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { share, suggested, value, leftOut } = offer;
  const inWords = (amount: string) =>
    by === "epc"
      ? format.money(new Big(amount).round(shortDigits).toFixed(), currency)
      : format.percent(Number(new Big(amount).minus(1)));
  const interval = value && {
    estimate: inWords(value.estimate),
    low: inWords(value.low),
    high: inWords(value.high),
  };
  return (
    <Row
      title={offer.name ?? t("app.campaign_reports.number.offer", { ref: offer.id })}
      end={
        suggested === null || suggested === share ? (
          t("app.campaign_reports.advice.same", { share: String(share) })
        ) : (
          <b>{t("app.campaign_reports.advice.now", { from: String(share), to: String(suggested) })}</b>
        )
      }
      isWrapped
      subtitle={
        <>
          {interval && <>{t(`app.campaign_reports.advice.${by}`, interval)} · </>}
          {t("app.campaign_reports.advice.counts", {
            clicks: format.number(offer.clicks),
            conversions: format.number(offer.conversions),
          })}
          {leftOut && <> · {t(`app.campaign_reports.advice.left_out.${leftOut}`)}</>}
        </>
      }
    />
  );
}
