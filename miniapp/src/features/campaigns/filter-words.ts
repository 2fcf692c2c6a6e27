import type { AppTranslator, Locale } from "@miniapp/shared/i18n.ts";
import type { Flow } from "./flow-api.ts";

type Filter = Flow["filters"][number];

/** More values than these are counted. */
const shownValues = 12;

/** "Country: Australia, Austria", "Operating system, except: iOS". A filter that we do not know keeps the tracker's word. */
export function filterWords(t: AppTranslator, locale: Locale, { name, mode, values }: Filter): string {
  const what = t.find(`app.shares.filter_${name}`) ?? name;
  const all = name === "country" ? values.map((code) => countryName(locale, code)) : values;
  const more = all.length - shownValues;
  const list =
    all.slice(0, shownValues).join(", ") + (more > 0 ? ` ${t("app.shares.filter_more", { count: more })}` : "");
  if (list === "") return what;
  return t(mode === "reject" ? "app.shares.filter_reject" : "app.shares.filter_accept", { what, list });
}

function countryName(locale: Locale, code: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  // Trackers take any two letters for a country; Intl gives those back that it does not know.
  return new Intl.DisplayNames(locale, { type: "region" }).of(code) ?? code;
}
