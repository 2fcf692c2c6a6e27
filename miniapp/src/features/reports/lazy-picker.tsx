import { codeQuery } from "@miniapp/shared/code.tsx";
import { Loading } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import type { PickerProps } from "./picker.tsx";

/** A sheet whose code comes when it is first opened. */
export const LazyPicker = (props: PickerProps): JSX.Element => (
  <Loading skeleton={null} isCompact>
    <Loaded {...props} />
  </Loading>
);

const load = () => import("./picker.tsx");

function Loaded(props: PickerProps): JSX.Element {
  const { default: Picker } = useSuspenseQuery(codeQuery("report-picker", load)).data;
  return <Picker {...props} />;
}
