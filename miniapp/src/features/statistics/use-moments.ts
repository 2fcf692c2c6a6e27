import { useFormat } from "@miniapp/shared/format.ts";
import { useMemo } from "react";
import type { Statistics } from "./api.ts";

/** Days and hours of a series in words. They are the workspace's, whatever zone the reader is in. */
export function useMoments({ by, timeZone }: Pick<Statistics, "by" | "timeZone">) {
  const { locale } = useFormat();
  return useMemo(() => {
    const language = locale === "en" ? "en-GB" : locale;
    const formatOf = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, options);
    const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
    const date = { day: "numeric", month: "short" } as const;
    const [short, long] =
      by === "hour"
        ? [formatOf({ ...time, timeZone }), formatOf({ ...date, ...time, timeZone })]
        : [formatOf({ ...date, timeZone: "UTC" }), formatOf({ ...date, weekday: "short", timeZone: "UTC" })];
    // A day has no zone: at noon in UTC it is itself.
    const moment = (key: string) => new Date(by === "hour" ? key : `${key}T12:00:00Z`);
    return {
      labelOf: (key: string) => short.format(moment(key)),
      titleOf: (key: string) => long.format(moment(key)),
    };
  }, [by, timeZone, locale]);
}
