import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import type { JSX } from "react";
import styles from "./day-heading.module.css";

const dayMs = 86_400_000;

/** "Today", "Yesterday", else the date. */
export function DayHeading({ day, iso }: { day: string; iso: string }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const days = new Intl.DateTimeFormat("en-CA", { timeZone: format.timeZone });
  const now = Date.now();
  const name =
    day === days.format(now)
      ? t("app.conversions.today")
      : day === days.format(now - dayMs)
        ? t("app.conversions.yesterday")
        : format.day(iso);
  return <div className={styles.day}>{name}</div>;
}
