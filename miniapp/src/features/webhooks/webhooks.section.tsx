/** Webhooks: who is called when something happens here. Each screen is a chunk of its own. */
import { href, paths } from "@miniapp/app/paths.ts";
import { Loaded } from "@miniapp/shared/code.tsx";
import { InnerScreen } from "@miniapp/shared/ui/inner-screen.tsx";
import type { ComponentType, JSX } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useCan } from "../identity/me.ts";

const Webhooks = () => <Loaded name="webhooks" load={() => import("./webhooks.screen.tsx")} />;

export default function WebhooksSection(): JSX.Element {
  const can = useCan();
  // A link may have led here somebody whose role sees none of it.
  if (!can("webhooks.manage")) return <Redirect to={href("today")} replace />;
  return (
    <Switch>
      <Route path={paths.webhooks}>{inner(Webhooks)}</Route>
    </Switch>
  );
}

const inner = (Inner: ComponentType, back?: string): JSX.Element => (
  <InnerScreen of={Inner} {...(back === undefined ? {} : { back })} />
);
