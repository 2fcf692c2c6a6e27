import { Screen } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";

export default function CampaignsScreen(): JSX.Element {
  return <Screen title="">{null}</Screen>;
}
