import { useT } from "@miniapp/shared/i18n.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import type { JSX } from "react";
import type { RoleName } from "../api.ts";
import { useMe } from "../me.ts";

/** The roles that one may give to others, each with what it is for. */
export function RolePicker({
  value,
  onPick,
  onClose,
}: {
  value: RoleName | null;
  onPick(role: RoleName): void;
  onClose(): void;
}): JSX.Element {
  const t = useT();
  const { grantableRoles } = useMe();
  return (
    <PickerSheet
      title={t("app.fact.role")}
      options={grantableRoles.map((role) => ({
        value: role,
        label: t(`app.roles.${role}`),
        hint: t(`app.role_hint.${role}`),
      }))}
      value={value}
      onPick={onPick}
      onClose={onClose}
    />
  );
}
