import { useT } from "@miniapp/shared/i18n.ts";
import { Chips, PlugIcon } from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { connectionsQuery } from "./api.ts";

/** The chip that narrows what is shown to one connection. */
export function ConnectionChip({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange(value: string | undefined): void;
}): JSX.Element {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  const { data: connections = [] } = useQuery(connectionsQuery);
  const chosen = connections.find((connection) => connection.id === value);
  return (
    <>
      <Chips.Item isOn={value !== undefined} onClick={() => setOpen(true)} icon={<PlugIcon size={18} />}>
        {chosen?.name ?? t("app.conversions.choose_connection")}
      </Chips.Item>
      {isOpen && (
        <PickerSheet
          title={t("app.conversions.choose_connection")}
          value={value ?? ""}
          options={[
            { value: "", label: t("app.conversions.all_connections") },
            ...connections.map((connection) => ({ value: connection.id, label: connection.name })),
          ]}
          onPick={(id) => onChange(id || undefined)}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
