/** What the variants of a broadcast brought, what the figures say of it, and the choice of a winner. */
import { useCan } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { type Format, useFormat } from "@miniapp/shared/format.ts";
import { type AppTranslator, useT } from "@miniapp/shared/i18n.ts";
import { ask, Badge, Row, Section } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { ruleOf } from "./experiment-part.tsx";
import { chooseWinner, type ExperimentState, experimentQuery, type Variant } from "./schedule-api.ts";

export function ExperimentResult({ broadcastId }: { broadcastId: string }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const can = useCan();
  const { data: test } = useSuspenseQuery(experimentQuery(broadcastId));
  const choose = useAct(chooseWinner, { stale: ["broadcasts"] });
  const pick = async (key: Variant["key"]) => {
    const message = t(test.editLosers ? "app.experiment.choose_ask_edit" : "app.experiment.choose_ask", { key });
    const words = { title: t("app.experiment.choose", { key }), message };
    if (await ask({ ...words, confirm: t("app.experiment.choose_yes"), cancel: t("app.action.cancel") }))
      choose.run({ broadcastId, key });
  };
  return (
    <>
      <Section header={t("app.experiment.result")} footer={ruleOf(t)}>
        {test.variants.map((variant) => (
          <VariantRow key={variant.key} test={test} variant={variant} />
        ))}
        <Row title={verdictOf(t, format, test)} subtitle={stateOf(t, format, test)} isWrapped />
      </Section>
      {test.canChoose && can("broadcasts.send") && (
        <Section>
          {test.variants.map(({ key }) => (
            <Row
              key={key}
              tone="accent"
              title={t("app.experiment.choose", { key })}
              isDisabled={choose.isOff}
              onClick={() => void pick(key)}
            />
          ))}
        </Section>
      )}
    </>
  );
}

function VariantRow({
  test,
  variant,
}: {
  test: ExperimentState;
  variant: ExperimentState["variants"][number];
}): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { key, sent, clicked, converted } = variant;
  const events = test.measure === "clicks" ? clicked : converted;
  const mark =
    test.winner === key
      ? ({ tone: "good", text: t("app.experiment.winner") } as const)
      : test.winner === null && test.verdict.key === key
        ? ({ tone: "neutral", text: t("app.experiment.leads") } as const)
        : null;
  return (
    <Row
      title={t("app.experiment.variant", { key })}
      end={format.percent(sent === 0 ? 0 : events / sent)}
      subtitle={t("app.experiment.reached", { sent: format.number(sent), events: format.number(events) })}
      note={mark && <Badge tone={mark.tone}>{mark.text}</Badge>}
      isNoteBelow
    />
  );
}

function verdictOf(t: AppTranslator, format: Format, { verdict }: ExperimentState): string {
  const key = verdict.key ?? "";
  if (verdict.kind === "too_few") return t("app.experiment.verdict_too_few");
  if (verdict.kind === "close") return t("app.experiment.verdict_close", { key });
  // Smaller than what the figure can show is still not nothing.
  return t("app.experiment.verdict_winner", { key, percent: format.percent(Math.max(0.001, verdict.p ?? 0)) });
}

function stateOf(t: AppTranslator, format: Format, test: ExperimentState): string | undefined {
  if (test.winner !== null && test.decidedAt !== null)
    return t("app.experiment.decided", { key: test.winner, when: format.dateTime(test.decidedAt) });
  if (test.isAsked) return t("app.experiment.asked");
  return test.decidesAt === null ? undefined : t("app.experiment.decides", { when: format.dateTime(test.decidesAt) });
}
