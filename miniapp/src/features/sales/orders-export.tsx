import type { JSX } from "react";
import { ExportSheet } from "../reports/export-sheet.tsx";
import type { OrderFilter } from "./api.ts";

export interface ExportProps {
  filter: OrderFilter;
  onClose(): void;
}

/** The orders of a filter as a file. */
export default function OrdersExport({ filter, onClose }: ExportProps): JSX.Element {
  return (
    <ExportSheet
      name="orders"
      pathOf={(choice) => `/orders/export?${new URLSearchParams({ ...filter, ...choice })}`}
      onClose={onClose}
    />
  );
}
