/** What a tracker says it sent beside what came in, for the tracker's own screen. Code and words come when it is shown. */
import { type LoadCode, LoadedWith } from "@miniapp/shared/code.tsx";
import { withWords } from "@miniapp/shared/i18n.ts";
import { Loading, Skeleton } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { SentDayProps } from "./components/sent-day-part.tsx";

const load: LoadCode<SentDayProps> = withWords("figures", () => import("./components/sent-day-part.tsx"));

export const SentDay = (props: SentDayProps): JSX.Element => (
  <Loading skeleton={<Skeleton rows={2} height={52} />} isCompact>
    <LoadedWith name="sent-day" load={load} props={props} />
  </Loading>
);
