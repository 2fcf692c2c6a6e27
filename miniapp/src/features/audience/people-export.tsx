import type { JSX } from "react";
import { ExportSheet } from "../reports/export-sheet.tsx";
import { filterBody, type SubscriberFilter } from "./api.ts";

export interface PeopleExportProps {
  filter: SubscriberFilter;
  onClose(): void;
}

/** Those whom a list shows as a file. Posted, since no address has room for a condition. */
export default function PeopleExport({ filter, onClose }: PeopleExportProps): JSX.Element {
  return (
    <ExportSheet
      name={`audience-${new Date().toISOString().slice(0, 10)}`}
      pathOf={() => "/audience/export"}
      bodyOf={(choice) => ({ ...choice, ...filterBody(filter) })}
      onClose={onClose}
    />
  );
}
