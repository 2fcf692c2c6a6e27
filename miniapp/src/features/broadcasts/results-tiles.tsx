import type { AnswerCounts, EarnedMoney } from "@backend/modules/broadcasts/result-contracts.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Section } from "@miniapp/shared/ui/index.ts";
import { Tiles } from "@miniapp/shared/ui/tiles.tsx";
import type { JSX } from "react";

export const currenciesShown = 3;

interface Summed {
  counts: AnswerCounts;
  rates: Readonly<Record<"clicked" | "replied" | "converted" | "optedOut" | "blocked", number | null>>;
  money: readonly EarnedMoney[];
}

/** One broadcast, or many together, in a few figures. `sentNote` stands below what was sent. */
export function ResultTiles({ of, sentNote }: { of: Summed; sentNote: string }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { counts, rates, money } = of;
  const share = (rate: number | null) =>
    rate === null ? "–" : t("app.results.share_of_sent", { share: format.percent(rate) });
  const tiles = [
    { name: t("app.results.sent"), value: format.number(counts.sent), note: sentNote },
    { name: t("app.results.clicked"), value: format.number(counts.clicked), note: share(rates.clicked) },
    { name: t("app.results.converted"), value: format.number(counts.converted), note: share(rates.converted) },
    { name: t("app.results.replied"), value: format.number(counts.replied), note: share(rates.replied) },
    {
      name: t("app.results.blocked"),
      value: format.number(counts.blocked),
      note: rates.blocked === null ? "–" : t("app.results.share_of_tried", { share: format.percent(rates.blocked) }),
    },
    { name: t("app.results.opted_out"), value: format.number(counts.optedOut), note: share(rates.optedOut) },
    ...money.slice(0, currenciesShown).map(({ currency, amount, perThousand }) => ({
      name: t("app.results.revenue", { currency: currency ?? t("app.results.no_currency") }),
      value: format.money(amount, currency),
      note: perThousand === null ? "–" : t("app.results.per_thousand", { amount: format.money(perThousand, currency) }),
    })),
  ];
  return (
    <Section>
      <Tiles label={t("app.results.totals")} tiles={tiles} />
    </Section>
  );
}
