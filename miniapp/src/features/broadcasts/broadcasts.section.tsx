/** Broadcasts: written, launched, watched, and what they brought. Each screen is a chunk of its own. */
import { href, paths } from "@miniapp/app/paths.ts";
import { Loaded } from "@miniapp/shared/code.tsx";
import { withWords } from "@miniapp/shared/i18n.ts";
import { inner } from "@miniapp/shared/ui/inner-screen.tsx";
import type { JSX } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useCan } from "../identity/me.ts";

const Broadcasts = () => <Loaded name="broadcasts" load={() => import("./broadcasts.screen.tsx")} />;
const loadResults = withWords(["results", "reporting"], () => import("./results.screen.tsx"));
const Results = () => <Loaded name="broadcast-results" load={loadResults} />;
const loadRecipients = withWords("results", () => import("./results-recipients.screen.tsx"));
const Recipients = () => <Loaded name="broadcast-recipients" load={loadRecipients} />;
const loadOverview = withWords("results", () => import("./results-overview.screen.tsx"));
const Overview = () => <Loaded name="broadcasts-overview" load={loadOverview} />;
const loadComparison = withWords("results", () => import("./results-compare.screen.tsx"));
const Comparison = () => <Loaded name="broadcasts-compare" load={loadComparison} />;
const NewBroadcast = () => <Loaded name="new-broadcast" load={() => import("./new-broadcast.screen.tsx")} />;
const Settings = () => <Loaded name="broadcast-settings" load={() => import("./broadcast-settings.screen.tsx")} />;
const Broadcast = () => <Loaded name="broadcast" load={() => import("./broadcast.screen.tsx")} />;
const Launch = () => <Loaded name="broadcast-launch" load={() => import("./broadcast-launch.screen.tsx")} />;
const MessageTemplates = () => (
  <Loaded name="message-templates" load={() => import("./message-templates.screen.tsx")} />
);
const MessageTemplate = () => <Loaded name="message-template" load={() => import("./message-template.screen.tsx")} />;
const NewMessageTemplate = () => (
  <Loaded
    name="new-message-template"
    load={async () => ({ default: (await import("./message-template.screen.tsx")).NewMessageTemplateScreen })}
  />
);

export default function BroadcastsSection(): JSX.Element {
  const can = useCan();
  // A link may have led here somebody whose role sees none of it.
  if (!can("broadcasts.read")) return <Redirect to={href("today")} replace />;
  return (
    <Switch>
      <Route path={paths.broadcasts}>{inner(Broadcasts)}</Route>
      <Route path={paths.broadcastsOverview}>{inner(Overview, href("broadcasts"))}</Route>
      <Route path={paths.compareBroadcasts}>{inner(Comparison, href("broadcastsOverview"))}</Route>
      <Route path={paths.newBroadcast}>{inner(NewBroadcast, href("broadcasts"))}</Route>
      <Route path={paths.broadcastSettings}>{inner(Settings, href("broadcasts"))}</Route>
      <Route path={paths.messageTemplates}>{inner(MessageTemplates, href("broadcasts"))}</Route>
      <Route path={paths.newMessageTemplate}>{inner(NewMessageTemplate, href("messageTemplates"))}</Route>
      <Route path={paths.messageTemplate}>{inner(MessageTemplate, href("messageTemplates"))}</Route>
      <Route path={paths.broadcastResults}>{inner(Results, href("broadcasts"))}</Route>
      <Route path={paths.broadcastRecipients}>{inner(Recipients, href("broadcasts"))}</Route>
      <Route path={paths.broadcastLaunch}>{inner(Launch, href("broadcasts"))}</Route>
      <Route path={paths.broadcast}>{inner(Broadcast, href("broadcasts"))}</Route>
    </Switch>
  );
}
