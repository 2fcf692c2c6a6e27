import { Screen } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";

export default function TrackersScreen(): JSX.Element {
  return <Screen title="">{null}</Screen>;
}
