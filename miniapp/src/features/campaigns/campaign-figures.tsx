/** A campaign's figures in a few tiles, for its own screen. Code and words come when it is shown, and its failure is its own. */
import { type LoadCode, LoadedWith } from "@miniapp/shared/code.tsx";
import { withWords } from "@miniapp/shared/i18n.ts";
import { Loading, Skeleton } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { CampaignFiguresProps } from "./components/campaign-figures-part.tsx";

const load: LoadCode<CampaignFiguresProps> = withWords(
  ["figures", "statistics"],
  () => import("./components/campaign-figures-part.tsx"),
);

export const CampaignFigures = (props: CampaignFiguresProps): JSX.Element => (
  <Loading skeleton={<Skeleton rows={4} height={92} />} isCompact>
    <LoadedWith name="campaign-figures" load={load} props={props} />
  </Loading>
);
