/** What a broadcast says, to whom and when, for screens that do not write it. Its code and words come when it is shown. */
import { type LoadCode, LoadedWith } from "@miniapp/shared/code.tsx";
import { withWords } from "@miniapp/shared/i18n.ts";
import { Loading, Skeleton } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { AboutPartProps } from "./about-part.tsx";

const loadAbout: LoadCode<AboutPartProps> = withWords("segments", () => import("./about-part.tsx"));

export const About = (props: AboutPartProps): JSX.Element => (
  <Loading skeleton={<Skeleton rows={4} />} isCompact>
    <LoadedWith name="broadcast-about" load={loadAbout} props={props} />
  </Loading>
);
