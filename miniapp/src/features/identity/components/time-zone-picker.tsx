import { useT } from "@miniapp/shared/i18n.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { type JSX, useMemo } from "react";

/** Every zone that this device knows, with what its clocks show now. */
export function TimeZonePicker({
  value,
  first,
  onPick,
  onClose,
}: {
  value: string;
  /** A choice above the zones: "As in the workspace". */
  first?: { value: string; label: string; hint: string };
  onPick(zone: string): void;
  onClose(): void;
}): JSX.Element {
  const t = useT();
  const zones = useMemo(() => zonesNow(t.locale), [t.locale]);
  return (
    <PickerSheet
      title={t("app.fact.time_zone")}
      options={first ? [first, ...zones] : zones}
      value={value}
      onPick={onPick}
      onClose={onClose}
    />
  );
}

function zonesNow(locale: string): { value: string; label: string; hint: string }[] {
  const now = new Date();
  // Some engines still list the city under its former spelling.
  const names = new Set(["UTC", ...Intl.supportedValuesOf("timeZone").map((name) => name.replace("Kiev", "Kyiv"))]);
  return [...names].map((name) => ({
    value: name,
    label: name.replaceAll("_", " "),
    hint: new Intl.DateTimeFormat(locale, {
      timeZone: name,
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZoneName: "shortOffset",
    }).format(now),
  }));
}
