/** A flow in its campaign: whom it is for, and how it shares its traffic. */
import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Badge, Row } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { FlowSummary } from "./api.ts";
import { useStateWords } from "./campaign-row.tsx";
import styles from "./campaigns.module.css";
import { audienceWords, shareWords } from "./flow-words.ts";

export function FlowRow({ flow, hasWeight }: { flow: FlowSummary; hasWeight: boolean }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const isOdd = flow.total !== null && flow.total !== 100;
  return (
    <Row
      to={href("flow", { flowId: flow.id })}
      title={flow.name}
      isWrapped
      subtitle={
        <>
          <span className={styles.line}>{audienceWords(flow.filters, t)}</span>
          <ShareBar flow={flow} />
          <span className={styles.line}>{shareWords(flow, t, format)}</span>
          {flow.landings > 0 && (
            <span className={styles.line}>{t("app.campaigns.flow.landings", { count: flow.landings })}</span>
          )}
          {isOdd && (
            <span className={styles.warn}>
              {t("app.campaigns.flow.total", { total: format.percent((flow.total ?? 0) / 100) })}
            </span>
          )}
        </>
      }
      note={<Badges flow={flow} hasWeight={hasWeight} />}
      isNoteBelow
    />
  );
}

function ShareBar({ flow }: { flow: FlowSummary }): JSX.Element | null {
  const total = flow.total ?? 0;
  if (total <= 0) return null;
  const whole = Math.max(100, total);
  return (
    <span className={styles.bar} aria-hidden="true">
      {flow.offers
        .filter(({ share }) => share > 0)
        .map(({ id, share }) => (
          <span key={id} style={{ inlineSize: `${(share / whole) * 100}%` }} />
        ))}
    </span>
  );
}

function Badges({ flow, hasWeight }: { flow: FlowSummary; hasWeight: boolean }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  const stateWords = useStateWords();
  const { type, state, weight } = flow;
  const badges = [
    type === "forced" && <Badge key="type">{t("app.campaigns.flow.forced")}</Badge>,
    type === "default" && <Badge key="type">{t("app.campaigns.flow.default")}</Badge>,
    hasWeight && type === "regular" && weight !== null && (
      <Badge key="weight">{t("app.campaigns.flow.weight", { weight: format.number(weight) })}</Badge>
    ),
    state !== "active" && (
      <Badge key="state">{state === "disabled" ? t("app.campaigns.flow.off") : stateWords(state)}</Badge>
    ),
    flow.hasDraft && (
      <Badge key="draft" tone="warn">
        {t("app.campaigns.flow.draft")}
      </Badge>
    ),
    flow.isDrifted && (
      <Badge key="drift" tone="warn">
        {t("app.campaigns.flow.drifted")}
      </Badge>
    ),
  ].filter(Boolean);
  return badges.length === 0 ? null : <span className={styles.badges}>{badges}</span>;
}
