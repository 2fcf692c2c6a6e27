/** Broadcasts: written, launched, watched, and what they brought. Each screen is a chunk of its own. */
import { href, paths } from "@miniapp/app/paths.ts";
import { Loaded } from "@miniapp/shared/code.tsx";
import { InnerScreen } from "@miniapp/shared/ui/inner-screen.tsx";
import type { ComponentType, JSX } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useCan } from "../identity/me.ts";

const Broadcasts = () => <Loaded name="broadcasts" load={() => import("./broadcasts.screen.tsx")} />;
const NewBroadcast = () => <Loaded name="new-broadcast" load={() => import("./new-broadcast.screen.tsx")} />;
const Settings = () => <Loaded name="broadcast-settings" load={() => import("./broadcast-settings.screen.tsx")} />;
const Broadcast = () => <Loaded name="broadcast" load={() => import("./broadcast.screen.tsx")} />;
const Launch = () => <Loaded name="broadcast-launch" load={() => import("./broadcast-launch.screen.tsx")} />;

export default function BroadcastsSection(): JSX.Element {
  const can = useCan();
  // A link may have led here somebody whose role sees none of it.
  if (!can("broadcasts.read")) return <Redirect to={href("today")} replace />;
  return (
    <Switch>
      <Route path={paths.broadcasts}>{inner(Broadcasts)}</Route>
      <Route path={paths.newBroadcast}>{inner(NewBroadcast, href("broadcasts"))}</Route>
      <Route path={paths.broadcastSettings}>{inner(Settings, href("broadcasts"))}</Route>
      <Route path={paths.broadcastLaunch}>{inner(Launch, href("broadcasts"))}</Route>
      <Route path={paths.broadcast}>{inner(Broadcast, href("broadcasts"))}</Route>
    </Switch>
  );
}

const inner = (Inner: ComponentType, back?: string): JSX.Element => (
  <InnerScreen of={Inner} {...(back === undefined ? {} : { back })} />
);
