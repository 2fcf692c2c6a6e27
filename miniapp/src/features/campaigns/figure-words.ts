/** Figures in words: one way for tiles, tables and lines. */
import type { FigureColumn, Figures, FiguresBy } from "@backend/modules/campaigns/domain/figures.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { type AppTranslator, useT } from "@miniapp/shared/i18n.ts";
import Big from "big.js";
import type { FigureRow } from "./figures-api.ts";

const epcDigits = 4;

/** Money without a known currency stands as a bare number; screens say so once. */
export function useFigureText(currency: string | null): (column: FigureColumn, figures: Figures) => string {
  const format = useFormat();
  return (column, figures) => {
    const value = figures[column];
    if (value === null) return "–";
    if (column === "roi" || column === "cr") return format.percent(Number(value));
    if (column === "epc") return format.money(new Big(value).round(epcDigits).toFixed(), currency);
    return typeof value === "number" ? format.number(value) : format.money(value, currency);
  };
}

/** How a row is called: by its name, else by its number. */
export function useRowName(by: FiguresBy): (row: Pick<FigureRow, "key" | "name">) => string {
  const t = useT();
  const { locale } = useFormat();
  const countries = by === "country" ? new Intl.DisplayNames(locale, { type: "region", fallback: "code" }) : null;
  return ({ key, name }) => {
    if (name !== null) return name;
    if (key === "") return t("app.campaign_reports.unnamed");
    return (countries && countryIn(countries, key)) ?? numbered(t, by, key);
  };
}

/** Trackers do not check codes: one that is no region's is shown as it is. */
function countryIn(countries: Intl.DisplayNames, code: string): string {
  return (/^[A-Za-z]{2}$/.test(code) && countries.of(code.toUpperCase())) || code;
}

function numbered(t: AppTranslator, by: FiguresBy, ref: string): string {
  switch (by) {
    case "campaign":
    case "flow":
    case "offer":
    case "landing":
    case "source":
      return t(`app.campaign_reports.number.${by}`, { ref });
    default:
      return ref;
  }
}
