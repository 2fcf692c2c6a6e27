/** Traffic: what has come, through which connections, and every call as it came. Inner screens are chunks of their own. */
import { href, paths } from "@miniapp/app/paths.ts";
import { Loaded } from "@miniapp/shared/code.tsx";
import { withWords } from "@miniapp/shared/i18n.ts";
import { inner } from "@miniapp/shared/ui/inner-screen.tsx";
import type { JSX } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useMe } from "../identity/me.ts";
import { ConnectionsScreen } from "./connections.screen.tsx";
import { ConversionsScreen } from "./conversions.screen.tsx";
import { viewsFor } from "./traffic-views.tsx";

const Conversion = () => <Loaded name="conversion" load={() => import("./conversion.screen.tsx")} />;
const ofConnections = <Module,>(load: () => Promise<Module>) => withWords("connections", load);
const loadNewConnection = ofConnections(() => import("./new-connection.screen.tsx"));
const loadConnection = ofConnections(() => import("./connection.screen.tsx"));
const loadParameters = ofConnections(() => import("./parameters.screen.tsx"));
const loadAccess = ofConnections(() => import("./connection-access.screen.tsx"));
const loadSigning = ofConnections(() => import("./signing.screen.tsx"));
const loadSenders = ofConnections(() => import("./senders.screen.tsx"));
const loadLimits = ofConnections(() => import("./intake-limits.screen.tsx"));
const NewConnection = () => <Loaded name="new-connection" load={loadNewConnection} />;
const Connection = () => <Loaded name="connection" load={loadConnection} />;
const Parameters = () => <Loaded name="parameters" load={loadParameters} />;
const Access = () => <Loaded name="connection-access" load={loadAccess} />;
const Signing = () => <Loaded name="signing" load={loadSigning} />;
const Senders = () => <Loaded name="senders" load={loadSenders} />;
const Limits = () => <Loaded name="intake-limits" load={loadLimits} />;
const StatusMap = () => <Loaded name="status-map" load={() => import("./status-map.screen.tsx")} />;
const loadTruth = withWords("truth", () => import("./truth.screen.tsx"));
const loadTruthSettings = withWords("truth", () => import("./truth-settings.screen.tsx"));
const Truth = () => <Loaded name="truth" load={loadTruth} />;
const TruthSettings = () => <Loaded name="truth-settings" load={loadTruthSettings} />;
const loadStatistics = withWords("statistics", () => import("../statistics/statistics.screen.tsx"));
const Statistics = () => <Loaded name="statistics" load={loadStatistics} />;
const Inbox = () => <Loaded name="inbox" load={() => import("../operations/inbox.screen.tsx")} />;
const InboundEvent = () => (
  <Loaded name="inbound-event" load={() => import("../operations/inbound-event.screen.tsx")} />
);

const ConversionsOf = ({ filter }: { filter: Record<string, string> }) => (
  <Redirect to={`${href("conversions")}?${new URLSearchParams(filter)}`} replace />
);

export default function TrafficSection(): JSX.Element {
  const { permissions } = useMe();
  const views = viewsFor(permissions);
  // People outside the team, and roles that see none of it: a link may still have led them here.
  if (views.length === 0) return <Redirect to={href("today")} replace />;
  return (
    <Switch>
      <Route path={paths.conversions}>
        {views.includes("conversions") ? <ConversionsScreen /> : <Redirect to={href(views[0] ?? "today")} replace />}
      </Route>
      <Route path={paths.campaignConversions}>
        {({ connectionId, campaignId }) => <ConversionsOf filter={{ connectionId, search: campaignId }} />}
      </Route>
      <Route path={paths.anyCampaignConversions}>
        {({ campaignId }) => <ConversionsOf filter={{ search: campaignId }} />}
      </Route>
      <Route path={paths.connections}>
        <ConnectionsScreen />
      </Route>
      <Route path={paths.statistics}>{inner(Statistics)}</Route>
      <Route path={paths.inbox}>{inner(Inbox)}</Route>
      <Route path={paths.newConnection}>{inner(NewConnection, href("connections"))}</Route>
      <Route path={paths.statusMap}>
        {({ connectionId }) => inner(StatusMap, href("connection", { connectionId }))}
      </Route>
      <Route path={paths.parameters}>
        {({ connectionId }) => inner(Parameters, href("connection", { connectionId }))}
      </Route>
      <Route path={paths.connectionAccess}>
        {({ connectionId }) => inner(Access, href("connection", { connectionId }))}
      </Route>
      <Route path={paths.signing}>{({ connectionId }) => inner(Signing, href("connection", { connectionId }))}</Route>
      <Route path={paths.senders}>{({ connectionId }) => inner(Senders, href("connection", { connectionId }))}</Route>
      <Route path={paths.intakeLimits}>
        {({ connectionId }) => inner(Limits, href("connection", { connectionId }))}
      </Route>
      <Route path={paths.truth}>{({ connectionId }) => inner(Truth, href("connection", { connectionId }))}</Route>
      <Route path={paths.truthSettings}>
        {({ connectionId }) => inner(TruthSettings, href("truth", { connectionId }))}
      </Route>
      <Route path={paths.connection}>{inner(Connection, href("connections"))}</Route>
      <Route path={paths.conversion}>{inner(Conversion, href("conversions"))}</Route>
      <Route path={paths.inboundEvent}>{inner(InboundEvent, href("inbox"))}</Route>
    </Switch>
  );
}
