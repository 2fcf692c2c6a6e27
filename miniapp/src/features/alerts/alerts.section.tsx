/** Alerts: who is told of what, in which words, and the lab that shows why. Each screen is a chunk of its own. */
import { href, paths } from "@miniapp/app/paths.ts";
import { Loaded } from "@miniapp/shared/code.tsx";
import { inner } from "@miniapp/shared/ui/inner-screen.tsx";
import type { JSX } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useCan } from "../identity/me.ts";

const Routes = () => <Loaded name="routes" load={() => import("./routes.screen.tsx")} />;
const OneRoute = () => <Loaded name="route" load={() => import("./route.screen.tsx")} />;
const Templates = () => <Loaded name="templates" load={() => import("./templates.screen.tsx")} />;
const Template = () => <Loaded name="template" load={() => import("./template.screen.tsx")} />;
const TemplateText = () => <Loaded name="template-text" load={() => import("./template-text.screen.tsx")} />;
const Lab = () => <Loaded name="lab" load={() => import("./lab.screen.tsx")} />;

export default function AlertsSection(): JSX.Element {
  const can = useCan();
  // A link may have led here somebody whose role sees none of it.
  if (!can("connections.read")) return <Redirect to={href("today")} replace />;
  return (
    <Switch>
      <Route path={paths.routes}>{inner(Routes)}</Route>
      <Route path={paths.newRoute}>{inner(OneRoute, href("routes"))}</Route>
      <Route path={paths.route}>{inner(OneRoute, href("routes"))}</Route>
      <Route path={paths.templates}>{inner(Templates, href("routes"))}</Route>
      <Route path={paths.templateText}>
        {({ templateId }) => inner(TemplateText, href("template", { templateId }))}
      </Route>
      <Route path={paths.template}>{inner(Template, href("templates"))}</Route>
      <Route path={paths.lab}>
        {can("conversions.read") ? inner(Lab, href("routes")) : <Redirect to={href("routes")} replace />}
      </Route>
    </Switch>
  );
}
