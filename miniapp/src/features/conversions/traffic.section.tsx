/** Traffic: what has come, through which connections, and every call as it came. Inner screens are chunks of their own. */
import { href, paths } from "@miniapp/app/paths.ts";
import { Loaded } from "@miniapp/shared/code.tsx";
import { loadWords } from "@miniapp/shared/i18n.ts";
import { Loading, Screen, Skeleton } from "@miniapp/shared/ui/index.ts";
import type { ComponentType, JSX } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useMe } from "../identity/me.ts";
import { ConnectionsScreen } from "./connections.screen.tsx";
import { ConversionsScreen } from "./conversions.screen.tsx";
import { viewsFor } from "./traffic-views.tsx";

const Conversion = () => <Loaded name="conversion" load={() => import("./conversion.screen.tsx")} />;
const NewConnection = () => <Loaded name="new-connection" load={() => import("./new-connection.screen.tsx")} />;
const Connection = () => <Loaded name="connection" load={() => import("./connection.screen.tsx")} />;
const StatusMap = () => <Loaded name="status-map" load={() => import("./status-map.screen.tsx")} />;
const Statistics = () => (
  <Loaded
    name="statistics"
    load={async () => (await Promise.all([import("../statistics/statistics.screen.tsx"), loadWords("statistics")]))[0]}
  />
);
const Inbox = () => <Loaded name="inbox" load={() => import("../operations/inbox.screen.tsx")} />;
const InboundEvent = () => (
  <Loaded name="inbound-event" load={() => import("../operations/inbound-event.screen.tsx")} />
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
        {({ campaignId }) => (
          <Redirect to={`${href("conversions")}?${new URLSearchParams({ search: campaignId })}`} replace />
        )}
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
      <Route path={paths.connection}>{inner(Connection, href("connections"))}</Route>
      <Route path={paths.conversion}>{inner(Conversion, href("conversions"))}</Route>
      <Route path={paths.inboundEvent}>{inner(InboundEvent, href("inbox"))}</Route>
    </Switch>
  );
}

function inner(Inner: ComponentType, back?: string): JSX.Element {
  return (
    <Loading
      skeleton={
        <Screen title={"\u00a0"} {...(back === undefined ? {} : { back })}>
          <Skeleton rows={3} />
          <Skeleton rows={4} />
        </Screen>
      }
    >
      <Inner />
    </Loading>
  );
}
