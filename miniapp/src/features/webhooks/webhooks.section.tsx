/** Webhooks: who is called when something happens here. Each screen is a chunk of its own. */
import { href, paths } from "@miniapp/app/paths.ts";
import { Loaded } from "@miniapp/shared/code.tsx";
import { inner } from "@miniapp/shared/ui/inner-screen.tsx";
import type { JSX } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useCan } from "../identity/me.ts";

const NewWebhook = () => <Loaded name="new-webhook" load={() => import("./new-webhook.screen.tsx")} />;
const Webhook = () => <Loaded name="webhook" load={() => import("./webhook.screen.tsx")} />;
const Calls = () => <Loaded name="webhook-calls" load={() => import("./webhook-calls.screen.tsx")} />;
const Call = () => <Loaded name="webhook-call" load={() => import("./webhook-call.screen.tsx")} />;
const Webhooks = () => <Loaded name="webhooks" load={() => import("./webhooks.screen.tsx")} />;

export default function WebhooksSection(): JSX.Element {
  const can = useCan();
  // A link may have led here somebody whose role sees none of it.
  if (!can("webhooks.manage")) return <Redirect to={href("today")} replace />;
  return (
    <Switch>
      <Route path={paths.webhooks}>{inner(Webhooks, href("control"))}</Route>
      <Route path={paths.newWebhook}>{inner(NewWebhook, href("webhooks"))}</Route>
      <Route path={paths.webhookCall}>{inner(Call, href("webhooks"))}</Route>
      <Route path={paths.webhookCalls}>{({ endpointId }) => inner(Calls, href("webhook", { endpointId }))}</Route>
      <Route path={paths.webhook}>{inner(Webhook, href("webhooks"))}</Route>
    </Switch>
  );
}
