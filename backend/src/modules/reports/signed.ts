import type { Locale } from "@db/schema/identity.ts";

/** "+20", "−61": a change, with its sign. */
export const signed = (value: number, locale: Locale): string =>
  new Intl.NumberFormat(locale, { signDisplay: "exceptZero" }).format(value).replace("-", "−");
