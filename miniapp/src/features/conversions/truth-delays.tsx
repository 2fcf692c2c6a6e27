import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Chart } from "@miniapp/shared/ui/chart.tsx";
import { Section } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useParams } from "wouter";
import { type Distribution, delaysQuery } from "./truth-api.ts";

/** How long conversions took on their two ways. Nothing at all while nothing is known. */
export default function TruthDelays(): JSX.Element | null {
  const t = useT();
  const { connectionId = "" } = useParams<{ connectionId: string }>();
  const { days, toUs, toChat } = useSuspenseQuery(delaysQuery(connectionId)).data;
  if (toUs.count + toChat.count === 0) return null;
  return (
    <Section header={t("app.truth.delays")} footer={t("app.truth.delays_footer", { days })}>
      {toUs.count > 0 && <Delay label={t("app.truth.to_us")} of={toUs} />}
      {toChat.count > 0 && <Delay label={t("app.truth.to_chat")} of={toChat} />}
    </Section>
  );
}

function Delay({ label, of }: { label: string; of: Distribution }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const points = of.bars.map(({ upToMs, count }, index) => ({
    label:
      upToMs === null
        ? t("app.truth.over", { duration: format.duration(of.bars[index - 1]?.upToMs ?? 0) })
        : t("app.truth.up_to", { duration: format.duration(upToMs) }),
    values: [count],
  }));
  return (
    <Chart
      label={label}
      series={[{ name: label, tone: "accent" }]}
      points={points}
      format={(count) => t("app.truth.conversions", { count })}
      summary={t("app.truth.delay_summary", {
        half: format.duration(of.p50Ms ?? 0),
        most: format.duration(of.p95Ms ?? 0),
      })}
    />
  );
}
