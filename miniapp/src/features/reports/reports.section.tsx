/** Reports: hours out of the ordinary, summaries, and how long conversions are kept. Each screen is a chunk of its own. */
import { href, paths } from "@miniapp/app/paths.ts";
import { Loaded } from "@miniapp/shared/code.tsx";
import { inner } from "@miniapp/shared/ui/inner-screen.tsx";
import type { JSX } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useCan } from "../identity/me.ts";

const Watches = () => <Loaded name="watches" load={() => import("./watches.screen.tsx")} />;
const Watch = () => <Loaded name="watch" load={() => import("./watch.screen.tsx")} />;
const Summaries = () => <Loaded name="summaries" load={() => import("./summaries.screen.tsx")} />;
const Summary = () => <Loaded name="summary" load={() => import("./summary.screen.tsx")} />;
const Retention = () => <Loaded name="retention" load={() => import("./retention.screen.tsx")} />;

export default function ReportsSection(): JSX.Element {
  const can = useCan();
  // A link may have led here somebody whose role sees none of it.
  if (!can("reports.read")) return <Redirect to={href("today")} replace />;
  return (
    <Switch>
      <Route path={paths.watches}>{inner(Watches, href("connections"))}</Route>
      <Route path={paths.newWatch}>{inner(Watch, href("watches"))}</Route>
      <Route path={paths.watch}>{inner(Watch, href("watches"))}</Route>
      <Route path={paths.summaries}>{inner(Summaries, href("connections"))}</Route>
      <Route path={paths.newSummary}>{inner(Summary, href("summaries"))}</Route>
      <Route path={paths.summary}>{inner(Summary, href("summaries"))}</Route>
      <Route path={paths.retention}>{inner(Retention, href("connections"))}</Route>
    </Switch>
  );
}
