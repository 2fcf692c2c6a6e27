/** Our postback in a campaign, for the campaign's own screen. Code and words come when it is shown. */
import { type LoadCode, LoadedWith } from "@miniapp/shared/code.tsx";
import { withWords } from "@miniapp/shared/i18n.ts";
import { Loading, Skeleton } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { PostbackPartProps } from "./components/postback-part.tsx";

const load: LoadCode<PostbackPartProps> = withWords("postbacks", () => import("./components/postback-part.tsx"));

export const CampaignPostback = (props: PostbackPartProps): JSX.Element => (
  <Loading skeleton={<Skeleton rows={2} height={52} />} isCompact>
    <LoadedWith name="campaign-postback" load={load} props={props} />
  </Loading>
);
