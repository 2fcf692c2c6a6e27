/** The sheets that forms of reports open. Apart from the forms: lists of thousands weigh more than a form does. */
import { PickerSheet, type PickerSheetProps } from "@miniapp/shared/ui/picker-sheet.tsx";
import type { JSX } from "react";
import { TargetPicker, type TargetPickerProps } from "../conversions/target-picker.tsx";

export type PickerProps = ({ kind: "target" } & TargetPickerProps) | ({ kind: "options" } & PickerSheetProps<string>);

export default function Picker(props: PickerProps): JSX.Element {
  return props.kind === "target" ? <TargetPicker {...props} /> : <PickerSheet {...props} />;
}
