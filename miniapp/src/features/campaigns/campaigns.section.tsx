/** Campaigns of trackers, their flows and shares. Each screen is a chunk of its own. */
import { href, paths } from "@miniapp/app/paths.ts";
import { Loaded } from "@miniapp/shared/code.tsx";
import { withWords } from "@miniapp/shared/i18n.ts";
import { inner } from "@miniapp/shared/ui/inner-screen.tsx";
import type { JSX } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useCan } from "../identity/me.ts";

const Campaigns = () => <Loaded name="campaigns" load={() => import("./campaigns.screen.tsx")} />;
const Campaign = () => <Loaded name="campaign" load={() => import("./campaign.screen.tsx")} />;
const Trackers = () => <Loaded name="trackers" load={() => import("./trackers.screen.tsx")} />;
const Tracker = () => <Loaded name="tracker" load={() => import("./tracker.screen.tsx")} />;
const CampaignByRef = () => <Loaded name="campaign-by-ref" load={() => import("./campaign-by-ref.screen.tsx")} />;
const loadFlow = withWords(["shares", "figures"], () => import("./flow.screen.tsx"));
const loadPushes = withWords("shares", () => import("./flow-pushes.screen.tsx"));
const loadPostbacks = withWords("postbacks", () => import("./tracker-postbacks.screen.tsx"));
const loadManyFlows = withWords("shares", () => import("./many-flows.screen.tsx"));
const loadFigures = withWords(["figures", "statistics", "reporting"], () => import("./figures.screen.tsx"));
const Flow = () => <Loaded name="flow" load={loadFlow} />;
const Pushes = () => <Loaded name="flow-pushes" load={loadPushes} />;
const TrackerPostbacks = () => <Loaded name="tracker-postbacks" load={loadPostbacks} />;
const ManyFlows = () => <Loaded name="many-flows" load={loadManyFlows} />;
const Figures = () => <Loaded name="figures" load={loadFigures} />;

export default function CampaignsSection(): JSX.Element {
  const can = useCan();
  // A link may have led here somebody whose role sees none of it.
  if (!can("campaigns.read")) return <Redirect to={href("today")} replace />;
  return (
    <Switch>
      <Route path={paths.campaigns}>{inner(Campaigns)}</Route>
      <Route path={paths.trackers}>{inner(Trackers, href("campaigns"))}</Route>
      <Route path={paths.tracker}>{inner(Tracker, href("trackers"))}</Route>
      <Route path={paths.trackerFigures}>
        {({ connectionId }) => inner(Figures, href("tracker", { connectionId }))}
      </Route>
      <Route path={paths.trackerPostbacks}>
        {({ connectionId }) => inner(TrackerPostbacks, href("tracker", { connectionId }))}
      </Route>
      <Route path={paths.campaignByRef}>{inner(CampaignByRef, href("campaigns"))}</Route>
      <Route path={paths.manyFlows}>{inner(ManyFlows, href("campaigns"))}</Route>
      <Route path={paths.flowPushes}>{({ flowId }) => inner(Pushes, href("flow", { flowId }))}</Route>
      <Route path={paths.flow}>{inner(Flow, href("campaigns"))}</Route>
      <Route path={paths.campaignFigures}>{({ campaignId }) => inner(Figures, href("campaign", { campaignId }))}</Route>
      <Route path={paths.campaign}>{inner(Campaign, href("campaigns"))}</Route>
    </Switch>
  );
}
